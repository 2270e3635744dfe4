"""The box: is there an agent that succeeds as the paper's do, and is as near to language models?"""

from __future__ import annotations

from collections.abc import Mapping

import matplotlib.pyplot as plt
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.cm import ScalarMappable
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from lva.figures.plots.labels import spread_out
from lva.figures.style import GREY, INK, SMALL, WIDTH, WORDS, write_title
from lva.ground.paper import ALIGNMENT, SUCCESS
from lva.report.tables.multiverse import checkpoints

PANELS = {"own": "in rooms like those of its training", "crowded": "among four distractors"}
COLOURS = "viridis"
LINE = 0.045  # of the height, between two labels


def plot_box(box: pd.DataFrame, readings: pd.DataFrame, lines: Mapping[str, float], models: list[str]) -> Figure:
    """Success of the worst task against P@k with language models, every checkpoint of every reading a dot.

    box, readings: tables of the study; `models`: the references whose mean is shown; lines: name -> P@k of what the
    dots are compared with. A ring was trained in rooms with nothing but the target.
    """
    dots = checkpoints(box, readings, models)
    figure, axes = plt.subplots(1, len(PANELS), figsize=(WIDTH, 4.1), sharey=True, layout="constrained")
    for axis, (rooms, title) in zip(axes, PANELS.items(), strict=True):
        marks = _draw_dots(axis, dots, f"success_{rooms}")
        _draw_frame(axis)
        axis.set_title(title, size=10, loc="left", pad=4)
        axis.set_xlabel("success of the worst task", size=SMALL + 1)
    axes[0].set_ylabel(f"{dots.measure.iloc[0]} with language models", size=SMALL + 1)
    _draw_lines(axes, lines)
    bar = figure.colorbar(marks, ax=axes, aspect=30, pad=0.13, shrink=0.85)
    bar.set_label("share of E_L that is the object", size=SMALL)
    bar.ax.tick_params(labelsize=SMALL)
    write_title(figure, "Success and likeness to language models, at every moment of every reading")
    return figure


def _draw_dots(axis: Axes, dots: pd.DataFrame, success: str) -> ScalarMappable:
    drawn, paint = dots.dropna(subset=[success]), ScalarMappable(plt.Normalize(0, 1), COLOURS)
    for alone, look in ((False, {"s": 16, "lw": 0}), (True, {"s": 18, "lw": 1.1, "facecolors": "none"})):
        some = drawn[drawn.alone == alone]
        colours = {"edgecolors" if alone else "facecolors": paint.to_rgba(some.object)}
        axis.scatter(some[success], some.value, alpha=0.8, **look, **colours)
    ends = drawn[drawn.ended]
    axis.scatter(ends[success], ends.value, s=42, facecolor="none", edgecolor=INK, lw=0.7)
    axis.spines[["top", "right"]].set_visible(False)
    axis.tick_params(labelsize=SMALL)
    axis.set(xlim=(-0.02, 1.02), ylim=(0, 1))
    return paint


def _draw_frame(axis: Axes) -> None:
    (left, right), (bottom, top) = SUCCESS, ALIGNMENT
    axis.add_patch(Rectangle((left, bottom), right - left, top - bottom, fill=False, ec=WORDS, lw=2, zorder=4))
    axis.annotate("the paper", (left, top), (-4, 3), textcoords="offset points", color=WORDS, size=SMALL, ha="right")


def _draw_lines(axes, lines: Mapping[str, float]) -> None:
    places = spread_out(list(lines.values()), [LINE] * len(lines), 0, 1)
    for (name, value), place in zip(lines.items(), places, strict=True):
        for axis in axes:
            axis.axhline(value, color=GREY, lw=0.8, ls=":", zorder=0)
        axes[-1].text(1.02, place, name, transform=axes[-1].get_yaxis_transform(), size=SMALL, color=GREY, va="center")
