"""Rooms drawn in batches: the target, the distractors, the agent, and whether the level can be solved."""

from __future__ import annotations

import numpy as np
from numba import prange

from lva.world.kernels.codes import BALL, BOX, DOOR_LOCKED, EMPTY, GREY_WALL, KEY
from lva.world.kernels.compiling import kernel
from lva.world.kernels.constants import COLOR_TO_IDX
from lva.world.kernels.dynamics import AWAY, ENDING
from lva.world.kernels.sight import CHUNK

MAX_TRIES = 1000  # rooms drawn for one seed before it is called impossible
PORTABLE_KINDS = np.array([BALL, BOX, KEY], np.uint8)
N_COLORS = len(COLOR_TO_IDX)


@kernel(inline="always")
def draw(random, n):
    """A uniform integer below `n` from `random: (1,) uint64`, a splitmix64 stream that this advances."""
    random[0] += np.uint64(0x9E3779B97F4A7C15)
    z = random[0]
    z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    z = z ^ (z >> np.uint64(31))
    return np.int64(((z >> np.uint64(32)) * np.uint64(n)) >> np.uint64(32))


@kernel
def build_one(cells, pose, random, task, goal, distractors, doors, near, far, rows):
    """Draw one level in place; return the target's flat cell index, or -1 if it came out unsolvable."""
    size = cells.shape[0]
    cells[:] = EMPTY
    cells[0], cells[size - 1], cells[:, 0], cells[:, size - 1] = GREY_WALL, GREY_WALL, GREY_WALL, GREY_WALL
    pose[0], pose[1], pose[2] = 1 + draw(random, size - 2), 1 + draw(random, size - 2), draw(random, 4)
    target = _place_doors(cells, random, goal, doors)
    if goal & 15 != DOOR_LOCKED:
        if ENDING[task] == AWAY:
            target = _place(cells, pose, random, goal, 1, near)
        else:
            target = _place(cells, pose, random, goal, 2, 2 * size)
    if target < 0:
        return -1
    used = np.int64(1) << _portable_index(goal) if goal & 15 != DOOR_LOCKED else np.int64(0)
    while distractors > 0:
        code = PORTABLE_KINDS[draw(random, len(PORTABLE_KINDS))] | draw(random, N_COLORS) << 4
        if used >> _portable_index(code) & 1:
            continue
        used |= np.int64(1) << _portable_index(code)
        if _place(cells, pose, random, code, 2, 2 * size) < 0:
            return -1
        distractors -= 1
    return target if _solvable(cells, pose, task, target, near, far, rows) else -1


@kernel(inline="always")
def _portable_index(code):
    """Number the 18 objects that can be carried: KEY, BALL, BOX are 5, 6, 7."""
    return ((code & 15) - KEY) * N_COLORS + (code >> 4)


@kernel
def _place(cells, pose, random, code, least, most):
    """Put a code on a free cell whose distance from the agent is in [least, most]; -1 if none was found."""
    size = cells.shape[0]
    for _ in range(MAX_TRIES):
        x, y = 1 + draw(random, size - 2), 1 + draw(random, size - 2)
        steps = abs(x - np.int64(pose[0])) + abs(y - np.int64(pose[1]))
        if cells[y, x] == EMPTY and least <= steps <= most:
            cells[y, x] = code
            return y * size + x
    return -1


@kernel
def _place_doors(cells, random, goal, doors):
    """Put locked doors of different colours in the walls; return the place of the one that is the goal, or -1."""
    size = cells.shape[0]
    target, used = -1, 0
    color = (goal >> 4) if goal & 15 == DOOR_LOCKED else draw(random, N_COLORS)
    while doors > 0:
        if not used >> color & 1:
            side, along = draw(random, 4), 1 + draw(random, size - 2)
            x = along if side < 2 else (size - 1) * (side - 2)
            y = (size - 1) * side if side < 2 else along
            if cells[y, x] != GREY_WALL:
                continue
            cells[y, x] = DOOR_LOCKED | color << 4
            target = y * size + x if cells[y, x] == goal else target
            used |= 1 << color
            doors -= 1
        color = draw(random, N_COLORS)
    return target


@kernel
def _solvable(cells, pose, task, target, near, far, rows):
    """All objects beside a reachable free cell (BabyAI's `check_objs_reachable`), and ESCAPE-FROM can be done.

    A row of the room is a bit mask, and the cells that can be reached spread by shifts; `rows: (3, size)` is
    working memory.
    """
    size = cells.shape[0]
    free, things, reached = rows[0], rows[1], rows[2]
    for y in range(size):
        free[y], things[y], reached[y] = 0, 0, 0
        for x in range(size):
            code = cells[y, x]
            free[y] |= np.int64(code == EMPTY) << x
            things[y] |= np.int64(code != EMPTY and code != GREY_WALL) << x
    reached[pose[1]] = 1 << np.int64(pose[0])
    spreading = True
    while spreading:
        spreading = False
        for y in range(1, size - 1):
            after = free[y] & (reached[y] | _neighbours(reached, y))
            spreading |= after != reached[y]
            reached[y] = after
    for y in range(size):
        if things[y] & ~_neighbours(reached, y):
            return False
    return ENDING[task] != AWAY or _escapable(pose, target, near, far, reached)


@kernel(inline="always")
def _neighbours(reached, y):
    """The cells of row y above, below, left or right of reached ones."""
    above = reached[y - 1] if y > 0 else 0
    below = reached[y + 1] if y + 1 < len(reached) else 0
    return reached[y] << 1 | reached[y] >> 1 | above | below


@kernel
def _escapable(pose, target, near, far, reached):
    """The agent starts within `near` steps of the target, and a cell `far` steps away from it can be reached."""
    size = len(reached)
    tx, ty = target % size, target // size
    if abs(np.int64(pose[0]) - tx) + abs(np.int64(pose[1]) - ty) > near:
        return False
    for y in range(size):
        for x in range(size):
            if reached[y] >> x & 1 and abs(x - tx) + abs(y - ty) >= far:
                return True
    return False


@kernel(parallel=True)
def build_all(cells, pose, target, seeds, task, goal, distractors, doors, near, far):
    """`build_one` for a batch, drawing again until a level is solvable; `target` stays -1 where none was found."""
    n, size = cells.shape[:2]
    for c in prange((n + CHUNK - 1) // CHUNK):
        random, rows = np.empty(1, np.uint64), np.empty((3, size), np.int64)
        for w in range(c * CHUNK, min(n, (c + 1) * CHUNK)):
            random[0], target[w] = seeds[w], -1
            for _ in range(MAX_TRIES):
                kind, code = np.int64(task[w]), np.int64(goal[w])
                target[w] = build_one(cells[w], pose[w], random, kind, code, distractors, doors, near, far, rows)
                if target[w] >= 0:
                    break
