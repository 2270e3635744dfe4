"""The tiles of the world as MiniGrid draws them.

Those of a few sizes are saved beside `lva.world.render`, as learning needs no MiniGrid.
"""

from __future__ import annotations

import numpy as np
from minigrid.core.grid import Grid

from lva.world.kernels.codes import CODE_OF_TRIPLE, N_CODES, UNSEEN, object_of
from lva.world.render import N_TILES, SAVED_TILES

AGENT_HEADING = 3  # of the agent in its own view: up
SAVED_SIZES = (8, 24, 32)  # those that an agent can have, and that of figures; MiniGrid draws a size in 10 seconds


def draw_tiles(tile_size: int) -> np.ndarray:
    """Every tile: (N_TILES, t, t, 3) uint8, numbered as in `Atlas`."""
    tiles = np.zeros((N_TILES, tile_size, tile_size, 3), np.uint8)
    for code in np.unique(CODE_OF_TRIPLE):
        for agent in (False, True):
            tiles[code + N_CODES * agent] = _tile(int(code), agent, tile_size)
    return tiles


def save_tiles() -> None:
    """Write the file that `Atlas` reads; to be called when a new version of MiniGrid draws otherwise."""
    np.savez_compressed(SAVED_TILES, **{str(size): draw_tiles(size) for size in SAVED_SIZES})


def _tile(code: int, agent: bool, tile_size: int) -> np.ndarray:
    heading = AGENT_HEADING if agent else None
    tile = Grid.render_tile(object_of(code), heading, highlight=code != UNSEEN, tile_size=tile_size)
    return tile.astype(np.uint8)  # MiniGrid's own cast: it truncates
