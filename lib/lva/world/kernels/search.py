"""Shortest paths over poses (cell x heading), breadth first; ties go to forward, then left, then right."""

from __future__ import annotations

import numpy as np

from lva.world.kernels.codes import EMPTY, GOAL, LAVA, UNSEEN, WALKABLE
from lva.world.kernels.compiling import kernel
from lva.world.kernels.dynamics import AHEAD, LEFT, RIGHT
from lva.world.kernels.sight import FORWARD_X, FORWARD_Y, VIEW

FACE, FLEE, FREE_CELL, LOOK, ENTER = range(5)  # what makes a pose the end of a path
PARENT, ACTION, REACHED, QUEUE, VISITED = range(5)  # rows of the scratch table; REACHED: steps + 1


@kernel
def new_scratch(cells):
    """Working memory for worlds of one size: (5, 4 h w) int32."""
    return np.zeros((5, 4 * cells.size), np.int32)


@kernel(inline="always")
def enters(code):
    """Whether a path may lead over a cell: free ones, and unseen ones until they prove otherwise."""
    kind = code & 15
    return code == UNSEEN or (WALKABLE[code] and kind != GOAL and kind != LAVA)


@kernel
def find_path(known, x, y, heading, end, target, far, look_at_walls, scratch, path):
    """Write the shortest actions from a pose to the nearest one that `end` asks for; return their number or -1.

    `known: (h, w)` codes as believed. LOOK passes over the poses marked in `scratch[VISITED]`.
    """
    width = known.shape[1]
    start = 4 * (y * width + x) + heading
    scratch[REACHED] = 0
    scratch[REACHED, start] = 1
    scratch[QUEUE, 0] = start
    head, tail = 0, 1
    best, best_pose = 0, -1
    while head < tail:
        pose = np.int64(scratch[QUEUE, head])
        head += 1
        if best and scratch[REACHED, pose] > scratch[REACHED, best_pose]:
            break
        place, heading = pose >> 2, pose & 3
        x, y = place % width, place // width
        merit = _merit(known, x, y, heading, pose, end, target, far, look_at_walls, scratch)
        if merit > best:
            best, best_pose = merit, pose
        if best:
            continue
        for action in (AHEAD, LEFT, RIGHT):
            if action == AHEAD:
                nx, ny = x + FORWARD_X[heading], y + FORWARD_Y[heading]
                if not (0 <= nx < width and 0 <= ny < known.shape[0] and enters(known[ny, nx])):
                    continue
                after = 4 * (ny * width + nx) + heading
            else:
                after = 4 * place + (heading + (3 if action == LEFT else 1)) % 4
            if not scratch[REACHED, after]:
                scratch[REACHED, after] = scratch[REACHED, pose] + 1
                scratch[PARENT, after], scratch[ACTION, after] = pose, action
                scratch[QUEUE, tail] = after
                tail += 1
    return _trace(best_pose, start, scratch, path) if best else -1


@kernel(inline="always")
def _merit(known, x, y, heading, pose, end, target, far, look_at_walls, scratch):
    """0 if a path may not end here; among the nearest poses that are not 0 the greatest is taken."""
    width = known.shape[1]
    if end == FLEE:
        return np.int64(abs(x - target % width) + abs(y - target // width) >= far)
    if end == ENTER:
        return np.int64(y * width + x == target)
    if end == LOOK:
        return np.int64(0) if scratch[VISITED, pose] else _reveals(known, x, y, heading, look_at_walls)
    fx, fy = x + FORWARD_X[heading], y + FORWARD_Y[heading]
    if end == FACE:
        return np.int64(fy * width + fx == target)
    return np.int64(0 <= fx < width and 0 <= fy < known.shape[0] and known[fy, fx] == EMPTY)


@kernel
def _reveals(known, x, y, heading, look_at_walls):
    """How many unseen cells lie in the view of a pose; the outermost ones count only where doors may be."""
    height, width = known.shape
    fx, fy = FORWARD_X[heading], FORWARD_Y[heading]
    margin = 0 if look_at_walls else 1
    count = 0
    for ahead in range(VIEW):
        for side in range(-(VIEW // 2), VIEW // 2 + 1):
            cx, cy = x + fx * ahead - fy * side, y + fy * ahead + fx * side
            if margin <= cx < width - margin and margin <= cy < height - margin:
                count += known[cy, cx] == UNSEEN
    return count


@kernel(inline="always")
def _trace(pose, start, scratch, path):
    length = 0
    while pose != start:
        path[length] = scratch[ACTION, pose]
        pose = np.int64(scratch[PARENT, pose])
        length += 1
    path[:length] = path[:length][::-1].copy()
    return length
