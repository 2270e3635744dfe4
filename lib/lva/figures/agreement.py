"""Agreement over training: what the agent's experience does to its likeness with each model."""

from __future__ import annotations

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import EngFormatter, MaxNLocator

from lva.alignment.checks import Array
from lva.figures.labels import spread_out
from lva.figures.style import INK, LINES, MARKERS, SMALL, WIDTH, write_title

EXPERIENCE = {"samples": "samples seen in training", "demonstrations": "demonstrations in the training set"}
HEIGHTS = {"value": 3.2, "success": 1.3}  # inches of the panels
LINE = 0.17  # inches between two labels
FEW = 6  # amounts of experience with room for a tick each


def plot_agreement(agreement: pd.DataFrame, measure: str = "P@15") -> Figure:
    """Alignment with each reference along training and by number of demonstrations; below, the agent's success.

    Columns: x (samples or demonstrations), at (0: untrained), reference, measure, value, seed, and success if known.
    Lines are means over seeds, bands their range; experience has a square-root axis, so that 0 is on it.
    """
    table = agreement[agreement.measure == measure]
    kinds = [kind for kind in EXPERIENCE if (table.x == kind).any()]
    heights = [HEIGHTS["value"]]
    if "success" in table and table.success.notna().any():
        heights.append(HEIGHTS["success"])
    figure, axes = plt.subplots(
        len(heights), len(kinds), figsize=(WIDTH, sum(heights) + 0.5), sharex="col", sharey="row",
        height_ratios=heights, squeeze=False, layout="constrained",
    )  # fmt: skip
    looks = {name: (LINES[i % 8], MARKERS[i % 8]) for i, name in enumerate(table.reference.unique())}
    for column, kind in zip(axes.T, kinds):
        _draw_lines(column[0], table[table.x == kind], looks)
        if len(column) > 1:
            _draw_success(column[1], table[table.x == kind])
        _scale(column[-1], kind, np.unique(table["at"][table.x == kind]))
    axes[0, 0].set_ylabel(f"{measure} with the agent", size=SMALL + 1)
    for axis in axes.flat:
        axis.tick_params(labelsize=SMALL)
        axis.spines[["top", "right"]].set_visible(False)
    write_title(figure, f"{measure} of the agent with each model, by the agent's experience")
    return figure


def over_seeds(table: pd.DataFrame, column: str) -> pd.DataFrame:
    """Mean, least and largest of a column over seeds, by `at`."""
    return table.dropna(subset=column).groupby("at")[column].agg(["mean", "min", "max"])


def success_over_seeds(table: pd.DataFrame) -> pd.DataFrame:
    """The same of the agent's success, which every reference repeats."""
    return over_seeds(table.drop_duplicates(["at", "seed"]), "success")


def _draw_lines(axis: Axes, table: pd.DataFrame, looks: dict[str, tuple[str, str]]) -> None:
    lines = {name: over_seeds(one, "value") for name, one in table.groupby("reference", sort=False)}
    axis.set_ylim(min(0, *(line["min"].min() for line in lines.values())), 1)
    ends = [line["mean"].iloc[-1] for line in lines.values()]
    room = np.ptp(axis.get_ylim()) / HEIGHTS["value"] * LINE
    for (name, line), place in zip(lines.items(), spread_out(ends, [room] * len(ends))):
        color, marker = looks[name]
        axis.fill_between(line.index, line["min"], line["max"], color=color, alpha=0.15, lw=0)
        step = max(1, len(line) // 6)
        marked = ((len(line) - 1) % step, step)  # the last point among them
        axis.plot(line.index, line["mean"], color=color, marker=marker, ms=4.5, markevery=marked, label=name)
        axis.annotate(
            name, (line.index[-1], line["mean"].iloc[-1]), (1.06, place), textcoords=axis.get_yaxis_transform(),
            color=color, size=SMALL, va="center_baseline",
            arrowprops={"arrowstyle": "-", "color": color, "lw": 0.6, "shrinkA": 1, "shrinkB": 4, "relpos": (0, 0.5)},
        )  # fmt: skip


def _draw_success(axis: Axes, table: pd.DataFrame) -> None:
    line = success_over_seeds(table)
    axis.fill_between(line.index, line["min"], line["max"], color=INK, alpha=0.15, lw=0)
    axis.plot(line.index, line["mean"], color=INK, lw=1.5, label="success")
    axis.set(ylim=(0, 1), yticks=(0, 0.5, 1))
    axis.set_ylabel("success", size=SMALL + 1)


def _scale(axis: Axes, kind: str, at: Array) -> None:
    axis.set_xscale("function", functions=(lambda x: np.sqrt(np.clip(x, 0, None)), np.square))
    axis.set_xlim(0, 1.03 * at.max())
    ticks = at
    if len(at) > FEW:
        ticks = MaxNLocator(4).tick_values(0, at.max())
        ticks = np.insert(ticks, 1, ticks[1] / 4)  # the root makes room for it
    axis.set_xticks(ticks[ticks <= 1.03 * at.max()])
    axis.xaxis.set_major_formatter(EngFormatter(sep=" "))
    axis.set_xlabel(f"{EXPERIENCE[kind]} (0: untrained)", size=SMALL + 1)
