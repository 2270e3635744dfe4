"""The specification curve: estimates of many universes in order, and below each what was chosen in it."""

from __future__ import annotations

from collections.abc import Mapping

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from lva.figures.style import AGENT, CHANCE, GREY, INK, SMALL, TINY, WIDTH, WORDS_PALE, write_title
from lva.ground.paper import ALIGNMENT
from lva.report.tables.multiverse import universe_choices

BANDS = {"chance": (CHANCE, "chance, 95 %"), "words": (WORDS_PALE, "meanings shuffled, words kept, 95 %")}
CURVE, ROW = 2.9, 0.135  # inches: the curve, and a row of choices


def plot_specification(specification: pd.DataFrame, readings: pd.DataFrame) -> Figure:
    """The P@k of many universes, sorted, each with its interval and nulls; a tick in each row that it chose.

    specification: of the study, one row per universe; readings: reading, option, choice.
    """
    table = specification.sort_values("value", ignore_index=True, kind="stable")
    choices = universe_choices(table, readings)
    rows = sum(column.nunique() + 1 for _, column in choices.items())
    figure, (curve, matrix) = plt.subplots(
        2, 1, figsize=(WIDTH, CURVE + ROW * rows + 0.6), height_ratios=[CURVE, ROW * rows], sharex=True,
        layout="constrained",
    )  # fmt: skip
    _draw_curve(curve, table)
    _draw_choices(matrix, choices)
    measure = table.measure.iloc[0]
    curve.set_ylabel(f"{measure} with a language model", size=SMALL + 1)
    matrix.set_xlabel(f"{len(table)} universes, by {measure}", size=SMALL + 1)
    write_title(figure, f"{measure} of agents that can do the task, by every choice of the comparison")
    return figure


def _draw_curve(axis: Axes, table: pd.DataFrame) -> None:
    at = np.arange(len(table))
    for null, (color, label) in BANDS.items():
        if f"{null}_low" in table:
            axis.fill_between(at, table[f"{null}_low"], table[f"{null}_high"], color=color, lw=0, label=label)
    axis.vlines(at, table.low, table.high, color=AGENT, alpha=0.25, lw=0.8)
    axis.plot(at, table.value, ".", color=AGENT, ms=3, label="estimate, 95 % over phrases, colours and kinds")
    axis.axhspan(*ALIGNMENT, color=INK, alpha=0.25, lw=0, label="the paper's")
    axis.set(ylim=(0, 1), xlim=(-1, len(table)))
    axis.legend(loc="upper left", frameon=False, fontsize=SMALL, ncols=2)
    axis.tick_params(labelsize=SMALL)
    axis.spines[["top", "right"]].set_visible(False)


def _draw_choices(axis: Axes, choices: Mapping[str, pd.Series]) -> None:
    row, labels = 0, {}
    for name, column in choices.items():
        labels[row] = (name, {"weight": "bold", "color": INK})
        for choice in sorted(column.unique(), key=_in_order):
            row += 1
            labels[row] = (str(choice), {"color": GREY})
            axis.plot(np.flatnonzero(column == choice), np.full((column == choice).sum(), row), "|", color=INK, ms=4)
        row += 1
    axis.set(ylim=(row - 0.5, -0.5), yticks=list(labels))
    axis.set_yticklabels([text for text, _ in labels.values()])
    for tick, (_, style) in zip(axis.get_yticklabels(), labels.values(), strict=True):
        tick.set(size=TINY, **style)
    axis.tick_params(axis="y", length=0)
    axis.tick_params(axis="x", length=0, labelbottom=False)
    axis.spines[["top", "right", "left"]].set_visible(False)


def _in_order(choice: str) -> tuple[float, str]:
    """Numbers by size, then words by the alphabet."""
    try:
        return float(choice), ""
    except ValueError:
        return np.inf, str(choice)
