"""What the agent does after one factor of its instruction was exchanged."""

from __future__ import annotations

import matplotlib.pyplot as plt
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from lva.figures.style import AGENT, GREY, INK, LEXICAL, LINES, MARKERS, PALE, SMALL, TINY, WIDTH, WORDS, write_title
from lva.report.tables.function import dose_curve, mapped_exchange, own_exchange

FACTORS = {"behaviour": "approach\nor escape", "color": "colour", "kind": "kind"}
SUBSPACES = {"the whole vector": INK, "searched": LEXICAL, "means of levels": AGENT, "random": GREY}
STEP = 0.17  # between two marks of a row


def plot_exchange(exchange: pd.DataFrame) -> Figure:
    """Left, by subspaces of E_L; middle, by those of other spaces, mapped into the agent; right, by dose.

    How often the agent does what the counterpart asks, which differs in this factor alone.
    """
    figure, axes = plt.subplots(1, 3, figsize=(WIDTH, 4.2), layout="constrained", width_ratios=[1, 1.25, 0.9])
    _draw_own(axes[0], own_exchange(exchange))
    _draw_mapped(axes[1], mapped_exchange(exchange))
    _draw_dose(axes[2], dose_curve(exchange))
    for axis in axes:
        axis.spines[["top", "right"]].set_visible(False)
        axis.tick_params(labelsize=SMALL)
    write_title(figure, "One factor exchanged: does the agent do the other thing?")
    return figure


def _draw_own(axis: Axes, own: pd.DataFrame) -> None:
    _rows(axis)
    for i, (subspace, color) in enumerate(SUBSPACES.items()):
        some = own[own.subspace == subspace].set_index("factor")
        places = [list(FACTORS).index(factor) + STEP * (i - 1.5) for factor in some.index]
        axis.errorbar(some.moved, places, xerr=some.sd.fillna(0), fmt="o", ms=5, lw=1, color=color, label=subspace)
    axis.set_title("exchanged in E_L", size=SMALL + 1, loc="left")
    axis.legend(fontsize=TINY, frameon=False, loc="upper center", bbox_to_anchor=(0.5, -0.1), handletextpad=0.1)


def _draw_mapped(axis: Axes, mapped: pd.DataFrame) -> None:
    _rows(axis)
    sources = list(dict.fromkeys(mapped.source))
    step = 0.8 / max(1, len(sources))
    for i, source in enumerate(sources):
        color, marker = (*LINES, LEXICAL)[i % 9], (*MARKERS, "h")[i % 9]
        for subspace, fill in (("means of levels", color), ("random", "white")):
            some = mapped[(mapped.source == source) & (mapped.subspace == subspace)]
            places = [list(FACTORS).index(f) + step * (i - (len(sources) - 1) / 2) for f in some.factor]
            label = source if fill == color else None
            axis.plot(some.moved, places, marker=marker, color=color, mfc=fill, ms=4.5, ls="none", label=label)
    axis.set_yticklabels([])
    axis.set_title("exchanged elsewhere, then mapped", size=SMALL + 1, loc="left")
    place = {"loc": "upper center", "bbox_to_anchor": (0.5, -0.17), "ncols": 3, "columnspacing": 0.6}
    axis.legend(fontsize=TINY - 0.5, frameon=False, handletextpad=0.1, **place)
    axis.set_xlabel("does what the counterpart asks (hollow: random)", size=SMALL)


def _rows(axis: Axes) -> None:
    axis.set(xlim=(-0.03, 1.03), ylim=(len(FACTORS) - 0.4, -0.6))
    axis.set_xticks((0, 0.5, 1), ("0", ".5", "1"))
    axis.set_yticks(range(len(FACTORS)), FACTORS.values(), rotation=90, va="center", size=SMALL)
    for place in range(1, len(FACTORS)):
        axis.axhline(place - 0.5, color=PALE, lw=1, zorder=0)


def _draw_dose(axis: Axes, curve: pd.DataFrame) -> None:
    axis.plot(curve.dose, curve.moved, color=AGENT, marker="o", ms=4, label="the other colour")
    axis.plot(curve.dose, curve.stayed, color=WORDS, marker="s", ms=4, label="the colour asked for")
    axis.set(xlim=(-0.05, 1.55), ylim=(-0.03, 1.03), yticks=(0, 0.5, 1))
    axis.set_xlabel("dose of the other colour", size=SMALL)
    axis.set_title("more and less of it", size=SMALL + 1, loc="left")
    axis.legend(fontsize=TINY, frameon=False, loc="upper center", bbox_to_anchor=(0.5, -0.17))
