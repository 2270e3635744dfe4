"""The headline: how alike the agent and each model are, beside what words alone, no training, and chance give."""

from __future__ import annotations

from collections.abc import Mapping

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.transforms import blended_transform_factory

from lva.figures.style import AGENT, CHANCE, GREY, INK, LEXICAL, PALE, SMALL, WIDTH, WORDS
from lva.models import WORDLLAMA
from lva.report.tables.headline import headline_measure, headline_table
from lva.report.wording import number_text
from lva.spaces.items import ALL_BUT_SYNONYMS

ABOVE, BELOW, RIGHT, ROW = 1.0, 1.4, 0.85, 0.52  # inches around the axes, and the height of a row
PAPER_LANE, AGENT_LANE, LOWER_LANE = -0.31, -0.02, 0.29  # in rows, from the middle of each
MARKS = {  # column of the headline table -> its label, the lane of its mark, its colour
    "paper": ("reported in the paper", PAPER_LANE, INK),
    "value": ("trained agent", AGENT_LANE, AGENT),
    "untrained": ("untrained agent", LOWER_LANE, AGENT),
    "baseline_value": ("words alone", LOWER_LANE, LEXICAL),
    "static": ("single words", LOWER_LANE, WORDS),
    "ceiling": ("most, if synonyms are one", AGENT_LANE, GREY),
}
ENDS = {"value": ("low", "high"), "paper": ("paper_low", "paper_high")}  # of the marks that are lines
APART = 0.03  # between a mark and its label, in units of the measure
TITLE = "How alike the trained agent and each model are, beside words alone"
PRECISION = (
    "P@{k}: share of an instruction's {k} nearest neighbours in the agent that are its {k} nearest in the model too"
)
NOTES = (
    "Trained agent: mean over seeds, with the 95 % interval over instructions. Words alone: the best of several\n"
    "spaces that are made of the words of the instructions and nothing else. Chance: 95 % of the values when\n"
    "the instructions are permuted."
)
CEILING_NOTE = " Most: the greatest value of any space that treats synonyms alike."
STATIC_NOTE = "\nSingle words: static vectors of the words (WordLlama), what each means without reading them together."


def plot_headline(
    alignment: pd.DataFrame,
    reported: pd.DataFrame,
    families: Mapping[str, str],
    measure: str | None = None,
    ceilings: pd.DataFrame | None = None,
    ladder: pd.DataFrame | None = None,
) -> Figure:
    """One row per reference: the agent, trained and untrained, the best space of words, the paper's value, chance.

    ceilings: by `lva.alignment.ceiling_table`; that of spaces which treat synonyms alike is marked. ladder: by
    `lva.alignment.ladder`; its rung of static vectors of words is marked.
    """
    measure = measure or headline_measure(alignment)
    table = headline_table(alignment, reported, families, measure).assign(ceiling=np.nan, static=np.nan)
    if ceilings is not None:
        most = ceilings[(ceilings.knows == ALL_BUT_SYNONYMS) & (ceilings.measure == measure)]
        table["ceiling"] = most.set_index("space").value.reindex(table.index)
    if ladder is not None:
        words = ladder[(ladder.rung == WORDLLAMA.name) & (ladder.measure == measure)]
        table["static"] = words.set_index("target").value.reindex(table.index)
    more = {"ceiling": CEILING_NOTE, "static": STATIC_NOTE}
    notes = NOTES + "".join(note for column, note in more.items() if table[column].notna().any())
    left, height = 0.25 + 0.085 * max(map(len, table.index)), ABOVE + ROW * len(table) + BELOW
    figure = plt.figure(figsize=(WIDTH, height))
    box = (left / WIDTH, BELOW / height, 1 - (left + RIGHT) / WIDTH, ROW * len(table) / height)
    axis = figure.add_axes(box, xlim=(min(0, table.low.min()), 1), ylim=(len(table) - 0.5, -0.5))
    _draw_marks(axis, table)
    _name_marks(axis, table)
    _write_values(axis, table, measure)
    _frame(axis, table, measure)
    _write_around(figure, measure, notes)
    return figure


def _draw_marks(axis: Axes, t: pd.DataFrame) -> None:
    rows = np.arange(len(t))
    axis.barh(rows, 4 * t.null_sd, left=t.null_mean - 2 * t.null_sd, height=1, color=CHANCE, lw=0, label="null_mean")
    axis.hlines(rows + AGENT_LANE, t.low, t.high, color=AGENT, lw=2, label="interval")
    axis.plot(t.value, rows + AGENT_LANE, "o", color=AGENT, ms=8, label="value")
    axis.plot(t.untrained, rows + LOWER_LANE, "o", mfc="white", mec=AGENT, mew=1.5, ms=6, label="untrained")
    axis.plot(t.ceiling, rows + AGENT_LANE, "|", color=GREY, mew=2, ms=11, label="ceiling")
    axis.plot(t.static, rows + LOWER_LANE, "^", mfc="white", mec=WORDS, mew=1.3, ms=6, label="static")
    axis.plot(t.baseline_value, rows + LOWER_LANE, "D", color=LEXICAL, ms=6, label="baseline_value")
    reach = (t.paper_high - t.paper_low) / 2
    axis.errorbar(t.paper, rows + PAPER_LANE, xerr=reach, fmt="none", color=INK, lw=2, capsize=3, capthick=2)


def _name_marks(axis: Axes, table: pd.DataFrame) -> None:
    """Label each kind of mark once, beside the first of them that has room for it on one side."""
    chance = table.null_mean.dropna()
    if len(chance):
        axis.text(chance.iloc[0], -0.56, "chance", size=SMALL, color=GREY, ha="center", va="bottom")
    marks = {column: spans for column in MARKS if (spans := _spans(table, column))}
    taken = [(row + MARKS[column][1], *span) for column, spans in marks.items() for row, span in spans.items()]
    ends = zip(table.null_mean - 2 * table.null_sd, table.null_mean + 2 * table.null_sd)
    band = [(row + lane, *span) for row, span in enumerate(ends) for lane in (PAPER_LANE, AGENT_LANE, LOWER_LANE)]
    for column, spans in marks.items():
        label, lane, color = MARKS[column]
        text = axis.text(0, 0, label, size=SMALL, color=color, va="center_baseline")
        width = text.get_window_extent().transformed(axis.transData.inverted()).width + APART
        sides = [
            (row + lane, x, x + width)
            for row, (low, high) in spans.items()
            for x in (high + APART / 2, low - APART / 2 - width)
        ]
        free = [side for side in sides if _is_free(side, taken, axis.get_xlim())] or sides
        y, x, end = next((side for side in free if _is_free(side, band, axis.get_xlim())), free[0])
        text.set_position((x + APART / 2, y))
        taken.append((y, x, end))


def _spans(table: pd.DataFrame, column: str) -> dict[int, tuple[float, float]]:
    """The extent of a kind of mark, by row."""
    low, high = (table[end].fillna(table[column]) for end in ENDS.get(column, (column, column)))
    known = np.flatnonzero(table[column].notna())
    return {int(row): (low.iloc[row], high.iloc[row]) for row in known}


def _is_free(side: tuple[float, float, float], taken: list[tuple[float, float, float]], xlim: tuple) -> bool:
    """Whether nothing stands at a height y between x and end, and both are on the page."""
    y, x, end = side
    occupied = any(at == y and low <= end and x <= high for at, low, high in taken)
    return xlim[0] <= x and end <= xlim[1] and not occupied


def _write_values(axis: Axes, table: pd.DataFrame, measure: str) -> None:
    """The agent's value, in a column on the right."""
    place = blended_transform_factory(axis.figure.dpi_scale_trans, axis.transData)
    at, style = WIDTH - RIGHT + 0.2, {"transform": place, "va": "center_baseline"}
    axis.text(at, -0.7, measure, size=SMALL, color=AGENT, **style)
    for row, value in enumerate(table.value):
        if pd.isna(value):
            axis.text(at, row, "not run", size=SMALL, color=GREY, **style)
        else:
            axis.text(at, row, number_text(value), size=11, color=AGENT, weight="bold", **style)


def _frame(axis: Axes, table: pd.DataFrame, measure: str) -> None:
    axis.set_yticks(range(len(table)), table.index, size=10)
    axis.tick_params(axis="y", length=0)
    axis.tick_params(axis="x", labelsize=SMALL)
    axis.hlines(np.arange(len(table) - 1) + 0.5, *axis.get_xlim(), color=PALE, lw=0.8, zorder=0)
    axis.spines[["top", "right", "left"]].set_visible(False)
    axis.set_xlabel(measure, size=SMALL + 0.5)


def _write_around(figure: Figure, measure: str, notes: str) -> None:
    """Title above, what the measure is below it, and the notes at the foot."""
    left, top = 0.1 / WIDTH, figure.get_figheight()
    figure.text(left, 1 - 0.1 / top, TITLE, size=12.5, weight="bold", va="top")
    if measure.startswith("P@"):
        text = PRECISION.format(k=measure.removeprefix("P@"))
        figure.text(left, 1 - 0.38 / top, text, size=9.5, color=INK, va="top")
    figure.text(left, 0.08 / top, notes, size=9, color=INK, va="bottom", linespacing=1.3)
