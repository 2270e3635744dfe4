"""What the agent sees: MiniGrid's 7 x 7 view with its occlusion, a row of the view at a time.

The cells of a view row that light has reached are a 7-bit mask, those that block it another. What MiniGrid's
two sideways sweeps make of the pair, and what they hand up to the next row, is looked up in a 128 x 128 table.
"""

from __future__ import annotations

import numpy as np
from numba import prange

from lva.world.kernels.codes import DOOR_OPEN, DOOR_OPEN_LOCKED, EMPTY, GREY_WALL, LAVA, OPAQUE, UNSEEN
from lva.world.kernels.compiling import kernel

VIEW = 7
AGENT_CELL = VIEW * (VIEW // 2) + VIEW - 1
CHUNK = 128  # worlds that share working memory
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
def view_range(position, size, step):
    """Which of the seven offsets -3..3 along `step` (-1 or 1) stay within 0..size - 1: the first, and past the last."""
    half = VIEW // 2
    before, after = (position, size - 1 - position) if step > 0 else (size - 1 - position, position)
    return max(half - before, 0), min(half + 1 + after, VIEW)


@kernel(inline="always")
def view_codes(cells, x, y, heading, view):
    """Write what is in view into `view: (49,)`, column first, unseen cells UNSEEN; beyond the grid stand grey walls.

    The agent's own cell, number 27, is as the grid has it.
    """
    height, width = cells.shape
    fx, fy = FORWARD_X[heading], FORWARD_Y[heading]
    # In view, column i lies i - 3 steps to the right and row j lies 6 - j steps ahead.
    if fx == 0:
        first, last = view_range(x, width, -fy)
        depth = height - 1 - y if fy > 0 else y
    else:
        first, last = view_range(y, height, fx)
        depth = width - 1 - x if fx > 0 else x
    grid, rightward, forward = cells.reshape(-1), fx * width - fy, fy * width + fx
    view[:] = UNSEEN
    reached = 1 << (VIEW // 2)
    for ahead in range(VIEW):
        if reached == 0:
            return
        j = VIEW - 1 - ahead
        within = (1 << last) - (1 << first) if ahead <= depth else 0
        opaque = 127 & ~within
        if within:
            place = y * width + x + ahead * forward - VIEW // 2 * rightward
            for i in range(VIEW):
                if within >> i & 1:
                    view[VIEW * i + j] = grid[place]
                    opaque |= np.int64(OPAQUE[grid[place]]) << i
                place += rightward
        swept = np.int64(SWEEP[reached, opaque])
        if within & ~swept or swept & 127 & ~within:  # some of the row is hidden, or lies beyond the grid and is seen
            for i in range(VIEW):
                if not swept >> i & 1:
                    view[VIEW * i + j] = UNSEEN
                elif not within >> i & 1:
                    view[VIEW * i + j] = GREY_WALL
        reached = swept >> VIEW


@kernel(inline="always")
def observe_one(cells, pose, carrying, view, image):
    """Write one agent's view into `image: (147,)`, MiniGrid's (7, 7, 3) flat; `view: (49,)` is working memory."""
    view_codes(cells, np.int64(pose[0]), np.int64(pose[1]), np.int64(pose[2]), view)
    view[AGENT_CELL] = carrying[0] if carrying[0] else EMPTY
    for k in range(VIEW * VIEW):
        kind = view[k] & np.uint8(15)
        image[3 * k] = DOOR_OPEN if kind > LAVA else kind
        image[3 * k + 1] = view[k] >> np.uint8(4)
        image[3 * k + 2] = max(kind, np.uint8(DOOR_OPEN_LOCKED)) - np.uint8(DOOR_OPEN_LOCKED)


@kernel(parallel=True)
def observe_all(cells, pose, carrying, images):
    """`observe_one` for a batch: `cells: (n, h, w)`, `pose: (n, 3)`, `carrying: (n, 2)`, `images: (n, 147)`."""
    n = len(cells)
    for c in prange((n + CHUNK - 1) // CHUNK):
        view = np.empty(VIEW * VIEW, np.uint8)
        for w in range(c * CHUNK, min(n, (c + 1) * CHUNK)):
            observe_one(cells[w], pose[w], carrying[w], view, images[w])
