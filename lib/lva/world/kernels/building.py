"""Rooms drawn in batches: the target, the distractors, the agent, and whether the level can be solved."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import prange

from lva.world.kernels.codes import BALL, BOX, DOOR_LOCKED, EMPTY, GREY_WALL, KEY
from lva.world.kernels.compiling import kernel
from lva.world.kernels.constants import COLOR_TO_IDX
from lva.world.kernels.dynamics import AWAY, ENDING
from lva.world.kernels.search import FLEE, Wanted, find_path, new_scratch
from lva.world.kernels.sight import CHUNK

MAX_PLACES = 1000  # places drawn for one object
MAX_TRIES = 10_000  # rooms drawn for one seed before it is called impossible
SLACK = 2  # steps that every episode of ESCAPE-FROM may take beside `patience` times the shortest way
NO_PLACE = -2
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


class Rules(NamedTuple):
    """A `Level` as the kernels take it."""

    distractors: int
    lookalikes: bool
    doors: int
    start_near: bool
    near: int
    far: int
    patience: float
    max_steps: int


class Workspace(NamedTuple):
    """Working memory for rooms of one size."""

    rows: np.ndarray  # (3, size) int64: bit masks of the room's rows
    things: np.ndarray  # (size * size, 2) int64: x and y of objects and doors


class Sought(NamedTuple):
    """The target of a level."""

    code: int
    near: bool  # it stands beside the agent


@kernel
def build_one(cells, pose, random, sought, rules, workspace):
    """Draw one level in place; return the target's flat cell index, or -1 if it is not one of those wanted."""
    size, goal, near_target = cells.shape[0], sought.code, sought.near
    most = 2 * size if rules.start_near else rules.far - 1
    cells[:] = EMPTY
    cells[0], cells[size - 1], cells[:, 0], cells[:, size - 1] = GREY_WALL, GREY_WALL, GREY_WALL, GREY_WALL
    pose[0], pose[1], pose[2] = 1 + draw(random, size - 2), 1 + draw(random, size - 2), draw(random, 4)
    target = _place_doors(cells, pose, random, goal, rules)
    if target == NO_PLACE:
        return -1
    if goal & 15 != DOOR_LOCKED:
        if near_target:
            target = _place(cells, pose, random, goal, 1, rules.near)
        else:
            target = _place(cells, pose, random, goal, 2, most)
    if target < 0:
        return -1
    used = np.int64(1) << _portable_index(goal) if goal & 15 != DOOR_LOCKED else np.int64(0)
    distractors = rules.distractors
    while distractors > 0:
        code = PORTABLE_KINDS[draw(random, len(PORTABLE_KINDS))] | draw(random, N_COLORS) << 4
        if used >> _portable_index(code) & 1:
            continue
        if not rules.lookalikes and (code & 15 == goal & 15 or code >> 4 == goal >> 4):
            continue
        used |= np.int64(1) << _portable_index(code)
        if _place(cells, pose, random, code, 2, most) < 0:
            return -1
        distractors -= 1
    if rules.start_near:
        if near_target and _distance(pose[0], pose[1], target % size, target // size) > rules.near:
            return -1
        solvable = _reach(cells, pose, workspace.rows)
        return target if solvable and (not near_target or _can_flee(target, rules.far, workspace.rows[2])) else -1
    return target if _tells_no_task(cells, pose, rules.far, workspace) else -1


@kernel(inline="always")
def _portable_index(code):
    """Number the 18 objects that can be carried: KEY, BALL, BOX are 5, 6, 7."""
    return ((code & 15) - KEY) * N_COLORS + (code >> 4)


@kernel
def _place(cells, pose, random, code, least, most):
    """Put a code on a free cell whose distance from the agent is in [least, most]; -1 if none was found."""
    size = cells.shape[0]
    for _ in range(MAX_PLACES):
        x, y = 1 + draw(random, size - 2), 1 + draw(random, size - 2)
        if cells[y, x] == EMPTY and least <= _distance(pose[0], pose[1], x, y) <= most:
            cells[y, x] = code
            return y * size + x
    return -1


@kernel
def _place_doors(cells, pose, random, goal, rules):
    """Put locked doors of different colours in the walls.

    Return the place of the one that is the goal, -1 if none is, or NO_PLACE if they do not fit.
    """
    size, left = cells.shape[0], rules.doors
    target, used = -1, 0
    color = (goal >> 4) if goal & 15 == DOOR_LOCKED else draw(random, N_COLORS)
    for _ in range(MAX_PLACES):
        if left == 0:
            return target
        if not used >> color & 1:
            side, along = draw(random, 4), 1 + draw(random, size - 2)
            x = along if side < 2 else (size - 1) * (side - 2)
            y = (size - 1) * side if side < 2 else along
            if cells[y, x] != GREY_WALL:
                continue
            if not rules.start_near and not 2 <= _distance(pose[0], pose[1], x, y) < rules.far:
                continue
            cells[y, x] = DOOR_LOCKED | color << 4
            target = y * size + x if cells[y, x] == goal else target
            used |= 1 << color
            left -= 1
        color = draw(random, N_COLORS)
    return NO_PLACE


@kernel
def _tells_no_task(cells, pose, far, workspace):
    """Whether every task can be set in this room, about any of its objects, and none can be guessed.

    Every object and door is from 2 to `far` - 1 steps away, no cell is `far` from more than half of them, and from
    each of them a cell can be reached that is.
    """
    size, things, count = cells.shape[0], workspace.things, 0
    for y in range(size):
        for x in range(size):
            if cells[y, x] != EMPTY and cells[y, x] != GREY_WALL:
                if not 2 <= _distance(pose[0], pose[1], x, y) < far:
                    return False
                things[count, 0], things[count, 1] = x, y
                count += 1
    most = max(1, count // 2)
    for y in range(1, size - 1):
        for x in range(1, size - 1):
            away = 0
            for k in range(count):
                away += _distance(x, y, things[k, 0], things[k, 1]) >= far
            if away > most:
                return False
    if not _reach(cells, pose, workspace.rows):
        return False
    suits = True
    for k in range(count):
        suits &= _can_flee(things[k, 1] * size + things[k, 0], far, workspace.rows[2])
    return suits


@kernel(inline="always")
def _distance(x, y, other_x, other_y):
    """Manhattan distance between two cells."""
    return abs(np.int64(x) - np.int64(other_x)) + abs(np.int64(y) - np.int64(other_y))


@kernel
def _reach(cells, pose, rows):
    """Mark the cells that can be reached in `rows[2]`; whether every object is beside one (`check_objs_reachable`).

    A row of the room is a bit mask, and the cells that can be reached spread by shifts.
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
    unreached = 0
    for y in range(size):
        unreached |= things[y] & ~_neighbours(reached, y)
    return unreached == 0


@kernel(inline="always")
def _neighbours(reached, y):
    """The cells of row y above, below, left or right of reached ones."""
    above = reached[y - 1] if y > 0 else 0
    below = reached[y + 1] if y + 1 < len(reached) else 0
    return reached[y] << 1 | reached[y] >> 1 | above | below


@kernel
def _can_flee(place, far, reached):
    """Whether a cell `far` steps away from a place can be reached."""
    size = len(reached)
    for y in range(size):
        for x in range(size):
            if reached[y] >> x & 1 and _distance(x, y, place % size, place // size) >= far:
                return True
    return False


@kernel(parallel=True)
def build_all(cells, pose, target, seeds, goals, rules):
    """`build_one` for a batch, drawing again until a level is wanted; `target` stays -1 where none was found.

    `goals`: a pair of arrays, tasks and codes of the targets.
    """
    n, size = cells.shape[:2]
    tasks, codes = goals
    for c in prange((n + CHUNK - 1) // CHUNK):
        random = np.empty(1, np.uint64)
        workspace = Workspace(np.empty((3, size), np.int64), np.empty((size * size, 2), np.int64))
        for w in range(c * CHUNK, min(n, (c + 1) * CHUNK)):
            random[0], target[w] = seeds[w], -1
            sought = Sought(np.int64(codes[w]), rules.start_near and ENDING[tasks[w]] == AWAY)
            for _ in range(MAX_TRIES):
                target[w] = build_one(cells[w], pose[w], random, sought, rules, workspace)
                if target[w] >= 0:
                    break


@kernel(parallel=True)
def limit_all(cells, pose, target, task, rules, limits):
    """How many steps an episode may take: `max_steps`, and in ESCAPE-FROM `patience` times the shortest way."""
    for w in prange(len(cells)):
        limits[w] = rules.max_steps
        if rules.patience > 0 and ENDING[task[w]] == AWAY:
            scratch, path = new_scratch(cells[w]), np.empty(4 * cells[w].size, np.uint8)
            wanted = Wanted(FLEE, np.int64(target[w]), rules.far, False)
            length = find_path(cells[w], pose[w], wanted, scratch, path)
            if length >= 0:
                limits[w] = min(rules.max_steps, np.int64(rules.patience * length) + SLACK)
