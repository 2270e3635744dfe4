"""Sentences that notebook 08 shows: what knowledge saves, and what it lets an agent do that it was never shown."""

from __future__ import annotations

import pandas as pd

from lva.report.tables.function import HELD_OUT
from lva.report.tables.transfer import in_order, zero_shot
from lva.report.wording import number_text, p_text, percent_text, short_number, span_text


def read_needed(needed: pd.DataFrame) -> str:
    """Say how many demonstrations each language needs."""
    lines = []
    for name, one in in_order(needed):
        told = [f"{percent_text(row.goal)} {_many(row.demonstrations)}" for row in one.itertuples()]
        lines.append(f"- {name}: {', '.join(told)}")
    return "\n".join(lines)


def read_transfer(verdicts: pd.DataFrame) -> str:
    """Say by the rule what knowledge carries over to."""
    return "\n".join(_read_question(question, some) for question, some in verdicts.groupby("question", sort=False))


def caption_demonstrations(curves: pd.DataFrame) -> str:
    """The numbers of `plot_demonstrations`."""
    told = []
    for name, one in in_order(curves):
        points = [f"{short_number(row.demonstrations)} {number_text(row.success)}" for row in one.itertuples()]
        told.append(f"- {name}: {', '.join(points)}")
    what = (
        f"Success in unseen rooms by the number of demonstrations, {_seeds(curves)}; all agents see the same number of "
        "samples. Dashed: the vectors of a model without their meaning. Dotted: the agents driven by their mean E_L."
    )
    return "\n".join([what, "", *told])


def caption_never_shown(held: pd.DataFrame) -> str:
    """The numbers of `plot_never_shown`."""
    rows = zero_shot(held)
    told = [
        f"- {HELD_OUT[axis]} held out: "
        + ", ".join(f"{row.language} {number_text(row.success)}" for row in some.itertuples())
        for axis, some in rows.groupby("axis", sort=False)
    ]
    what = "Success on instructions of which none was demonstrated, 95 % for other levels and seeds"
    return "\n".join([f"{what}, {_seeds(held)}.", "", *told])


def _read_question(question: str, some: pd.DataFrame) -> str:
    hits, best = some[some.verdict == "yes"], some.loc[some.excess.idxmax()]
    named = ", ".join(hits.language) if len(hits) else "none"
    few = " (too few seeds for a verdict)" if some.seeds.max() < 5 else ""
    about = (
        f"*{HELD_OUT[question].capitalize()}* never shown, done with"
        if question in HELD_OUT
        else "Demonstrations saved by"
    )
    interval = "" if pd.isna(best.low) else f" [{span_text(best.low, best.high)}], {p_text(best.holm)} (Holm)"
    return (
        f"- {about}: **{named}**{few}. The most is {best.language}, {number_text(best.excess, '+.2f')}{interval} over "
        f"the best without knowledge, {best.baseline}."
    )


def _many(demonstrations: float) -> str:
    return "not reached" if pd.isna(demonstrations) else f"with about {short_number(float(f'{demonstrations:.2g}'))}"


def _seeds(table: pd.DataFrame) -> str:
    seeds = int(table.seeds.max())
    return f"mean over {seeds} seeds" if seeds > 1 else "one seed"
