"""Sentences that notebook 04 shows beside its tables, with the computed numbers."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from lva.alignment import RelabellingGroup
from lva.alignment.tables.course import NOTHING
from lva.ground.paper import LLMS
from lva.models import WORDLLAMA
from lva.report.tables.headline import headline_measure
from lva.report.wording import lower_first, number_text, percent_text, range_text
from lva.spaces.words import LEXICAL, RANDOM_WORDS

PARTS = {  # what `without_factor` takes out
    "task": "what tells tasks apart",
    "phrase": "what tells the phrases of a task apart",
    "color": "what tells colours apart",
    "kind": "what tells kinds apart",
}


def read_claim(verdicts: pd.DataFrame, claim: str) -> str:
    """Say what became of one claim, the numbers that decided, and the rule that could have refuted it."""
    rows = verdicts[verdicts.claim == claim]
    if rows.empty:
        raise ValueError(f"claim={claim!r} is not in the table; it has {'; '.join(verdicts.claim)}")
    row = rows.iloc[0]
    numbers = f": {row.numbers}" if row.numbers else ""
    return f"*{claim}.* **{row['this run'].capitalize()}**{numbers}. The rule: {lower_first(row.rule)}"


def read_relabelling(group: RelabellingGroup, grammar: str) -> str:
    """Say how many relabellings of phrases, colours and kinds keep all word overlaps."""
    sizes = " x ".join(f"{levels.size:,}" for levels in group.groups)
    return (
        f"In grammar `{grammar}` {group.size:,} relabellings keep all word overlaps: {sizes} of phrases, colours and "
        f"kinds."
    )


def read_draws(draws: pd.DataFrame) -> str:
    """Say how far the trainings of each reference are apart in their alignment with the agent."""
    again = draws.groupby("reference", sort=False).filter(lambda rows: len(rows) > 1)
    if again.empty:
        return "Each reference was trained once: how much another training would change, this run cannot tell."
    each = ", ".join(
        f"{name} {range_text(rows.value.min(), rows.value.max())}"
        for name, rows in again.groupby("reference", sort=False)
    )
    return (
        f"{again.measure.iloc[0]} of the agent with each of {again.draw.max()} trainings, lowest to highest: "
        f"{each}. Their mean is the estimate everywhere, and intervals are for other trainings too."
    )


def read_static(ladder: pd.DataFrame) -> str:
    """Say how near the static vectors of words are to each space, and the nearest space of words alone beside it."""
    measure = headline_measure(ladder)
    value = ladder[ladder.measure == measure].pivot(index="rung", columns="target", values="value")
    if WORDLLAMA.name not in value.index:
        return "The words of this grammar have no static vectors here: `make wordllama` installs those of all words."
    best = value.loc[[*LEXICAL, RANDOM_WORDS]].max()
    each = ", ".join(
        f"{target} {number_text(value.loc[WORDLLAMA.name, target])} ({number_text(best[target])})"
        for target in ladder.target.unique()
    )
    return f"{measure} of {WORDLLAMA.name}, the nearest space of words alone in brackets: {each}."


def read_word_order(ladder: pd.DataFrame, scrambled: pd.DataFrame, target: str = "agent") -> str:
    """Say what share of their P@k with the target the references keep with the words in random order.

    ladder, scrambled: scores by `ladder`, the words in order and out of it.
    """
    measure = headline_measure(scrambled)
    in_order, out_of_order = (
        table[(table.target == target) & (table.measure == measure)].set_index("rung").value
        for table in (ladder, scrambled)
    )
    shares = (out_of_order / in_order.reindex(out_of_order.index)).map(percent_text)
    each = ", ".join(f"{name} {share}" for name, share in shares.items())
    return f"With the words of every instruction in random order, this is left of the references' {measure}: {each}."


def read_course(
    agreement: pd.DataFrame, composition: pd.DataFrame, families: Mapping[str, str], peak: pd.DataFrame | None = None
) -> str:
    """Say when in training the language models are closest, how close they end, and what E_L is made of then.

    peak: of `lva.alignment.parts_course`; it says what the height is due to, which shares of the variance do not.
    """
    along = agreement[(agreement.x == "samples") & agreement.reference.map(families).isin(LLMS)]
    if along.empty:
        return "No language model was run."
    measure = headline_measure(along)
    value = along[along.measure == measure].groupby("at").value.mean()
    rows = composition[composition.x == "samples"]
    shares = rows.pivot_table("share", "at", "factor", aggfunc="mean")
    moments = [
        f"after {at:,} samples {number_text(value[at])}, when {percent_text(shares.task[at])} of the variance of E_L "
        f"is between the tasks and {percent_text(shares.color[at] + shares.kind[at])} between colours and kinds"
        for at in dict.fromkeys([value.idxmax(), value.index[-1]])
    ]
    due = "" if peak is None else " " + read_peak(peak, families)
    return f"{measure} with the language models, the highest and the last: {'; '.join(moments)}.{due}"


def read_peak(peak: pd.DataFrame, families: Mapping[str, str]) -> str:
    """Say what is left of the language models' highest P@k when the part of each factor is taken out of E_L."""
    rows = peak[(peak.x == "samples") & peak.reference.map(families).isin(LLMS)]
    left = rows.pivot_table("value", "at", "removed", sort=False)
    highest = left.loc[left[NOTHING].idxmax()]
    parts = highest.drop(NOTHING)
    each = ", ".join(f"{PARTS[name]} {number_text(value)}" for name, value in parts.items())
    return (
        f"At its highest, {number_text(highest[NOTHING])}, it is due most to {PARTS[parts.idxmin()]}. What is left "
        f"when each part is taken out of E_L: {each}."
    )
