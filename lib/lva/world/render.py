"""Colour: every cell of a view is one of a few hundred tiles, drawn once by MiniGrid and copied from then on."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
import torch

from lva.ground import paths
from lva.world.kernels.codes import CODE_OF_TRIPLE, N_CODES
from lva.world.kernels.painting import AGENT_COLUMN, AGENT_ROW, paint
from lva.world.kernels.sight import VIEW

N_TILES = 2 * N_CODES  # without and with the agent; CODE_OF_TRIPLE numbers them
SAVED_TILES = paths.PACKAGE / "world" / "tiles.npz"  # MiniGrid's, see `lva.world.minigrid.tiles.save_tiles`


class Atlas:
    """The tiles of a size, and views put together from them.

    `tiles`: (N_TILES, t, t, 3) uint8, the first half plain, the second with the agent in them. Cells that are
    seen are lit, as MiniGrid lights them; unseen ones are dark and empty.
    """

    def __init__(self, tile_size: int = 8):
        if tile_size < 1:
            raise ValueError(f"tile_size={tile_size} must be at least 1 pixel")
        self.tile_size = tile_size
        self.tiles = _tiles(tile_size)

    def render(self, images: np.ndarray) -> np.ndarray:
        """Colour views: `images: (n, 7, 7, 3)` symbolic -> (n, 7 t, 7 t, 3) uint8, rows first as pictures are."""
        side = VIEW * self.tile_size
        out = np.empty((len(images), side, side, 3), np.uint8)
        word = np.uint64 if 3 * self.tile_size % 8 == 0 else np.uint8  # copy eight bytes at a time where they fit
        tiles = self.tiles.reshape(N_TILES, self.tile_size, -1).view(word)
        paint(images, tiles, out.reshape(len(images), side, -1).view(word))
        return out


@lru_cache(maxsize=4)
def atlas(tile_size: int = 8) -> Atlas:
    """The atlas of a tile size, made once."""
    return Atlas(tile_size)


def tile_numbers(images: torch.Tensor) -> torch.Tensor:
    """Which tile each cell of a view shows: (n, 7, 7, 3) uint8 -> (n, 7, 7) int64, column first."""
    table = torch.from_numpy(CODE_OF_TRIPLE).to(images.device).long()
    numbers = table[tuple(images.long().unbind(-1))]
    numbers[:, AGENT_COLUMN, AGENT_ROW] += N_CODES
    return numbers


def _tiles(tile_size: int) -> np.ndarray:
    """All tiles of a size: saved ones, which tests compare with MiniGrid's, or else drawn by MiniGrid now."""
    with np.load(SAVED_TILES) as saved:
        if str(tile_size) in saved:
            return saved[str(tile_size)]
    from lva.world.minigrid.tiles import draw_tiles

    return draw_tiles(tile_size)
