"""P@k for every k: whether the alignment of agent and model depends on one choice of k."""

from __future__ import annotations

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from lva.figures.style import AGENT, CHANCE, GREY, SMALL, WIDTH, WORDS, WORDS_PALE, write_title

COLUMNS, PANEL = 4, 1.75  # panels in a row, inches of each row


def plot_curves(curves: pd.DataFrame) -> Figure:
    """P@k of the agent with each reference, one panel per reference; bands hold 95 % of a null.

    Columns: a, b, k, value, low, high, null_mean, null_low, null_high, relabel_mean, relabel_low, relabel_high; `a` is
    "agent", or "agent untrained" for a second line. nan is left out.
    """
    references = curves[curves.a == "agent"].b.unique()
    columns = min(len(references), COLUMNS)
    rows = -(-len(references) // columns)
    figure, axes = plt.subplots(
        rows, columns, figsize=(WIDTH, PANEL * rows + 1), sharex=True, sharey=True, squeeze=False, layout="constrained"
    )
    for axis, reference in zip(axes.flat, references):
        _draw_panel(axis, curves[curves.b == reference].sort_values("k", kind="stable"))
        axis.set_title(reference, size=10, loc="left", pad=4)
    for axis in axes.flat[len(references) :]:
        axis.axis("off")
    _frame(figure, axes, len(references), int(curves.k.max()))
    return figure


def _draw_panel(axis: Axes, lines: pd.DataFrame) -> None:
    agent, untrained = (lines[lines.a == name] for name in ("agent", "agent untrained"))
    axis.fill_between(agent.k, agent.null_low, agent.null_high, color=CHANCE, lw=0)
    axis.plot(agent.k, agent.null_mean, color=GREY, lw=1, label="chance, 95 %")
    axis.fill_between(agent.k, agent.relabel_low, agent.relabel_high, color=WORDS_PALE, lw=0)
    axis.plot(agent.k, agent.relabel_mean, color=WORDS, lw=1.3, ls="--", label="trained agent, meanings shuffled, 95 %")
    axis.plot(untrained.k, untrained.value, "o", color=AGENT, mfc="white", ms=3, label="untrained agent")
    axis.fill_between(agent.k, agent.low, agent.high, color=AGENT, alpha=0.3, lw=0)
    axis.plot(agent.k, agent.value, color=AGENT, lw=2, label="trained agent, range over seeds")


def _frame(figure: Figure, axes: np.ndarray, panels: int, k_max: int) -> None:
    ticks = sorted({1, *(round(share * k_max) for share in (1 / 3, 2 / 3)), k_max})
    for i, axis in enumerate(axes.flat[:panels]):
        axis.set(xlim=(1, max(2, k_max)), ylim=(0, 1), xticks=ticks, yticks=(0, 0.5, 1))
        axis.spines[["top", "right"]].set_visible(False)
        axis.tick_params(labelsize=SMALL)
        if i + axes.shape[1] >= panels:  # no panel below
            axis.tick_params(labelbottom=True)
            axis.set_xlabel("k", size=SMALL)
    figure.supylabel("P@k with the agent", size=SMALL + 1)
    lines = {line.get_label(): line for axis in axes.flat for line in axis.lines if np.isfinite(line.get_ydata()).any()}
    figure.legend(lines.values(), lines, loc="outside lower left", ncols=4, frameon=False, fontsize=SMALL)
    write_title(figure, "P@k of the trained agent with each model, for every k")
