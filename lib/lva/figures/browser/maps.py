"""Maps: spaces laid out in a plane, and drawn as SVG that a browser shows at once."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from html import escape

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from lva.alignment.checks import Array, as_space
from lva.alignment.measures.similarity import unit_rows
from lva.figures.style import TASK_COLORS
from lva.world.tasks import RECORDS

WIDTH, HEIGHT, MARGIN = 320, 240, 22
SEED = 3.6  # pixels between items at the same place
GOLDEN_ANGLE = np.pi * (3 - 5**0.5)
CROSS = "M0,-13V-6M0,6V13M-13,0H-6M6,0H13"
ROUNDING = 1e-6  # spread of unit rows that differ only by float32 rounding
OUTLINES = {  # of markers
    "o": "M-4,0a4,4 0 1,0 8,0a4,4 0 1,0 -8,0",
    "s": "M-3.6,-3.6h7.2v7.2h-7.2z",
    "^": "M0,-4.8L4.6,3.4H-4.6z",
}
SHAPES = {task.name: OUTLINES[task.marker] for task in RECORDS}  # so that colour never stands alone


@dataclass(frozen=True)
class Layout:
    """A space in the plane: its two principal components, each item scaled to length 1 as the cosine does."""

    mean: Array  # (d,)
    axes: Array  # (d, 2)
    points: Array  # (n, 2)
    explained: float  # share of the variance that the plane keeps

    def place(self, vector: ArrayLike) -> Array:
        """Where a vector of the space falls: (d,) -> (2,)."""
        return (unit_rows(as_space([vector], "the vector", least=1))[0] - self.mean) @ self.axes


def lay_out(vectors: ArrayLike, like: Layout | None = None) -> Layout:
    """Lay `vectors: (n, d)` out, turned to resemble `like`, or with the farthest items on the right and at the top.

    A turn (orthogonal Procrustes of the points) changes no distance.
    """
    u = unit_rows(as_space(vectors, "vectors"), name="vectors")
    x = u - u.mean(axis=0)
    _, s, vt = np.linalg.svd(x, full_matrices=False)
    axes = np.zeros((x.shape[1], 2))
    rank = min(2, int((s > ROUNDING).sum()))
    axes[:, :rank] = vt[:rank].T
    points, total = x @ axes, (s[s > ROUNDING] ** 2).sum()
    if like is None:
        farthest = np.abs(points).argmax(axis=0)
        turn = np.diag(np.where(points[farthest, [0, 1]] < 0, -1.0, 1.0))
    else:
        left, _, right = np.linalg.svd(points.T @ like.points)
        turn = left @ right
    return Layout(u.mean(axis=0), axes @ turn, points @ turn, float((s[:rank] ** 2).sum() / total) if total else 1.0)


def lay_out_all(spaces: dict[str, Array]) -> dict[str, Layout]:
    """Lay out every space, the later ones turned to resemble the first."""
    layouts: dict[str, Layout] = {}
    for name, vectors in spaces.items():
        layouts[name] = lay_out(vectors, next(iter(layouts.values()), None))
    return layouts


def map_table(spaces: dict[str, Array], texts: Sequence[str]) -> pd.DataFrame:
    """All layouts as a table, to be drawn without the spaces: space, text, x, y, and explained, the plane's share."""
    return pd.concat(
        [
            pd.DataFrame(layout.points, columns=["x", "y"]).assign(space=name, text=texts, explained=layout.explained)
            for name, layout in lay_out_all(spaces).items()
        ],
        ignore_index=True,
    )[["space", "text", "x", "y", "explained"]]


@dataclass(frozen=True)
class Marks:
    """What stands out in a map: the instruction, its neighbours, and those in every list."""

    item: int | None  # the instruction's row, if it has one
    near: Collection[int] = ()
    shared: Collection[int] = ()

    def of(self, item: int) -> str:
        """The CSS class of an item's sign."""
        if item in self.shared:
            return "shared"
        return "near" if item in self.near or item == self.item else "far"


def map_svg(layout: Layout, texts: Sequence[str], tasks: Sequence[str], marks: Marks, here: Array, title: str) -> str:
    """Draw a map, a cross on the instruction `here: (2,)`.

    Signs and hidden names carry their row as `data-i`, so that a style sheet can link them.
    """
    *places, new = fit(np.vstack([layout.points, here]))
    places = spread(np.array(places))
    cross_x, cross_y = (new.round(1) if marks.item is None else places[marks.item]).tolist()
    front = sorted(range(len(texts)), key=lambda i: (i in marks.near) + (i in marks.shared))
    signs = "".join(
        f'<path data-i="{i}" class="{marks.of(i)}" transform="translate{x, y}" d="{SHAPES[tasks[i]]}" '
        f'fill="{TASK_COLORS[tasks[i]]}"/>'
        for i, (x, y) in zip(front, places[front].tolist())
    )
    names = "".join(
        f'<text data-i="{i}" x="{x + 8 if x < WIDTH / 2 else x - 8}" y="{max(y - 8, 12)}" '
        f'text-anchor="{"start" if x < WIDTH / 2 else "end"}">{escape(text)}</text>'
        for i, (text, (x, y)) in enumerate(zip(texts, places.tolist()))
    )
    cross = "".join(
        f'<path class="{name}" transform="translate{cross_x, cross_y}" d="{CROSS}"/>' for name in ("halo", "here")
    )
    opening = f'<svg class="map" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{escape(title)}">'
    return f"{opening}{signs}{cross}{names}</svg>"


def fit(points: Array) -> Array:
    """Scale points into the picture, with equal axes and y pointing up: (m, 2) -> (m, 2)."""
    low, high = points.min(axis=0), points.max(axis=0)
    room = np.array([WIDTH, HEIGHT]) - 2 * MARGIN
    scale = (room / np.maximum(high - low, ROUNDING)).min()
    return (points - (low + high) / 2) * scale * (1, -1) + np.array([WIDTH, HEIGHT]) / 2


def spread(places: Array) -> Array:
    """Move items at the same place apart, the first in the middle, like the seeds of a sunflower."""
    _, group, size = np.unique(places.round() @ (1, 1j), return_inverse=True, return_counts=True)
    seed = np.array([(group[:i] == own).sum() for i, own in enumerate(group)])
    step = min(SEED, (MARGIN - SEED) / size.max() ** 0.5)  # the largest group fits into the margin
    around = np.stack([np.cos(GOLDEN_ANGLE * seed), np.sin(GOLDEN_ANGLE * seed)], axis=1)
    return (places + step * np.sqrt(seed)[:, None] * around).round(1)
