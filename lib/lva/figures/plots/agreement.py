"""Agreement over training: how the agent's experience changes its alignment with each model, and its space."""

from __future__ import annotations

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from lva.figures.plots.experience import scale_by_experience
from lva.figures.plots.labels import spread_out
from lva.figures.style import GREY, INK, LINES, MARKERS, PALE, SMALL, TASK_COLORS, WIDTH, write_title
from lva.report.tables.course import EXPERIENCE, over_seeds, shares_over_seeds
from lva.report.tables.headline import headline_measure

HEIGHTS = {"success": 1.3, "value": 3.2, "share": 1.5}  # inches of the panels
LAYERS = {"task": INK, "phrase": GREY, "color": LINES[1], "kind": LINES[2], "rest": PALE}  # of the composition
LINE = 0.17  # inches between two labels


def plot_agreement(
    agreement: pd.DataFrame,
    composition: pd.DataFrame | None = None,
    success: pd.DataFrame | None = None,
    measure: str | None = None,
) -> Figure:
    """Alignment with each reference during training and by number of demonstrations.

    Above, what the agent can do at each moment of its training; below, what E_L is made of then.

    `agreement`: x (samples or demonstrations), at (0: untrained), reference, measure, value, seed; lines are means
    over seeds, bands their range. `composition`: x, at, factor, share, seed; means over seeds, stacked.
    `success`: samples, task, success, seed; means over seeds, bands their range.
    """
    measure = measure or headline_measure(agreement)
    table = agreement[agreement.measure == measure]
    kinds = [kind for kind in EXPERIENCE if (table.x == kind).any()]
    given = {"success": success, "value": table, "share": composition}
    heights = [HEIGHTS[panel] for panel, what in given.items() if what is not None]
    figure, axes = plt.subplots(
        len(heights), len(kinds), figsize=(WIDTH, sum(heights) + 0.5), sharex="col", sharey="row",
        height_ratios=heights, squeeze=False, layout="constrained",
    )  # fmt: skip
    looks = {name: (LINES[i % 8], MARKERS[i % 8]) for i, name in enumerate(table.reference.unique())}
    for column, kind in zip(axes.T, kinds):
        if success is not None:
            _draw_success(column[0], success if kind == "samples" else None)
        _draw_lines(column[int(success is not None)], table[table.x == kind], looks)
        if composition is not None:
            _draw_composition(column[-1], composition[composition.x == kind])
        scale_by_experience(column[-1], EXPERIENCE[kind], np.unique(table["at"][table.x == kind]))
    labels = {"success": "success", "value": f"{measure} with the agent", "share": "share of variance"}
    shown = [label for panel, label in labels.items() if given[panel] is not None]
    for axis, label in zip(axes[:, 0], shown, strict=True):
        axis.set_ylabel(label, size=SMALL + 1)
    for axis in axes.flat:
        axis.tick_params(labelsize=SMALL)
        axis.spines[["top", "right"]].set_visible(False)
    write_title(figure, f"{measure} of the agent with each model, by the agent's experience")
    return figure


def _draw_lines(axis: Axes, table: pd.DataFrame, looks: dict[str, tuple[str, str]]) -> None:
    lines = {name: over_seeds(one, "value") for name, one in table.groupby("reference", sort=False)}
    axis.set_ylim(min(0, *(line["min"].min() for line in lines.values())), 1)
    ends = [line["mean"].iloc[-1] for line in lines.values()]
    room = np.ptp(axis.get_ylim()) / HEIGHTS["value"] * LINE
    for (name, line), place in zip(lines.items(), spread_out(ends, [room] * len(ends))):
        color, marker = looks[name]
        axis.fill_between(line.index, line["min"], line["max"], color=color, alpha=0.15, lw=0)
        step = max(1, len(line) // 6)
        marked = ((len(line) - 1) % step, step)  # so that the last point has a marker
        axis.plot(line.index, line["mean"], color=color, marker=marker, ms=4.5, markevery=marked, label=name)
        axis.annotate(
            name, (line.index[-1], line["mean"].iloc[-1]), (1.06, place), textcoords=axis.get_yaxis_transform(),
            color=color, size=SMALL, va="center_baseline",
            arrowprops={"arrowstyle": "-", "color": color, "lw": 0.6, "shrinkA": 1, "shrinkB": 4, "relpos": (0, 0.5)},
        )  # fmt: skip


def _draw_success(axis: Axes, success: pd.DataFrame | None) -> None:
    """Nothing where success along the way is not known: at the end of trainings with fewer demonstrations."""
    if success is None:
        return axis.set_axis_off()
    axis.set(ylim=(0, 1), yticks=(0, 0.5, 1))
    tasks = success.groupby("task", sort=False)
    lines = {task: over_seeds(one, "success", "samples") for task, one in tasks}
    room = LINE / HEIGHTS["success"]
    ends = [line["mean"].iloc[-1] for line in lines.values()]
    for (task, line), place in zip(lines.items(), spread_out(ends, [room] * len(ends), 0, 1)):
        axis.fill_between(line.index, line["min"], line["max"], color=TASK_COLORS[task], alpha=0.15, lw=0)
        axis.plot(line.index, line["mean"], color=TASK_COLORS[task], label=task)
        axis.text(1.06, place, task, color=TASK_COLORS[task], size=SMALL, va="center_baseline",
                  transform=axis.get_yaxis_transform())  # fmt: skip


def _draw_composition(axis: Axes, composition: pd.DataFrame) -> None:
    shares = shares_over_seeds(composition)
    axis.stackplot(shares.index, shares.T, colors=[LAYERS[name] for name in shares], lw=0, alpha=0.85)
    axis.set(ylim=(0, 1), yticks=(0, 0.5, 1))
    last = shares.iloc[-1]
    middles = last.cumsum() - last / 2
    room = LINE / HEIGHTS["share"]
    for name, place in zip(last.index, spread_out(middles, [room] * len(middles), 0, 1)):
        axis.text(1.06, place, name, color=LAYERS[name] if name != "rest" else GREY, size=SMALL, va="center_baseline",
                  transform=axis.get_yaxis_transform())  # fmt: skip
