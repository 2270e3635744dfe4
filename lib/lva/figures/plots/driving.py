"""How well each space drives the agent, where whole levels are held out and where single instructions are."""

from __future__ import annotations

import matplotlib.pyplot as plt
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from lva.figures.plots.panels import frame_panels
from lva.figures.style import AGENT, GREY, INK, LEXICAL, PALE, TINY, WIDTH, WORDS, write_title
from lva.report.tables.function import HELD_OUT, best_words, driving_rows

COLOURS = {"reference": AGENT, "words": LEXICAL, "static": LEXICAL, "behaviour": INK, "bound": GREY}
CONTROLS = {"rows permuted": ("x", GREY), "meanings shuffled": ("^", WORDS)}
LEFT_OUT = ("task",)  # of which one is the only one of its kind
RANGE = (-0.45, 1.12)


def plot_driving(driving: pd.DataFrame) -> Figure:
    """One panel per scheme, one row per space: 0 is the agent driven by its mean E_L, 1 by its own.

    Filled: trained; hollow: the same with random weights; marks of a control lie in the row of its reference. The
    dashed line is the best that words alone do.
    """
    rows = driving_rows(driving)
    schemes = [name for name in HELD_OUT if (rows.scheme == name).any() and name not in LEFT_OUT]
    names, lines = list(dict.fromkeys(rows.row)), best_words(driving)
    height = 1.5 + 0.235 * len(names)
    figure, axes = plt.subplots(
        1, len(schemes), figsize=(WIDTH, height), sharey=True, layout="constrained", squeeze=False
    )
    for axis, scheme in zip(axes[0], schemes, strict=True):
        axis.axvline(lines[scheme], color=LEXICAL, lw=1, ls="--", zorder=0)
        _draw_rows(axis, rows[rows.scheme == scheme], names)
    frame_panels(axes[0], schemes, names, "function carried: 0 by the mean E_L, 1 by the agent's own")
    figure.legend(handles=_legend(), loc="outside lower center", ncols=5, fontsize=TINY, frameon=False)
    write_title(figure, "Who can tell the agent what to do?")
    return figure


def _draw_rows(axis: Axes, rows: pd.DataFrame, names: list[str]) -> None:
    for end in (0, 1):
        axis.axvline(end, color=PALE, lw=1, zorder=0)
    for row in rows.itertuples():
        place, x = names.index(row.row), min(max(row.function, RANGE[0]), RANGE[1])
        if row.look in CONTROLS:
            marker, color = CONTROLS[row.look]
            axis.plot(x, place, marker=marker, color=color, ms=4, mew=1, ls="none", zorder=2)
            continue
        color = COLOURS[row.group]
        if row.sd == row.sd and row.look == "trained":
            axis.plot([x - row.sd, x + row.sd], [place, place], color=color, lw=1.4, zorder=1)
        fill = color if row.look == "trained" else "white"
        axis.plot(x, place, marker="o", color=color, mfc=fill, ms=5.5, ls="none", zorder=3)
    axis.set_xlim(RANGE)


def _legend() -> list[Line2D]:
    look = {"ls": "none", "ms": 5}
    marks = [
        Line2D([], [], marker="o", color=AGENT, label="trained, ± sd over agents", **look),
        Line2D([], [], marker="o", color=AGENT, mfc="white", label="random weights", **look),
    ]
    marks += [Line2D([], [], marker=mark, color=color, label=name, **look) for name, (mark, color) in CONTROLS.items()]
    return [*marks, Line2D([], [], color=LEXICAL, ls="--", lw=1, label="best of words alone")]
