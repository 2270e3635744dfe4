"""Views in colour: tiles copied into place."""

from __future__ import annotations

import numpy as np
from numba import prange

from lva.world.kernels.codes import CODE_OF_TRIPLE, N_CODES
from lva.world.kernels.compiling import kernel
from lva.world.kernels.sight import VIEW

AGENT_COLUMN, AGENT_ROW = VIEW // 2, VIEW - 1  # of the agent in its own view


@kernel(parallel=True)
def paint(images, tiles, out):
    """Copy tiles row by row: `tiles: (N_TILES, t, words)`, `out: (n, 7 t, 7 words)`."""
    size, words = tiles.shape[1], tiles.shape[2]
    for w in prange(len(images)):
        numbers = np.empty(VIEW, np.int64)
        for j in range(VIEW):
            for i in range(VIEW):
                image = images[w, i, j]
                numbers[i] = CODE_OF_TRIPLE[image[0], image[1], image[2]]
                if i == AGENT_COLUMN and j == AGENT_ROW:
                    numbers[i] += N_CODES
            for line in range(size):
                row = out[w, j * size + line]
                for i in range(VIEW):
                    for word in range(words):
                        row[i * words + word] = tiles[numbers[i], line, word]
