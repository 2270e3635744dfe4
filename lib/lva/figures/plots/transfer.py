"""What another model's knowledge is worth: success by demonstrations, and on what was never demonstrated."""

from __future__ import annotations

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from lva.figures.plots.labels import spread_out
from lva.figures.plots.panels import frame_panels
from lva.figures.style import AGENT, GREY, INK, LEXICAL, LINES, MARKERS, PALE, SILVER, SMALL, TINY, WIDTH, write_title
from lva.report.tables.transfer import best_rivals, in_order, zero_shot
from lva.report.wording import short_number
from lva.studies.transfer.languages import CONTROL, KNOWN, LEARNT
from lva.studies.transfer.languages import LEXICAL as WORDS_ALONE

HEIGHT = 3.6  # inches of the curves
LINE = 0.17  # inches between two labels
COLOURS = {LEARNT: INK, WORDS_ALONE: LEXICAL, KNOWN: AGENT, CONTROL: GREY}
GOALS = (0.8, 0.95)


def plot_demonstrations(curves: pd.DataFrame) -> Figure:
    """Success by the number of demonstrations, a line for each language; controls are thin."""
    figure, axis = plt.subplots(figsize=(WIDTH, HEIGHT + 0.5), layout="constrained")
    lines = {name: one.sort_values("demonstrations", kind="stable") for name, one in in_order(curves)}
    looks = _looks({name: one.kind.iloc[0] for name, one in lines.items()})
    for goal in GOALS:
        axis.axhline(goal, color=PALE, lw=1, zorder=0)
    places = spread_out([one.success.iloc[-1] for one in lines.values()], [LINE / HEIGHT] * len(lines), 0, 1)
    for (name, one), place in zip(lines.items(), places, strict=True):
        axis.plot(one.demonstrations, one.success, ms=4, **looks[name])
        axis.text(
            1.02, place, name, color=looks[name]["color"], size=SMALL, va="center", transform=axis.get_yaxis_transform()
        )
    floor = curves.groupby("demonstrations").floor.mean()
    axis.plot(floor.index, floor, color=SILVER, lw=1, ls=":")
    axis.text(floor.index[0], floor.iloc[0] + 0.02, "told nothing", color=GREY, size=TINY, va="bottom")
    tried = np.unique(curves.demonstrations)
    axis.set(xscale="log", ylim=(0, 1), xlabel="demonstrations", ylabel="success, mean over tasks")
    axis.set_xticks(tried, [short_number(n) for n in tried])
    axis.minorticks_off()
    axis.tick_params(labelsize=SMALL)
    axis.spines[["top", "right"]].set_visible(False)
    write_title(figure, "Does what a model knows save demonstrations?")
    return figure


def plot_never_shown(held: pd.DataFrame) -> Figure:
    """One panel for what was held out, one row per language: success without a demonstration, 95 %.

    Small lines: the same agents on what was demonstrated. The dashed line is the best language without knowledge.
    """
    shown, rivals = zero_shot(held), best_rivals(held)
    axes_of = list(dict.fromkeys(shown.axis))
    names = [name for name, _ in in_order(shown)]
    size = (WIDTH, 1.4 + 0.24 * len(names))
    figure, axes = plt.subplots(1, len(axes_of), figsize=size, sharey=True, squeeze=False, layout="constrained")
    for axis, out in zip(axes[0], axes_of, strict=True):
        axis.axvline(rivals[out], color=LEXICAL, lw=1, ls="--", zorder=0)
        for row in shown[shown.axis == out].itertuples():
            place, color = names.index(row.language), COLOURS[row.kind]
            axis.plot([row.low, row.high], [place, place], color=color, lw=1.2, zorder=1)
            axis.plot(row.taught, place, marker="|", color=color, ms=8, ls="none", zorder=1)
            axis.plot(row.floor, place, marker="x", color=SILVER, ms=4, ls="none", zorder=1)
            fill = "white" if row.kind == CONTROL else color
            axis.plot(row.success, place, marker="o", color=color, mfc=fill, ms=5.5, ls="none", zorder=2)
        axis.set(xlim=(-0.03, 1.05))
    frame_panels(axes[0], axes_of, names, "success, mean over tasks")
    figure.legend(handles=_legend(), loc="outside lower center", ncols=4, fontsize=TINY, frameon=False)
    write_title(figure, "What is done that was never demonstrated?")
    return figure


def _looks(kinds: dict[str, str]) -> dict[str, dict]:
    """Colour, marker and stroke of each line: knowledge in colours, the rest in the colour of its kind."""
    known = [name for name, kind in kinds.items() if kind == KNOWN]
    looks = {name: {"color": LINES[i % 8], "marker": MARKERS[i % 8], "lw": 1.8} for i, name in enumerate(known)}
    for name, kind in kinds.items():
        dashes = "--" if kind == CONTROL else "-"
        looks.setdefault(name, {"color": COLOURS[kind], "marker": ".", "lw": 1.1, "ls": dashes})
    return looks


def _legend() -> list[Line2D]:
    return [
        Line2D([], [], marker="o", color=AGENT, ls="-", ms=5, label="never demonstrated, 95 %"),
        Line2D([], [], marker="|", color=AGENT, ls="none", ms=8, label="demonstrated"),
        Line2D([], [], marker="x", color=SILVER, ls="none", ms=4, label="told nothing"),
        Line2D([], [], color=LEXICAL, ls="--", lw=1, label="best without knowledge"),
    ]
