"""What the agent sees: MiniGrid's 7 x 7 view with its occlusion, a row of the view at a time.

The cells of a view row that light has reached are a 7-bit mask, those that block it another. What MiniGrid's
two sideways sweeps make of the pair, and what they hand up to the next row, is looked up in a 128 x 128 table.
"""

from __future__ import annotations

import numpy as np
from numba import prange

from lva.world.codes import EMPTY, GREY_WALL, OPAQUE, TRIPLE
from lva.world.kernel import kernel

VIEW = 7
FORWARD_X = np.array([1, 0, -1, 0], np.int64)  # of headings right, down, left, up
FORWARD_Y = np.array([0, 1, 0, -1], np.int64)


def _sweep_table() -> np.ndarray:
    """`table[reached, opaque]` = swept row | what it hands up << 7, after MiniGrid's `Grid.process_vis`."""
    reached, opaque = np.meshgrid(np.arange(128), np.arange(128), indexing="ij")
    up = np.zeros_like(reached)
    for columns, side in ((range(VIEW - 1), 1), (range(VIEW - 1, 0, -1), -1)):
        for i in columns:
            passes = (reached & ~opaque) >> i & 1
            reached |= passes << (i + side)
            up |= passes << i | passes << (i + side)
    return (reached | up << VIEW).astype(np.uint16)


SWEEP = _sweep_table()


@kernel(inline="always")
def view_row(cells, x, y, heading, j, codes):
    """Read row `j` of the view (6 is the agent's own) into `codes`; return the mask of its opaque cells."""
    height, width = cells.shape
    fx, fy = FORWARD_X[heading], FORWARD_Y[heading]
    px = x + fx * (VIEW - 1 - j) + fy * (VIEW // 2)
    py = y + fy * (VIEW - 1 - j) - fx * (VIEW // 2)
    opaque = 0
    for i in range(VIEW):
        code = GREY_WALL
        if 0 <= px < width and 0 <= py < height:
            code = cells[py, px]
        codes[i] = code
        opaque |= np.int64(OPAQUE[code]) << i
        px -= fy
        py += fx
    return opaque


@kernel
def observe_one(cells, x, y, heading, carrying, image):
    """Write one agent's view into `image: (7, 7, 3)`, column first, unseen cells zero."""
    codes = np.empty(VIEW, np.uint8)
    image[:] = 0
    reached = 1 << (VIEW // 2)
    for j in range(VIEW - 1, -1, -1):
        if reached == 0:
            return
        opaque = view_row(cells, x, y, heading, j, codes)
        if j == VIEW - 1:
            codes[VIEW // 2] = carrying
        swept = np.int64(SWEEP[reached, opaque])
        for i in range(VIEW):
            if swept >> i & 1:
                code = codes[i]
                image[i, j, 0] = TRIPLE[code, 0]
                image[i, j, 1] = TRIPLE[code, 1]
                image[i, j, 2] = TRIPLE[code, 2]
        reached = swept >> VIEW


@kernel(parallel=True)
def observe_all(cells, pose, carrying, images):
    """`observe_one` for a batch: `cells: (n, h, w)`, `pose: (n, 3)`, `carrying: (n, 2)`, `images: (n, 7, 7, 3)`."""
    for w in prange(cells.shape[0]):
        held = carrying[w, 0] if carrying[w, 0] else EMPTY
        observe_one(cells[w], np.int64(pose[w, 0]), np.int64(pose[w, 1]), np.int64(pose[w, 2]), held, images[w])
