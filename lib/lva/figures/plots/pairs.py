"""All pairs of spaces at once, in one order for every measure: which are alike."""

from __future__ import annotations

from collections.abc import Sequence

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import seaborn as sns
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from numpy.typing import NDArray
from scipy.cluster.hierarchy import leaves_list, linkage
from scipy.spatial.distance import squareform

from lva.figures.style import GREY, TINY, WIDTH, write_title
from lva.report.tables.headline import headline_measure
from lva.report.tables.pairs import NAMES, discoveries, pair_matrix, pair_measures, parts_of, read_pieces

LETTER = 0.062  # inches per letter of a tick label
NOTE = (
    "Dots: significant against chance or, for the excess, against shuffled meanings; false discovery rate 5 %. "
    "Hatched: both\nmodels read pieces of words, and the excess may be about these."
)


def clustered_order(similarity: pd.DataFrame) -> list[str]:
    """The spaces in the order of the leaves of average linkage on 1 - similarity: similar ones side by side."""
    s = similarity.to_numpy(copy=True)
    np.fill_diagonal(s, 1)
    if np.isnan(s).any():
        raise ValueError("a pair of spaces has no value to cluster by; align all of them in one call")
    tree = linkage(squareform(1 - (s + s.T) / 2, checks=False), "average", optimal_ordering=True)
    return [similarity.index[leaf] for leaf in leaves_list(tree)]


def plot_pairs(alignment: pd.DataFrame, measures: Sequence[str] | None = None, order_by: str | None = None) -> Figure:
    """One map per measure, all in the order that clusters `order_by`; a dot where a pair is significant."""
    measures = measures or pair_measures(alignment)
    order = clustered_order(pair_matrix(alignment, order_by or headline_measure(alignment)))
    labels = LETTER * max(map(len, order))
    size = (WIDTH, (WIDTH - labels - 0.3) / len(measures) + labels + 1.4)
    figure, axes = plt.subplots(1, len(measures), figsize=size, sharey=True, squeeze=False, layout="constrained")
    for axis, measure in zip(axes.flat, measures):
        _draw_map(axis, alignment, measure, order)
    write_title(figure, "How alike any two spaces are, similar ones side by side")
    below = 0.3 / size[1]
    figure.get_layout_engine().set(rect=(0, below, 1, 1 - below))
    figure.text(0.1 / WIDTH, below / 3, NOTE, size=TINY, color=GREY)
    return figure


def _draw_map(axis: Axes, alignment: pd.DataFrame, measure: str, order: list[str]) -> None:
    name, column, p = parts_of(measure)
    square = pair_matrix(alignment, name, column).loc[order, order]
    values, title = square.to_numpy(), NAMES.get(name, name)
    reach = np.nanmax(np.abs(values), initial=0.01)
    scale = {"cmap": "mako_r", "vmin": np.nanmin(values, initial=0), "vmax": 1}
    if measure != name:
        scale, title = {"cmap": "PuOr_r", "vmin": -reach, "vmax": reach}, f"{title}: excess over\nmeanings shuffled"
    bar = {"location": "top", "aspect": 25, "pad": 0.02}
    sns.heatmap(square, square=True, linewidths=0.4, cbar_kws=bar, ax=axis, xticklabels=True, yticklabels=True, **scale)
    axis.collections[0].colorbar.ax.tick_params(labelsize=TINY)
    axis.collections[0].colorbar.ax.set_title(title, size=10, loc="left")
    axis.tick_params(labelsize=TINY, length=0)
    if square.isna().all(axis=None):
        axis.text(0.5, 0.5, "not computed", size=TINY, color=GREY, ha="center", transform=axis.transAxes)
    if measure != name:
        _hatch(axis, np.array(read_pieces(order)))
    rows, columns = np.nonzero(discoveries(alignment, name, p).loc[order, order])
    axis.scatter(columns + 0.5, rows + 0.5, s=4, color="white", ec="black", lw=0.4, label="found")


def _hatch(axis: Axes, pieces: NDArray[np.bool_]) -> None:
    """Mark the pairs of which both models read pieces of words."""
    for row, column in np.argwhere(np.outer(pieces, pieces) & ~np.eye(len(pieces), dtype=bool)):
        axis.add_patch(Rectangle((column, row), 1, 1, fill=False, hatch="////", ec=GREY, lw=0, alpha=0.6))
