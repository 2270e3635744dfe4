"""Two courses of learning side by side: what an agent can do, how near it is to models, what its space is made of."""

from __future__ import annotations

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from lva.figures.plots.experience import scale_by_experience
from lva.figures.plots.labels import spread_out
from lva.figures.style import GREY, INK, LINES, MARKERS, PALE, SMALL, TASK_COLORS, WIDTH, write_title
from lva.report.tables.course import EXPERIENCE
from lva.report.tables.headline import headline_measure
from lva.report.tables.multiverse import course

TITLES = {"default": "Rooms with four other objects", "distractors: 0": "Rooms with the target alone"}
HEIGHTS = (1.5, 2.6, 1.3)  # inches of the panels
LINE = 0.16  # inches between two labels
PARTS = {"task": INK, "phrase": GREY, "object": LINES[1]}


def plot_courses(box: pd.DataFrame, trials: pd.DataFrame) -> Figure:
    """Success of each task, P@k with each model and the parts of E_L, along the training of the two bases.

    Lines are means over fresh seeds, bands their range. box, trials: tables of the study.
    """
    shown = [reading for reading in TITLES if (box.reading == reading).any()]
    figure, axes = plt.subplots(
        len(HEIGHTS), len(shown), figsize=(WIDTH, sum(HEIGHTS) + 0.9), sharex=True, sharey="row", squeeze=False,
        height_ratios=HEIGHTS, layout="constrained",
    )  # fmt: skip
    for column, reading in zip(axes.T, shown, strict=True):
        last = reading == shown[-1]
        _draw_success(column[0], course(trials, reading), last)
        _draw_likeness(column[1], course(box, reading), last)
        _draw_parts(column[2], course(box, reading), last)
        column[0].set_title(TITLES[reading], size=10, loc="left", pad=4)
        scale_by_experience(column[2], EXPERIENCE["samples"], np.unique(course(box, reading).samples))
    measure = headline_measure(box)
    for axis, label in zip(axes[:, 0], ("success", f"{measure} with the agent", "share of E_L"), strict=True):
        axis.set_ylabel(label, size=SMALL + 1)
    for axis in axes.flat:
        axis.tick_params(labelsize=SMALL)
        axis.spines[["top", "right"]].set_visible(False)
    write_title(figure, "What the agent can do, what it is like, and what its space is made of")
    return figure


def _draw_success(axis: Axes, trials: pd.DataFrame, named: bool) -> None:
    sampled = trials[(trials.policy == "sampled") & (trials.rooms == "own")]
    lines = {task: _over_seeds(one, "success") for task, one in sampled.groupby("task", sort=False)}
    _draw_lines(axis, lines, {task: (TASK_COLORS[task], None) for task in lines}, HEIGHTS[0], named)


def _draw_likeness(axis: Axes, box: pd.DataFrame, named: bool) -> None:
    rows = box[box.measure == headline_measure(box)]
    lines = {name: _over_seeds(one, "value") for name, one in rows.groupby("reference", sort=False)}
    looks = {name: (LINES[i % 8], MARKERS[i % 8]) for i, name in enumerate(lines)}
    _draw_lines(axis, lines, looks, HEIGHTS[1], named)


def _draw_lines(axis: Axes, lines: dict[str, pd.DataFrame], looks: dict, height: float, named: bool) -> None:
    axis.set_ylim(0, 1)
    ends = [line["mean"].iloc[-1] for line in lines.values()]
    places = spread_out(ends, [LINE / height] * len(ends), 0, 1)
    for (name, line), place in zip(lines.items(), places, strict=True):
        color, marker = looks[name]
        axis.fill_between(line.index, line["min"], line["max"], color=color, alpha=0.15, lw=0)
        axis.plot(line.index, line["mean"], color=color, marker=marker, ms=3.5, lw=1.4)
        if named:
            axis.text(1.04, place, name, color=color, size=SMALL, va="center", transform=axis.get_yaxis_transform())


def _draw_parts(axis: Axes, box: pd.DataFrame, named: bool) -> None:
    shares = box.drop_duplicates(["seed", "samples"]).groupby("samples")[list(PARTS)].mean()
    layers = [*shares.to_numpy().T, 1 - shares.sum(axis=1)]
    axis.stackplot(shares.index, layers, colors=[*PARTS.values(), PALE], lw=0, alpha=0.85)
    axis.set(ylim=(0, 1), yticks=(0, 0.5, 1))
    ends = np.array([layer.iloc[-1] if hasattr(layer, "iloc") else layer[-1] for layer in layers])
    places = spread_out(ends.cumsum() - ends / 2, [LINE / HEIGHTS[2]] * len(ends), 0, 1)
    for name, color, place in zip((*PARTS, "rest"), (*PARTS.values(), GREY), places, strict=True):
        if named:
            axis.text(1.04, place, name, color=color, size=SMALL, va="center", transform=axis.get_yaxis_transform())


def _over_seeds(table: pd.DataFrame, column: str) -> pd.DataFrame:
    return table.groupby("samples")[column].agg(["mean", "min", "max"])
