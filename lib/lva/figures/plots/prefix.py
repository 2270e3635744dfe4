"""How phrase-like a space is, against its alignment with the agent at moments of the agent's learning."""

from __future__ import annotations

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import EngFormatter

from lva.figures.style import GREY, INK, LINES, PALE, SMALL, WIDTH, write_title
from lva.studies.prefix import follow

MASKS = {"causal": LINES[0], "lifted": LINES[1], "both ways": LINES[2]}
READOUTS = {"mean": "o", "last": "^"}
PANELS = 4


def plot_prefix(course: pd.DataFrame) -> Figure:
    """One panel per moment, one mark per model and read-out; below, the rank correlation over the whole training.

    course: the table `prefix_course`. Hollow marks are random weights, mean over draws. The moments are the start, the
    peak, half of the training and its end.
    """
    figure = plt.figure(figsize=(WIDTH, 5.2), layout="constrained")
    grid = figure.add_gridspec(2, PANELS, height_ratios=[2, 1.2])
    moments = shown_moments(course)
    first = None
    for place, (at, words) in enumerate(moments.items()):
        axis = first = figure.add_subplot(grid[0, place], sharey=first)
        _draw_moment(axis, course[course["at"] == at])
        axis.set_title(f"{words}\n{EngFormatter(places=0, sep=' ')(at)} samples", size=SMALL + 1)
        axis.tick_params(labelleft=place == 0)
    figure.axes[0].set_ylabel("P@15 with the agent", size=SMALL + 1)
    figure.axes[0].legend(handles=_legend(), fontsize=SMALL - 1, frameon=False, loc="upper left", handletextpad=0.2)
    _draw_course(figure.add_subplot(grid[1, :]), course, list(moments))
    for axis in figure.axes:
        axis.tick_params(labelsize=SMALL)
        axis.spines[["top", "right"]].set_visible(False)
    write_title(figure, "Labels of the phrase, and P@15 with the agent as it learns")
    return figure


def shown_moments(course: pd.DataFrame) -> dict[int, str]:
    """The moments that get a panel, in order: samples -> words."""
    at = np.sort(course["at"].unique())
    peak = int(course["at"][course.peak].iloc[0])
    middle = int(at[np.abs(at - at[-1] / 2).argmin()])
    named = {int(at[0]): "untrained", peak: "at its peak", middle: "half-way", int(at[-1]): "at the end"}
    return dict(sorted(named.items()))


def _draw_moment(axis: Axes, spaces: pd.DataFrame) -> None:
    for (mask, readout, weights), some in spaces.groupby(["mask", "readout", "weights"]):
        look = {"edgecolors": MASKS[mask], "facecolors": MASKS[mask] if weights == "trained" else "none"}
        axis.scatter(some.phrase_like, some.value, s=26, marker=READOUTS[readout], lw=1.1, clip_on=False, **look)
    axis.set(xlim=(0, 1), ylim=(0, 1), xticks=(0, 0.5, 1))
    axis.set_xlabel("P@15 with the phrase", size=SMALL)


def _legend() -> list[Line2D]:
    look = {"ls": "none", "ms": 5}
    masks = [Line2D([], [], marker="s", color=color, label=name, **look) for name, color in MASKS.items()]
    shapes = [Line2D([], [], marker=marker, color=GREY, label=name, **look) for name, marker in READOUTS.items()]
    return [*masks, *shapes, Line2D([], [], marker="s", color=GREY, mfc="none", label="random weights", **look)]


def _draw_course(axis: Axes, course: pd.DataFrame, marked: list[int]) -> None:
    along = follow(course)
    axis.axhline(0, color=PALE, lw=1)
    for at in marked:
        axis.axvline(at, color=PALE, lw=1)
    axis.plot(along["at"], along.spearman, color=INK, marker="o", ms=3.5)
    axis.set_xscale("function", functions=(lambda x: np.sqrt(np.clip(x, 0, None)), np.square))
    axis.set(xlim=(0, 1.02 * along["at"].max()), ylim=(-1.05, 1.05), xticks=marked)
    axis.xaxis.set_major_formatter(EngFormatter(places=0, sep=" "))
    axis.set_xlabel("samples seen by the agent (square-root scale)", size=SMALL + 1)
    axis.set_ylabel("rank correlation\nof the two axes above", size=SMALL + 1)
