"""Agreement over training: how the agent's experience changes its alignment with each model, and its space."""

from __future__ import annotations

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import EngFormatter

from lva.alignment.checks import Array
from lva.figures.plots.labels import spread_out
from lva.figures.style import GREY, INK, LINES, MARKERS, PALE, SMALL, WIDTH, write_title
from lva.report.tables.course import EXPERIENCE, over_seeds, shares_over_seeds
from lva.report.tables.headline import headline_measure

HEIGHTS = {"value": 3.2, "share": 1.5}  # inches of the panels
LAYERS = {"task": INK, "phrase": GREY, "color": LINES[1], "kind": LINES[2], "rest": PALE}  # of the composition
ROUND = (1, 1.5, 2, 3, 4, 5, 6, 8, 10)
LINE = 0.17  # inches between two labels


def plot_agreement(
    agreement: pd.DataFrame, composition: pd.DataFrame | None = None, measure: str | None = None
) -> Figure:
    """Alignment with each reference during training and by number of demonstrations; below, what E_L is made of then.

    `agreement`: x (samples or demonstrations), at (0: untrained), reference, measure, value, seed; lines are means
    over seeds, bands their range. `composition`: x, at, factor, share, seed; means over seeds, stacked.
    Experience has a square-root axis, so that 0 is on it.
    """
    measure = measure or headline_measure(agreement)
    table = agreement[agreement.measure == measure]
    kinds = [kind for kind in EXPERIENCE if (table.x == kind).any()]
    heights = [HEIGHTS["value"], *([HEIGHTS["share"]] if composition is not None else [])]
    figure, axes = plt.subplots(
        len(heights), len(kinds), figsize=(WIDTH, sum(heights) + 0.5), sharex="col", sharey="row",
        height_ratios=heights, squeeze=False, layout="constrained",
    )  # fmt: skip
    looks = {name: (LINES[i % 8], MARKERS[i % 8]) for i, name in enumerate(table.reference.unique())}
    for column, kind in zip(axes.T, kinds):
        _draw_lines(column[0], table[table.x == kind], looks)
        if composition is not None:
            _draw_composition(column[1], composition[composition.x == kind])
        _scale(column[-1], kind, np.unique(table["at"][table.x == kind]))
    axes[0, 0].set_ylabel(f"{measure} with the agent", size=SMALL + 1)
    if composition is not None:
        axes[1, 0].set_ylabel("share of variance", size=SMALL + 1)
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


def _scale(axis: Axes, kind: str, at: Array) -> None:
    axis.set_xscale("function", functions=(lambda x: np.sqrt(np.clip(x, 0, None)), np.square))
    axis.set_xlim(0, 1.03 * at.max())
    ticks = [0, *(round_number(share * at.max()) for share in (1 / 16, 1 / 4))]  # about evenly apart on this axis
    axis.set_xticks([*ticks, float(f"{at.max():.2g}")] if len(at) > len(ticks) + 1 else at)
    axis.xaxis.set_major_formatter(EngFormatter(sep=" "))
    start = "; 0: untrained" if at.min() == 0 else ""
    axis.set_xlabel(f"{EXPERIENCE[kind]}\n(square-root scale{start})", size=SMALL + 1)


def round_number(value: float) -> float:
    """The nearest number that is easily read: 1, 1.5, 2, 3, 4, 5, 6 or 8 times a power of ten."""
    power = 10 ** np.floor(np.log10(value))
    return float(power * min(ROUND, key=lambda step: abs(step - value / power)))
