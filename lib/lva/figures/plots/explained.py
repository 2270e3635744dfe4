"""What each factor of the instructions explains in each space."""

from __future__ import annotations

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from lva.figures.style import AGENT, GREY, INK, SILVER, SMALL, TINY, WIDTH, write_title
from lva.report.wording import number_text

ROW = 0.24  # inches per space
NOTE = (
    "Per cent of the variance over instructions. A factor: what it adds to those on its left; rest: what they leave. "
    "Blue: the trained agent."
)


def plot_explained(explained: pd.DataFrame) -> Figure:
    """The share of each space's variance that a factor explains: one row per space, one column of bars per factor.

    Columns: space, factor, share in [0, 1], as `factor_shares` gives them; the shares of a space sum to 1. All
    columns of bars have one scale.
    """
    table = explained.pivot(index="space", columns="factor", values="share")
    table = table.loc[explained.space.unique(), explained.factor.unique()]
    most = max(np.nanmax(table), 0.01)
    size = (WIDTH, ROW * len(table) + 1.1)
    figure, axes = plt.subplots(1, table.shape[1], figsize=size, sharey=True, squeeze=False, layout="constrained")
    for axis, factor in zip(axes.flat, table):
        _draw_shares(axis, table[factor], 0.03 * most)
        axis.set(xlim=(0, 1.25 * most), xticks=[])
        axis.set_title(factor, size=10, loc="left")
    axes[0, 0].set(ylim=(len(table) - 0.5, -0.5))
    axes[0, 0].set_yticks(range(len(table)), table.index, size=SMALL)
    write_title(figure, "What each space is made of: variance by factor")
    figure.supxlabel(NOTE, x=0.1 / WIDTH, ha="left", size=TINY, color=GREY)
    return figure


def _draw_shares(axis: Axes, shares: pd.Series, apart: float) -> None:
    places = np.arange(len(shares))
    axis.barh(places, shares, height=0.65, color=[AGENT if name == "agent" else SILVER for name in shares.index])
    axis.axvline(0, color=INK, lw=0.8)
    axis.spines[:].set_visible(False)
    axis.tick_params(length=0)
    for place, share in zip(places, shares):
        if pd.notna(share):
            axis.text(share + apart, place, number_text(100 * share, ".0f"), size=TINY, va="center_baseline")
