"""Shortest paths over poses (cell x heading), breadth first; ties go to forward, then left, then right."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from lva.world.kernels.codes import EMPTY, GOAL, LAVA, UNSEEN, WALKABLE
from lva.world.kernels.compiling import kernel
from lva.world.kernels.dynamics import AHEAD, LEFT, RIGHT
from lva.world.kernels.sight import FORWARD_X, FORWARD_Y, VIEW

FACE, FLEE, FREE_CELL, LOOK, ENTER = range(5)  # what makes a pose the end of a path
PARENT, ACTION, REACHED, QUEUE, VISITED = range(5)  # rows of the scratch table of poses; REACHED: steps + 1


class Wanted(NamedTuple):
    """The poses that a path may end in."""

    end: int  # FACE, FLEE, FREE_CELL, LOOK or ENTER
    target: int  # flat index of the cell that is meant
    far: int  # FLEE: so many steps from it
    is_door: bool  # LOOK: the outermost cells count as unseen too, where doors are


@kernel
def new_scratch(cells):
    """Working memory for worlds of one size: (5, 4 h w) int32."""
    return np.zeros((5, 4 * cells.size), np.int32)


@kernel
def enters(code):
    """Whether a path may lead over a cell: free ones, and unseen ones until they prove otherwise."""
    kind = code & 15
    return code == UNSEEN or (WALKABLE[code] and kind != GOAL and kind != LAVA)


@kernel
def find_path(known, pose, wanted, scratch, path):
    """Write the shortest actions from a pose to the nearest one that is wanted; return their number or -1.

    `known: (h, w)` codes as believed. LOOK passes over the poses marked in `scratch[VISITED]`.
    """
    width = known.shape[1]
    start = 4 * (np.int64(pose[1]) * width + np.int64(pose[0])) + np.int64(pose[2])
    scratch[REACHED] = 0
    scratch[REACHED, start] = 1
    scratch[QUEUE, 0] = start
    head, tail = 0, 1
    best, best_node = 0, -1
    while head < tail:
        node = np.int64(scratch[QUEUE, head])
        head += 1
        if best and scratch[REACHED, node] > scratch[REACHED, best_node]:
            break
        merit = _merit(known, node, wanted, scratch)
        if merit > best:
            best, best_node = merit, node
        if best:
            continue
        place, heading = node >> 2, node & 3
        x, y = place % width, place // width
        for action in (AHEAD, LEFT, RIGHT):
            if action == AHEAD:
                nx, ny = x + FORWARD_X[heading], y + FORWARD_Y[heading]
                if not (0 <= nx < width and 0 <= ny < known.shape[0] and enters(known[ny, nx])):
                    continue
                after = 4 * (ny * width + nx) + heading
            else:
                after = 4 * place + (heading + (3 if action == LEFT else 1)) % 4
            if not scratch[REACHED, after]:
                scratch[REACHED, after] = scratch[REACHED, node] + 1
                scratch[PARENT, after], scratch[ACTION, after] = node, action
                scratch[QUEUE, tail] = after
                tail += 1
    return _trace(best_node, start, scratch, path) if best else -1


@kernel
def _merit(known, node, wanted, scratch):
    """0 if a path may not end here; among the nearest poses that are not 0 the greatest is taken."""
    width, target = known.shape[1], wanted.target
    place, heading = node >> 2, node & 3
    x, y = place % width, place // width
    if wanted.end == FLEE:
        return np.int64(abs(x - target % width) + abs(y - target // width) >= wanted.far)
    if wanted.end == ENTER:
        return np.int64(place == target)
    if wanted.end == LOOK:
        return np.int64(0) if scratch[VISITED, node] else _reveals(known, x, y, heading, wanted.is_door)
    fx, fy = x + FORWARD_X[heading], y + FORWARD_Y[heading]
    if wanted.end == FACE:
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


@kernel
def _trace(node, start, scratch, path):
    length = 0
    while node != start:
        path[length] = scratch[ACTION, node]
        node = np.int64(scratch[PARENT, node])
        length += 1
    path[:length] = path[:length][::-1].copy()
    return length
