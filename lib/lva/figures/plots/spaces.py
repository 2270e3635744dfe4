"""Every space as a map, coloured by what the instructions say."""

from __future__ import annotations

from collections.abc import Sequence
from textwrap import fill

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure, SubFigure

from lva.figures.style import GREY, LINES, MARKERS, PAINT, SMALL, TASK_COLORS, TINY, WIDTH, write_title

ALONE = 3  # up to this many spaces stand in one block; more in two, side by side
LEGEND, GAP = 0.85, 0.12  # inches below the maps; width between the blocks, in maps
FILLS = ("full", "none", "left", "bottom")  # of the phrases of one task
Look = dict[str, str]  # how the markers of one level are drawn


def looks(items: pd.DataFrame, column: str) -> dict[str, Look]:
    """Colour and shape of each level of task, phrase, color or kind; a phrase has its task's, filled or hollow."""
    levels = list(items[column].unique())
    if column == "phrase":
        task_of, of_task = items.drop_duplicates("phrase").set_index("phrase").task, looks(items, "task")
        places = task_of.groupby(task_of).cumcount()
        return {p: of_task[task_of[p]] | {"fillstyle": FILLS[places[p] % len(FILLS)]} for p in levels}
    known = {"task": TASK_COLORS, "color": PAINT}.get(column, {})
    others = LINES[4:] + LINES[:4]  # first the colours that no task has
    return {
        level: {"color": known.get(level, others[i % len(others)]), "marker": MARKERS[i % len(MARKERS)]}
        for i, level in enumerate(levels)
    }


def plot_spaces(
    maps: pd.DataFrame,
    items: pd.DataFrame,
    by: Sequence[str] = ("task", "phrase", "color", "kind"),
) -> Figure:
    """One row of maps per space, one map per colouring, all turned to resemble the first space's map.

    maps: of `map_table`; items: one row per instruction, with the columns named in `by`.
    """
    spaces = {name: rows[["x", "y"]].to_numpy() for name, rows in maps.groupby("space", sort=False)}
    blocks = 1 if len(spaces) <= ALONE else 2
    rows, columns = -(-len(spaces) // blocks), len(by) * blocks + blocks - 1
    side = (WIDTH - 0.4 * blocks) / (len(by) * blocks)
    figure = plt.figure(figsize=(WIDTH, rows * (side + 0.05) + LEGEND + 0.7), layout="constrained")
    above, below = figure.subfigures(2, 1, height_ratios=(rows * (side + 0.05) + 0.7, LEGEND))
    widths = ([1] * len(by) + [GAP]) * blocks
    axes = above.subplots(rows, columns, squeeze=False, width_ratios=widths[:columns])
    for axis in axes.flat:
        axis.axis("off")
    for i, (name, points) in enumerate(spaces.items()):
        block, row = divmod(i, rows)
        start = block * (len(by) + 1)
        _draw_row(axes[row, start : start + len(by)], name, points, items, by)
        for axis, column in zip(axes[0, start:], by):
            axis.set_title(f"by {column}", size=SMALL, pad=3)
    _explain(below, items, by)
    write_title(above, "The spaces as maps, coloured by what the instructions say")
    return figure


def _draw_row(axes: Sequence[Axes], name: str, points: np.ndarray, items: pd.DataFrame, by: Sequence[str]) -> None:
    middle = (points.max(axis=0) + points.min(axis=0)) / 2
    reach = abs(points - middle).max() * 1.08
    for axis, column in zip(axes, by):
        for level, look in looks(items, column).items():
            x, y = points[items[column].to_numpy() == level].T
            axis.plot(x, y, ls="none", ms=3, mew=0.5, label=level, **look)
        axis.axis("on")
        axis.set(xticks=[], yticks=[], aspect="equal")
        axis.set(xlim=(middle[0] - reach, middle[0] + reach), ylim=(middle[1] - reach, middle[1] + reach))
        axis.spines[:].set(visible=True, color=GREY, linewidth=0.5)
    axes[0].set_ylabel(fill(name, 14), size=TINY)


def _explain(part: SubFigure, items: pd.DataFrame, by: Sequence[str]) -> None:
    for axis, column in zip(part.subplots(1, len(by), squeeze=False).flat, by):
        axis.axis("off")
        for level, look in looks(items, column).items():
            axis.plot([], [], ls="none", ms=5, mew=0.8, label=level, **look)
        axis.legend(
            title=column, title_fontsize=SMALL, fontsize=TINY, loc="upper center", ncols=2, frameon=False,
            handletextpad=0.1, columnspacing=0.8, labelspacing=0.3, borderpad=0,
        )  # fmt: skip
