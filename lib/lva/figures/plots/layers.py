"""Which layer, which pooling: how much a reference's alignment depends on the choice."""

from __future__ import annotations

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import seaborn as sns
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from lva.figures.style import GREY, SMALL, TINY, WIDTH, WORDS, write_title
from lva.models.references.reference import UNTRAINED
from lva.report.tables.headline import headline_measure

COLUMNS, ROW, AROUND = 3, 0.2, 0.75  # panels per row; inches per pooling, and around a panel
MOST = 9  # layers with room for numbers
NOTE = "Frame: what the other figures show. Own: the model's own vector of a sentence. Layer 0: the words' vectors."


def layer_map(layers: pd.DataFrame) -> pd.DataFrame:
    """One reference as a table: one row per pooling, one column per layer; below, the same for its untrained copy.

    Rows without values are left out.
    """
    values, untrained = (layers.pivot(index="pooling", columns="layer", values=name) for name in ("value", "untrained"))
    both = pd.concat([values, untrained.rename(index=_before)])
    return both.dropna(how="all")


def plot_layers(layers: pd.DataFrame, measure: str | None = None) -> Figure:
    """One map per reference: alignment with the agent by layer and pooling, a frame around the registry's choice.

    Columns: reference, layer, pooling, measure, value, untrained (nan where not known), headline.
    """
    measure = measure or headline_measure(layers)
    layers = layers[layers.measure == measure]
    poolings = list(layers.pooling.unique())
    order = [*poolings, *map(_before, poolings)]
    maps = {name: layer_map(one) for name, one in layers.groupby("reference", sort=False)}
    columns = min(len(maps), COLUMNS)
    bands = [list(maps)[i : i + columns] for i in range(0, len(maps), columns)]
    indices = [[row for row in order if any(row in maps[name].index for name in band)] for band in bands]
    heights = [ROW * len(index) + AROUND for index in indices]
    figure, axes = plt.subplots(
        len(bands), columns, figsize=(WIDTH, sum(heights) + 0.5), height_ratios=heights, sharey="row", squeeze=False,
        layout="constrained",
    )  # fmt: skip
    scale = {"vmin": min(0, layers.value.min()), "vmax": np.nanmax(layers[["value", "untrained"]])}
    for row, band, index in zip(axes, bands, indices):
        for axis, name in zip(row, band):
            _draw_map(axis, maps[name].reindex(index), scale)
            axis.axhline(sum(pooling in poolings for pooling in index), color="white", lw=4)
            _frame_choice(axis, layers[layers.reference == name], index)
            axis.set_title(name, size=10, loc="left", pad=4)
        for axis in row[len(band) :]:
            axis.axis("off")
    bar = figure.colorbar(axes.flat[0].collections[0], ax=axes, aspect=40, shrink=0.8, pad=0.01)
    bar.ax.tick_params(labelsize=TINY)
    write_title(figure, f"{measure} of the trained agent with each model, by layer and pooling")
    figure.supxlabel(
        NOTE,
        x=0.1 / WIDTH,
        ha="left",
        size=TINY,
        color=GREY,
    )
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


def _before(pooling: str) -> str:
    """The label of a pooling of the untrained model."""
    return f"{UNTRAINED}, {pooling}"
