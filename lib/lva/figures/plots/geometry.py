"""Likeness of spaces against how well they drive the agent, every layer and pooling a dot."""

from __future__ import annotations

import matplotlib.pyplot as plt
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from lva.figures.style import LINES, MARKERS, SMALL, TINY, WIDTH, write_title
from lva.report.tables.function import HELD_OUT
from lva.report.wording import number_text


def plot_geometry(geometry: pd.DataFrame, predictors: pd.DataFrame) -> Figure:
    """One panel per scheme: P@k with E_L against the score when driving; rank correlations of all measures below."""
    measure = next(name for name in geometry.measure if name.startswith("P@"))
    schemes = list(dict.fromkeys(geometry.scheme))
    names = list(dict.fromkeys(geometry.reference.str.removesuffix(" untrained")))
    figure, axes = plt.subplots(
        2, len(schemes), figsize=(WIDTH, 5.4), layout="constrained", height_ratios=[1.6, 1], sharey="row", squeeze=False
    )
    for i, scheme in enumerate(schemes):
        _draw_dots(axes[0, i], geometry[(geometry.scheme == scheme) & (geometry.measure == measure)], names)
        axes[0, i].set_title(f"{HELD_OUT[scheme]} held out", size=SMALL + 1, loc="left")
        axes[0, i].set_xlabel(f"{measure} with E_L", size=SMALL)
        _draw_correlations(axes[1, i], predictors[predictors.scheme == scheme])
    axes[0, 0].set_ylabel("obeyed (approach, escape)", size=SMALL + 1)
    axes[0, -1].legend(fontsize=TINY, frameon=False, loc="center left", bbox_to_anchor=(1, 0.5), handletextpad=0.1)
    for axis in axes.flat:
        axis.spines[["top", "right"]].set_visible(False)
        axis.tick_params(labelsize=SMALL)
    write_title(figure, "Does likeness predict function?")
    return figure


def _draw_dots(axis: Axes, dots: pd.DataFrame, names: list[str]) -> None:
    for i, name in enumerate(names):
        color, marker = LINES[i % len(LINES)], MARKERS[i % len(MARKERS)]
        for twin, fill in ((name, color), (f"{name} untrained", "none")):
            some = dots[dots.reference == twin]
            label = name if twin == name else None
            axis.scatter(some.value, some.score, s=18, marker=marker, ec=color, fc=fill, lw=0.9, label=label)
    axis.set(ylim=(0.15, 1.02))


def _draw_correlations(axis: Axes, found: pd.DataFrame) -> None:
    places = range(len(found))
    axis.axvline(0, color="black", lw=0.7)
    axis.hlines(places, found.low, found.high, color=LINES[0], lw=1.6)
    axis.plot(found.correlation, places, "o", color=LINES[0], ms=5)
    for place, value in zip(places, found.correlation):
        axis.annotate(number_text(value), (value, place), (0, 4), textcoords="offset points", size=TINY, ha="center")
    axis.set_yticks(places, found.measure, size=SMALL)
    axis.set(xlim=(-1.05, 1.05), ylim=(len(found) - 0.5, -0.7))
    axis.set_xlabel("rank correlation with the score", size=SMALL)
