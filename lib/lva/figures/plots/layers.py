"""Which layer, which pooling: how much a reference's alignment hangs on the choice."""

from __future__ import annotations

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import seaborn as sns
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from lva.figures.style import GREY, SMALL, TINY, WIDTH, WORDS, write_title
from lva.report.headline import headline_measure

COLUMNS, ROW, AROUND = 3, 0.2, 0.75  # panels in a row; inches of a pooling, and of what is above and below a panel
MOST = 9  # layers with room for numbers
UNTRAINED = "untrained, "


def layer_map(layers: pd.DataFrame) -> pd.DataFrame:
    """One reference as a square: a row a pooling, a column a layer; below, the same of the reference untrained."""
    values, untrained = (layers.pivot(index="pooling", columns="layer", values=name) for name in ("value", "untrained"))
    return pd.concat([values, untrained.rename(index=lambda pooling: UNTRAINED + pooling)])


def plot_layers(layers: pd.DataFrame, measure: str | None = None) -> Figure:
    """A map a reference: alignment with the agent by layer and pooling, a frame around the registry's choice.

    Columns: reference, layer, pooling, measure, value, untrained (nan where not known), headline.
    """
    measure = measure or headline_measure(layers)
    layers = layers[layers.measure == measure]
    references, poolings = layers.reference.unique(), list(layers.pooling.unique())
    known = layers.pooling[layers.untrained.notna()].unique()
    index = poolings + [UNTRAINED + pooling for pooling in poolings if pooling in known]
    columns = min(len(references), COLUMNS)
    rows = -(-len(references) // columns)
    size = (WIDTH, rows * (ROW * len(index) + AROUND) + 0.5)
    figure, axes = plt.subplots(rows, columns, figsize=size, sharey=True, squeeze=False, layout="constrained")
    scale = {"vmin": min(0, layers.value.min()), "vmax": np.nanmax(layers[["value", "untrained"]])}
    for axis, name in zip(axes.flat, references):
        one = layers[layers.reference == name]
        _draw_map(axis, layer_map(one).reindex(index), scale)
        axis.axhline(len(poolings), color="white", lw=4)
        _frame_choice(axis, one, index)
        axis.set_title(name, size=10, loc="left", pad=4)
    for axis in axes.flat[len(references) :]:
        axis.axis("off")
    bar = figure.colorbar(axes.flat[0].collections[0], ax=axes, aspect=40, shrink=0.8, pad=0.01)
    bar.ax.tick_params(labelsize=TINY)
    write_title(figure, f"{measure} of the trained agent with each model, by layer and pooling")
    figure.supxlabel("Frame: the choice that the other figures show.", x=0.1 / WIDTH, ha="left", size=TINY, color=GREY)
    return figure


def _draw_map(axis: Axes, square: pd.DataFrame, scale: dict[str, float]) -> None:
    numbers = square.map(lambda v: f"{v:.2f}".replace("0.", ".")) if square.shape[1] <= MOST else None
    style = {"annot": numbers, "fmt": "", "annot_kws": {"size": TINY}, "cmap": "mako_r", "cbar": False}
    sns.heatmap(square, linewidths=0.5, yticklabels=True, ax=axis, **style, **scale)
    axis.set(xlabel="", ylabel="")
    axis.set_xlabel("layer", size=SMALL)
    axis.tick_params(labelsize=TINY, length=0, rotation=0)


def _frame_choice(axis: Axes, one: pd.DataFrame, index: list[str]) -> None:
    layers = sorted(one.layer.unique())
    for choice in one[one.headline].itertuples():
        corner = (layers.index(choice.layer), index.index(choice.pooling))
        axis.add_patch(Rectangle(corner, 1, 1, fill=False, ec=WORDS, lw=2.2, clip_on=False, zorder=3))
