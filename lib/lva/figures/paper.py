"""Rooms for white paper: MiniGrid paints on black, where a blue key is nearly invisible in print.

Only figures look like this. Agents and models are shown MiniGrid's own picture, byte for byte.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from matplotlib.colors import to_rgb
from minigrid.core.constants import COLORS
from numpy.typing import NDArray

from lva.figures.style import PAINT

LIGHT = 0.3  # MiniGrid lights a cell that is seen: p + 0.3 (255 - p)
FLOOR, UNLIT = np.array([255, 255, 255]), np.array([212, 212, 212])
LINE, FAINT = 0.031, 0.35  # width of a line of the grid, in tiles, and how strongly it is drawn here
NAMES = tuple(COLORS)
GREY = NAMES.index("grey")
SCREEN = np.stack([COLORS[name] for name in NAMES]).astype(float)
PRINT = 255 * np.array([to_rgb(PAINT[name]) for name in NAMES])


def on_paper(picture: NDArray[np.uint8], tile_size: int) -> NDArray[np.uint8]:
    """Repaint a picture of MiniGrid's with a light floor and darker colours: (h, w, 3) -> (h, w, 3).

    A pixel is a share v of one colour over black, p = v c. It becomes v c' + (1 - v) floor, where c' is the colour of
    that name in `PAINT`; cells that are not seen have a grey floor.
    """
    t, painted = tile_size, np.empty_like(picture)
    for y in range(0, picture.shape[0], t):
        for x in range(0, picture.shape[1], t):
            painted[y : y + t, x : x + t] = _repaint(picture[y : y + t, x : x + t].tobytes(), t)
    return painted


@lru_cache(maxsize=2048)
def _repaint(screen: bytes, tile_size: int) -> NDArray[np.uint8]:
    """Repaint one tile; cached, because every picture repeats the same few tiles."""
    tile = np.frombuffer(screen, np.uint8).reshape(tile_size, tile_size, 3).astype(float)
    low, wall, dark = tile.min(), np.ptp(tile) == 0 and tile.max() > 0, int(LIGHT * 255)
    lit = low >= dark and not (wall and low == SCREEN[GREY].max())
    plain = ((tile - dark) / (1 - LIGHT)).clip(0) if lit else tile
    name = _nearest(plain)
    share = (plain.max(axis=-1) / SCREEN.max(axis=1)[name]).clip(0, 1)
    if not wall:
        share[_grid_lines(tile_size) & (name == GREY)] *= FAINT
    painted = share[..., None] * PRINT[name] + (1 - share[..., None]) * (FLOOR if lit else UNLIT)
    return painted.round().astype(np.uint8)


def _nearest(pixels: NDArray[np.float64]) -> NDArray[np.int64]:
    """Which of the colours each pixel is a shade of: the one in whose direction it lies."""
    directions = SCREEN / np.linalg.norm(SCREEN, axis=1, keepdims=True)
    return (pixels @ directions.T).argmax(axis=-1)


def _grid_lines(tile_size: int) -> NDArray[np.bool_]:
    """Where the lines between cells run, in a tile: along its left and its upper edge."""
    edge = np.arange(tile_size) < np.ceil(LINE * tile_size)
    return edge[:, None] | edge
