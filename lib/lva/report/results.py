"""The table people come for and what it says: from the tables of notebook 04 to words, by rules written here."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from lva.models.references.reference import UNTRAINED
from lva.report.headline import headline_table

MEASURES = ("P@1", "P@5", "P@15", "cka", "rsa", "procrustes", "retrieval@1")
LLMS = ("llama", "qwen", "deepseek")
SURE = 0.05
LITTLE = 0.1  # of P@15: "a little above"
BESIDE = {  # columns of the results -> how the wide table calls them
    "paper_low": "paper, from",
    "paper_high": "to",
    "untrained": "untrained agent",
    "baseline_value": "best lexical",
    "gain": "gain on it",
    "relabel_excess": "more than words",
    "relabel_p": "p",
}


def results_table(alignment: pd.DataFrame, reported: pd.DataFrame, families: Mapping[str, str]) -> pd.DataFrame:
    """One row a reference and measure: the agent's value over its seeds beside everything it must beat.

    The columns of `headline_table`; a reference of `families` that was not run keeps its rows, with nothing in them.
    """
    there = [measure for measure in MEASURES if measure in set(alignment.measure)]
    tables = [headline_table(alignment, reported, families, m).assign(measure=m, a="agent") for m in there]
    table = pd.concat(tables).reset_index()
    table.insert(1, "family", table.reference.map(families))
    return table


def wide_table(results: pd.DataFrame, measure: str = "P@15") -> pd.DataFrame:
    """For the eye: a row a reference, the agent's value of each measure, and of one of them what it must beat."""
    names, measures = results.reference.unique(), results.measure.unique()
    wide = results.pivot(index="reference", columns="measure", values="value").reindex(index=names, columns=measures)
    at = results[results.measure == measure].set_index("reference")
    return wide.join(at[list(BESIDE)].rename(columns=BESIDE)).rename_axis(columns=None)


def verdicts(
    results: pd.DataFrame, alignment: pd.DataFrame, contrast: Mapping[str, float], measure: str = "P@15"
) -> pd.DataFrame:
    """The paper's claims, and ours, against the numbers; a row a claim: what was found, and what decides.

    `contrast`: how much closer the agent is to language models and BLIP than to BERT and CLIP, with its interval.
    """
    at, first = (results[(results.measure == m) & results.value.notna()] for m in (measure, "P@1"))
    llms, llms_first = (rows[rows.family.isin(LLMS)] for rows in (at, first))
    among = alignment[(alignment.measure == measure) & (alignment.a < alignment.b)]
    among = among[among.a.isin(llms.reference) & among.b.isin(llms.reference)]
    apart = among.value.mean() - llms.value.mean()
    rows = [
        (
            "Each reference is closer to the agent than chance",
            _found((at.q < SURE).all(), (at.q >= SURE).all()),
            f"{measure} {_range(at.value)} against {at.null_mean.mean():.2f}; q < {SURE} for {_share(at.q < SURE)}",
        ),
        (
            "P@1 with the language models is ten times chance",
            _found((llms_first.value >= 10 * llms_first.null_mean).all(), True),
            f"P@1 {_range(llms_first.value)}, chance {llms_first.null_mean.mean():.3f}",
        ),
        (
            "Language models and BLIP are closer to the agent than BERT and CLIP",
            _found(contrast["low"] > 0, contrast["high"] < 0),
            f"difference {contrast['difference']:+.2f} [{contrast['low']:+.2f}, {contrast['high']:+.2f}]",
        ),
        (
            "Language models are only a little closer to each other than to the agent",
            _found(0 <= apart <= LITTLE, apart > LITTLE),
            f"{among.value.mean():.2f} among them, {llms.value.mean():.2f} to the agent",
        ),
        (
            "Learning to act brought the agent closer",
            _found((at.low > at.untrained).all(), (at.high < at.untrained).all()),
            f"trained {_range(at.value)}, untrained {_range(at.untrained)}",
        ),
        (
            "The agent is closer than the best lexical baseline",
            _found((at.gain_low > 0).all(), (at.gain_high < 0).all()),
            f"gain {_range(at.gain, '+.2f')}; above 0 for {_share(at.gain_low > 0)}, below for "
            f"{_share(at.gain_high < 0)}",
        ),
        (
            "The alignment is more than shared words",
            _found((at.relabel_p < SURE).all(), (at.relabel_p >= SURE).all()),
            f"excess over the relabelling null {_range(at.relabel_excess, '+.2f')}; p < {SURE} for "
            f"{_share(at.relabel_p < SURE)}",
        ),
    ]
    return pd.DataFrame(rows, columns=["claim", "this run", "numbers"])


def reading(results: pd.DataFrame, verdicts: pd.DataFrame, synonyms: pd.DataFrame, grammar: str) -> str:
    """What the run says, in words, and what it cannot say: Markdown."""
    lines = []
    for finding in ("supported", "in part", "not supported"):
        rows = verdicts[verdicts["this run"] == finding]
        if len(rows):
            told = "; ".join(f"{row.claim[0].lower()}{row.claim[1:]} ({row.numbers})" for row in rows.itertuples())
            lines.append(f"- **{finding.capitalize()}:** {told}.")
    rate = synonyms.groupby("space").rate.mean()
    lines.append(
        f"- **Synonyms:** the nearest other wording is the synonym for {rate['agent']:.0%} of the instructions in the "
        f"trained agent's space, {rate['agent untrained']:.0%} in the untrained one's, {rate['bag of words']:.0%} in a "
        f"bag of words, {synonyms.chance.mean():.0%} by chance."
    )
    return "\n".join([*lines, "", f"**What it cannot tell.** {' '.join(_limits(results, grammar))}"])


def compare_runs(results: Mapping[str, pd.DataFrame], measure: str = "P@15") -> pd.DataFrame:
    """The agent's alignment, the best lexical baseline's and the excess over shared words, runs side by side."""
    columns = {"value": measure} | {name: BESIDE[name] for name in ("baseline_value", "relabel_excess", "relabel_p")}
    shown = {
        run: table[table.measure == measure].set_index("reference")[list(columns)].rename(columns=columns)
        for run, table in results.items()
    }
    return pd.concat(shown, axis=1)


def layer_table(scores: pd.DataFrame, chosen: Mapping[str, tuple[int, str]]) -> pd.DataFrame:
    """Scores of `ladder` whose rungs are (reference, layer, pooling), the untrained reference beside the trained.

    `chosen`: reference -> layer and pooling of the headline number.
    """
    table = pd.DataFrame(scores.rung.tolist(), columns=["reference", "layer", "pooling"], index=scores.index)
    table = table.assign(measure=scores.measure, value=scores.value)
    before = table.reference.str.endswith(UNTRAINED)
    untrained = table[before].assign(reference=table.reference.str.removesuffix(UNTRAINED))
    keys = ["reference", "layer", "pooling", "measure"]
    table = table[~before].merge(untrained.rename(columns={"value": "untrained"}), "left", keys)
    return table.assign(headline=[chosen[row.reference] == (row.layer, row.pooling) for row in table.itertuples()])


def _found(supported: bool, refuted: bool) -> str:
    return "supported" if supported else "not supported" if refuted else "in part"


def _range(values: pd.Series, form: str = ".2f") -> str:
    return f"{values.min():{form}} to {values.max():{form}}"


def _share(true: pd.Series) -> str:
    return f"{true.sum()} of {len(true)}"


def _limits(results: pd.DataFrame, grammar: str) -> list[str]:
    ran = results.groupby("reference", sort=False).value.count() > 0
    here, missing = [name for name in ran.index if name.endswith("-here")], ran.index[~ran]
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
