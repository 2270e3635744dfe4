"""The paper's claims and ours, each with a rule written before its numbers were seen, and the verdicts."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass

import pandas as pd

from lva.alignment import benjamini_hochberg
from lva.ground.paper import LLMS
from lva.models import FAMILIES
from lva.report.tables.beside import CANNOT_ACT, rivals_table
from lva.report.tables.calibration import power_text
from lva.report.tables.headline import headline_measure
from lva.report.wording import lower_first, number_text, percent_text, span_text
from lva.spaces.words import LEXICAL

NOT_RUN = "not run"
VERDICTS = ("supported", "mixed", "not supported", NOT_RUN)
SURE = 0.05  # threshold of q
LITTLE = 0.1  # of P@k: "a little closer"
TENFOLD = 10
BASELINES = len(LEXICAL) + 1  # one more: random words
ENDS = ("low", "high")
FOR_OTHERS = " (for other seeds, phrases, colours and kinds)"
EACH = "{0}: for every {1} supported, for some mixed, for none not supported."


@dataclass(frozen=True)
class Evidence:
    """The tables and numbers that decide the claims."""

    results: pd.DataFrame  # of `results_table`
    alignment: pd.DataFrame  # of `align`
    certainty: pd.DataFrame  # of `certainty_table`
    ladder: pd.DataFrame  # of `lva.alignment.ladder`, agents that cannot act among its rungs
    contrasts: Mapping[str, Mapping[str, float]]  # read-out -> difference, low, high of `contrast_families`
    grammar: str

    @property
    def measure(self) -> str:
        """The P@k for claims that name none: the widest neighbourhood."""
        return headline_measure(self.results)

    def models(self, measure: str | None = None, families: Collection[str] | None = None) -> pd.DataFrame:
        """Return the agent's rows with the models that were run, by one measure; of some families, if named."""
        rows = self.results[(self.results.measure == (measure or self.measure)) & self.results.value.notna()]
        return rows if families is None else rows[rows.family.isin(families)]

    def intervals(self) -> pd.DataFrame:
        """Return the rows of `certainty`, by reference, for the measure of the claims."""
        return self.certainty[self.certainty.measure == self.measure].set_index("reference")


Outcome = tuple[str, str]  # one of VERDICTS, and the numbers that decide


@dataclass(frozen=True)
class Claim:
    """A claim, the rule that decides it as printed beside it, and the same rule as a function."""

    claim: str
    rule: str
    decide: Callable[[Evidence], Outcome]


def for_each(holds: pd.Series) -> str:
    """Return the verdict on a claim about each model; it is not supported only if it holds for none."""
    if holds.empty:
        return NOT_RUN
    return "supported" if holds.all() else "mixed" if holds.any() else "not supported"


def above_chance(evidence: Evidence) -> Outcome:
    """Is the alignment with each model above chance?"""
    at = evidence.models()
    below = at.q < SURE
    numbers = f"{evidence.measure} {_span(at.value)}, chance {_mean(at.null_mean)}; q < {SURE} for {_count(below)}"
    return for_each(below), numbers


def nearest_tenfold(evidence: Evidence) -> Outcome:
    """Is the single nearest neighbour shared ten times as often as by chance?"""
    at = evidence.models("P@1", LLMS)
    reached = at.value >= TENFOLD * at.null_mean
    numbers = f"P@1 {_span(at.value)}, chance {_mean(at.null_mean, '.3f')}; reached for {_count(reached)}"
    return for_each(reached), numbers


def groups_apart(evidence: Evidence) -> Outcome:
    """Is one group of models closer to the agent than the other, however they are read out?"""
    known = {name: one for name, one in evidence.contrasts.items() if pd.notna(one["difference"])}
    numbers = "; ".join(
        f"{name}: {number_text(one['difference'], '+.2f')} [{', '.join(number_text(one[end], '+.2f') for end in ENDS)}]"
        for name, one in known.items()
    )
    return for_each(pd.Series([one["low"] > 0 for one in known.values()])), numbers


def little_apart(evidence: Evidence) -> Outcome:
    """Are language models only a little closer to each other than to the agent?"""
    llms = evidence.models(families=LLMS)
    among = evidence.alignment[(evidence.alignment.measure == evidence.measure)]
    among = among[(among.a < among.b) & among.a.isin(llms.reference) & among.b.isin(llms.reference)]
    numbers = f"{_mean(among.value)} among them, {_mean(llms.value)} to the agent"
    if among.empty:
        return NOT_RUN, numbers
    apart = among.value.mean() - llms.value.mean()
    return "supported" if 0 <= apart <= LITTLE else "not supported", numbers


def closer_by_acting(evidence: Evidence) -> Outcome:
    """Is the trained agent closer to each model than every agent that cannot act?"""
    rivals = rivals_table(evidence.results, evidence.ladder)[list(CANNOT_ACT)].dropna(axis=1, how="all").dropna()
    low = evidence.intervals().low.reindex(rivals.index)
    above = {name: _count(low > rivals[name]) for name in rivals}
    numbers = "; ".join(f"{name} {_span(rivals[name])}, above for {count}" for name, count in above.items())
    return for_each(low > rivals.max(axis=1)), f"trained {_span(evidence.models().value)}; {numbers}"


def closer_than_words(evidence: Evidence) -> Outcome:
    """Is the agent closer to each model than the best space of words is?"""
    at = evidence.intervals()
    numbers = (
        f"gain {_span(at.gain, '+.2f')}; above 0 for {_count(at.gain_low > 0)}, below for {_count(at.gain_high < 0)}"
    )
    return for_each(at.gain_low > 0), numbers


def more_than_words(evidence: Evidence) -> Outcome:
    """Is the alignment with each model more than these words, as words, would give?"""
    at = evidence.models()
    at = at[at.relabel_p.notna()]
    below = over_models(at.relabel_p) < SURE
    numbers = f"excess over shuffled meanings {_span(at.relabel_excess, '+.2f')}; q < {SURE} for {_count(below)}"
    power = power_text(evidence.grammar, evidence.measure)
    return for_each(below), f"{numbers}; {power}" if power else numbers


def over_models(p: pd.Series) -> pd.Series:
    """Return q: p corrected for having looked at every model (Benjamini-Hochberg)."""
    return pd.Series(benjamini_hochberg(p), p.index)


CLAIMS = (
    Claim(
        "Each model is closer to the agent than chance",
        EACH.format(f"q < {SURE} under random pairings, corrected over all pairs of spaces", "model"),
        above_chance,
    ),
    Claim(
        "P@1 with the language models is ten times chance",
        EACH.format("P@1 at least ten times its mean under random pairings", "language model"),
        nearest_tenfold,
    ),
    Claim(
        "Language models and BLIP are closer to the agent than BERT and CLIP",
        f"95 % interval of the difference{FOR_OTHERS} above 0: for both read-outs (the one fixed before, the last "
        "token) supported, for one mixed, for none not supported.",
        groups_apart,
    ),
    Claim(
        "Language models are only a little closer to each other than to the agent",
        f"On average closer to each other by 0 to {LITTLE}: supported; by more, or closer to the agent: not supported.",
        little_apart,
    ),
    Claim(
        "Learning to act brought the agent closer",
        EACH.format(
            f"95 % interval of the trained agent{FOR_OTHERS} above every agent that cannot act (untrained, untrained "
            "with identity words, taught the actions of other steps)",
            "model",
        ),
        closer_by_acting,
    ),
    Claim(
        "The agent is closer than the best space of words",
        EACH.format(f"95 % interval of the gain on it{FOR_OTHERS} above 0", "model")
        + f" The best of {BASELINES} spaces of words is chosen for each model; its lead for having been chosen (on one "
        "half of the instructions, scored on the other) is taken off.",
        closer_than_words,
    ),
    Claim(
        "The alignment is more than these words, as words, would give",
        EACH.format(f"q < {SURE} with meanings shuffled and word overlaps kept, corrected over the models", "model"),
        more_than_words,
    ),
)


def verdicts(evidence: Evidence) -> pd.DataFrame:
    """Decide every claim: one row per claim with its rule, the verdict in `this run`, and the numbers that decide."""
    rows = [(claim.claim, claim.rule, *claim.decide(evidence)) for claim in CLAIMS]
    table = pd.DataFrame(rows, columns=["claim", "rule", "this run", "numbers"])
    return table.assign(numbers=table.numbers.where(table["this run"] != NOT_RUN, ""))


def reading(results: pd.DataFrame, verdicts: pd.DataFrame, synonyms: pd.DataFrame, grammar: str) -> str:
    """Say what the run shows, and what it cannot show: Markdown. synonyms: of `synonym_choice_table`."""
    lines = []
    for verdict in VERDICTS:
        rows = verdicts[verdicts["this run"] == verdict]
        if len(rows):
            claims = "; ".join(
                lower_first(row.claim) + (f" ({row.numbers})" if row.numbers else "") for row in rows.itertuples()
            )
            lines.append(f"- **{verdict.capitalize()}:** {claims}.")
    rate = synonyms.groupby("space").rate.mean().map(percent_text)
    lines.append(
        f"- **Synonyms, a check of the training:** synonyms share the actions that are cloned. Of a synonym and an "
        f"equally long alternative the synonym is nearer in {rate['agent']} of cases in the trained agent's space, "
        f"{rate['agent untrained']} in the untrained one's, {rate['bag of words']} in a bag of words, "
        f"{percent_text(synonyms.chance.mean())} by chance."
    )
    return "\n".join([*lines, "", f"**What it cannot tell.** {' '.join(_limits(results, grammar))}"])


def _limits(results: pd.DataFrame, grammar: str) -> list[str]:
    ran = results.groupby("reference", sort=False).value.count() > 0
    here, missing = [name for name in ran.index if name in FAMILIES], ran.index[~ran]
    limits = []
    if here:
        limits.append(
            f"{', '.join(here)} have the architectures of the paper's models and the experience of this world alone: "
            f"they show what learning from text and pictures brings, not what the paper's checkpoints hold."
        )
    if grammar == "paper":
        limits.append(
            "In the grammar `paper` no relabelling can tell synonymy from shared words, so the excess is about colours "
            "and kinds; the grammar `natural` can tell more."
        )
    if len(missing):
        limits.append(f"Not run: {', '.join(missing)}.")
    return [*limits, "One world, one way to learn in it, a few seeds."]


def _span(values: pd.Series, form: str = ".2f") -> str:
    return span_text(values.min(), values.max(), form)


def _mean(values: pd.Series, form: str = ".2f") -> str:
    return number_text(values.mean(), form)


def _count(true: pd.Series) -> str:
    return f"{true.sum()} of {len(true)}"
