"""The headline: how alike the agent and each model are, beside what chance and shared words alone give."""

from __future__ import annotations

from collections.abc import Mapping

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.transforms import blended_transform_factory

from lva.figures.plots.labels import spread_out
from lva.figures.style import AGENT, AGENT_PALE, CHANCE, GREY, INK, LEXICAL, PALE, SMALL, TINY, WIDTH, WORDS
from lva.report.headline import headline_measure, headline_table
from lva.report.wording import number_text, p_text

ABOVE, BELOW, RIGHT, ROW = 1.38, 1.02, 1.95, 0.5  # inches around the axes, and the height of a row
PAPER_LANE, LOWER_LANE, NAMES = -0.3, 0.3, -0.95  # in rows; the agent has the middle of each
MARKS = {  # column of the headline table -> its name, the lane in which the mark stands, its colour
    "null_mean": ("chance", -0.5, GREY),
    "untrained": ("untrained\nagent", LOWER_LANE, AGENT),
    "relabel_mean": ("trained agent,\nmeanings shuffled", -0.15, WORDS),
    "value": ("trained\nagent", 0, AGENT),
    "baseline_value": ("words alone,\nbest baseline", LOWER_LANE, LEXICAL),
    "paper": ("reported\nin the paper", PAPER_LANE, INK),
}
TITLE = "How alike the trained agent and each model are, and how much of it is words"
PRECISION = (
    "P@{k}: share of an instruction's {k} nearest neighbours in the agent that are its {k} nearest in the model too"
)
NOTES = (
    "Chance: 95 % when instructions are permuted. Trained agent: mean, sd over seeds (bar), 95 % interval over "
    "instructions (line).\nMeanings shuffled: colours, kinds and phrases renamed among themselves, which keeps every "
    "overlap of words; the last\ncolumn is the excess over it. Best baseline: the one nearest to the model."
)


def plot_headline(
    alignment: pd.DataFrame, reported: pd.DataFrame, families: Mapping[str, str], measure: str | None = None
) -> Figure:
    """Each reference a row: the agent, the untrained agent, the nulls, the best word baseline, the paper's value."""
    measure = measure or headline_measure(alignment)
    table = headline_table(alignment, reported, families, measure)
    left, height = 0.25 + 0.085 * max(map(len, table.index)), ABOVE + ROW * len(table) + BELOW
    figure = plt.figure(figsize=(WIDTH, height))
    box = (left / WIDTH, BELOW / height, 1 - (left + RIGHT) / WIDTH, ROW * len(table) / height)
    axis = figure.add_axes(box, xlim=(min(0, table.low.min()), 1), ylim=(len(table) - 0.5, -0.5))
    _draw_marks(axis, table)
    _name_marks(axis, table)
    _name_baselines(axis, table)
    _write_numbers(axis, table, measure)
    _frame(axis, table, measure)
    _write_around(figure, measure)
    return figure


def _draw_marks(axis: Axes, t: pd.DataFrame) -> None:
    rows = np.arange(len(t))
    axis.barh(rows, 4 * t.null_sd, left=t.null_mean - 2 * t.null_sd, height=1, color=CHANCE, lw=0, label="null_mean")
    axis.hlines(rows, t.value - t.seed_sd, t.value + t.seed_sd, color=AGENT_PALE, lw=7)
    axis.hlines(rows, t.low, t.high, color=AGENT, lw=1.5)
    axis.vlines(t.relabel_mean, rows - 0.17, rows + 0.17, color=WORDS, lw=2.5, label="relabel_mean")
    axis.plot(t.value, rows, "o", color=AGENT, ms=7.5, label="value")
    axis.plot(t.untrained, rows + LOWER_LANE, "o", mfc="white", mec=AGENT, mew=1.5, ms=6, label="untrained")
    axis.plot(t.baseline_value, rows + LOWER_LANE, "D", color=LEXICAL, mec="white", ms=6.5, label="baseline_value")
    reach = (t.paper_high - t.paper_low) / 2
    axis.errorbar(t.paper, rows + PAPER_LANE, xerr=reach, fmt="none", color=INK, lw=2, capsize=3, capthick=2)


def _name_marks(axis: Axes, table: pd.DataFrame) -> None:
    """Write the names of the marks above the first row, each with a line to its mark."""
    there = {column: table[column].first_valid_index() for column in MARKS}
    found = {column: table.index.get_loc(name) for column, name in there.items() if name is not None}
    texts = [
        axis.text(table[column].iloc[row], NAMES, MARKS[column][0], size=SMALL, color=MARKS[column][2], ha="center")
        for column, row in found.items()
    ]
    wanted = [text.get_position()[0] for text in texts]
    widths = [text.get_window_extent().transformed(axis.transData.inverted()).width + 0.02 for text in texts]
    for (column, row), text, x, place in zip(found.items(), texts, wanted, spread_out(wanted, widths, -0.1, 1.02)):
        _, lane, color = MARKS[column]
        text.set_x(place)
        axis.plot([place, x, x], [NAMES + 0.08, -0.5, row + lane], color=color, lw=0.8, clip_on=False, zorder=1)


def _name_baselines(axis: Axes, table: pd.DataFrame) -> None:
    for row, (name, x) in enumerate(zip(table.baseline, table.baseline_value)):
        if pd.notna(x):
            side, away = ("left", 7) if x < 0.72 else ("right", -7)
            axis.annotate(
                name, (x, row + LOWER_LANE), (away, 0), textcoords="offset points", size=TINY, color=LEXICAL,
                ha=side, va="center_baseline",
            )  # fmt: skip


def _write_numbers(axis: Axes, table: pd.DataFrame, measure: str) -> None:
    """The column of numbers on the right: the value, and its excess over shuffled meanings."""
    figure = axis.figure
    inches = blended_transform_factory(figure.dpi_scale_trans, axis.transData)
    at, beyond = WIDTH - RIGHT + 0.2, WIDTH - RIGHT + 0.68
    style = {"transform": inches, "va": "center_baseline"}
    axis.text(at, NAMES, measure, size=SMALL, color=AGENT, transform=inches)
    axis.text(beyond, NAMES, "excess over\nmeanings shuffled", size=SMALL, color=WORDS, transform=inches)
    for row, one in enumerate(table.itertuples()):
        if pd.isna(one.value):
            axis.text(at, row, "not run", size=SMALL, color=GREY, **style)
        else:
            axis.text(at, row, f"{one.value:.2f}", size=10, color=AGENT, weight="bold", **style)
        if pd.notna(one.relabel_excess):
            text = f"{number_text(one.relabel_excess, '+.2f')}   {p_text(one.relabel_p)}"
            axis.text(beyond, row, text, size=SMALL, color=WORDS, **style)


def _frame(axis: Axes, table: pd.DataFrame, measure: str) -> None:
    axis.set_yticks(range(len(table)), table.index, size=10)
    axis.tick_params(axis="y", length=0)
    axis.tick_params(axis="x", labelsize=SMALL)
    axis.hlines(np.arange(len(table) - 1) + 0.5, *axis.get_xlim(), color=PALE, lw=0.8, zorder=0)
    axis.spines[["top", "right", "left"]].set_visible(False)
    axis.set_xlabel(measure, size=SMALL + 0.5)


def _write_around(figure: Figure, measure: str) -> None:
    """Title above, what the measure is below it, and the notes at the foot."""
    left, top = 0.1 / WIDTH, figure.get_figheight()
    said = {"size": 9.5, "color": INK, "va": "top"}
    figure.text(left, 1 - 0.1 / top, TITLE, size=12.5, weight="bold", va="top")
    if measure.startswith("P@"):
        figure.text(left, 1 - 0.38 / top, PRECISION.format(k=measure.removeprefix("P@")), **said)
    figure.text(left, 0.08 / top, NOTES, size=TINY, color=GREY, va="bottom", linespacing=1.25)
