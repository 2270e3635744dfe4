"""The expert's decisions for whole batches: play an episode to its end, mark the best actions of a state."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import prange

from lva.world.kernels.codes import EMPTY, UNSEEN
from lva.world.kernels.compiling import kernel
from lva.world.kernels.dynamics import (
    ACTIONS,
    AHEAD,
    CARRIED,
    DROP,
    GONE,
    LEFT,
    PICKUP,
    RUNNING,
    SUCCESS,
    act,
    step_one,
)
from lva.world.kernels.search import ENTER, FACE, FLEE, FREE_CELL, LOOK, VISITED, Wanted, find_path, new_scratch
from lva.world.kernels.sight import FORWARD_X, FORWARD_Y, VIEW, view_codes
from lva.world.kernels.state import copy_of, goal_of, start_of, state_of
from lva.world.tasks import task_table

HOPELESS = 1 << 30
SEARCHES = {"face": FACE, "flee": FLEE}
SEARCH = task_table("search", SEARCHES)
LAST_ACTION = task_table("last_action", {None: -1} | {name: action for action, name in enumerate(ACTIONS)})


class Desk(NamedTuple):
    """Working memory of an expert, for worlds of one size."""

    memory: np.ndarray  # (h, w) codes as seen so far
    scratch: np.ndarray  # of the search
    sighted: bool  # plan with the memory, not with the room


@kernel
def new_desk(cells, sighted):
    """A desk for worlds of the size of `cells: (h, w)`."""
    return Desk(np.empty(cells.shape, np.uint8), new_scratch(cells), sighted)


@kernel(parallel=True)
def play_all(states, budget, sighted, actions, lengths, success):
    """`play_one` for a batch, in chunks that share a desk."""
    n, chunk = len(states.cells), 64
    for c in prange((n + chunk - 1) // chunk):
        desk = new_desk(states.cells[0], sighted)
        for w in range(c * chunk, min(n, (c + 1) * chunk)):
            state, goal, target = state_of(states, w), goal_of(states, w), np.int64(states.target[w])
            lengths[w], success[w] = play_one(state, target, goal, budget[w], desk, actions[w])


@kernel
def play_one(state, target, goal, budget, desk, actions):
    """Play one world in place; return the number of actions written and whether they succeeded."""
    path, view = np.empty(desk.scratch.shape[1] + 1, np.uint8), np.empty(VIEW * VIEW, np.uint8)
    done = length = 0  # how much of the path has been walked, and how long it is
    known = desk.memory if desk.sighted else state.cells
    if desk.sighted:
        desk.memory[:], desk.scratch[VISITED] = UNSEEN, 0
    for t in range(budget):
        surprised = desk.sighted and look(state, desk, view)
        if surprised or done == length:
            length, done = next_path(known, state, target, goal, desk.scratch, path), 0
            if length < 0:
                return t, False
        actions[t] = path[done]
        target, verdict = step_one(state, target, goal, path[done])
        done += 1
        if verdict == SUCCESS:
            return t + 1, True
    return budget, False


@kernel
def next_path(known, state, target, goal, scratch, path):
    """Write the actions up to the next point of decision; return their number, or -1 where nothing helps."""
    if target == GONE:
        return -1
    row, column = target // known.shape[1], target % known.shape[1]
    is_door = row % (known.shape[0] - 1) == 0 or column % (known.shape[1] - 1) == 0
    last = -1  # the action that ends the path, if it is not a move
    if state.carrying[0] != 0 and (LAST_ACTION[goal.task] == PICKUP or target == CARRIED):
        end, last = FREE_CELL, DROP
    elif known[row, column] == UNSEEN:
        end = LOOK
    else:
        end, last = SEARCH[goal.task], LAST_ACTION[goal.task]
    length = find_path(known, state.pose, Wanted(end, target, np.int64(goal.far), is_door), scratch, path)
    if length >= 0 and last >= 0:
        path[length] = last
        return length + 1
    if length == 0:  # already there, but only an action is judged: one that changes nothing that matters
        path[0] = AHEAD if end == FACE else LEFT
        return 1
    return length


@kernel
def look(state, desk, view):
    """Take what is in view into memory; say whether a cell is new and not empty, which may change the plan."""
    x, y, heading = np.int64(state.pose[0]), np.int64(state.pose[1]), np.int64(state.pose[2])
    fx, fy = FORWARD_X[heading], FORWARD_Y[heading]
    height, width = state.cells.shape
    desk.scratch[VISITED, 4 * (y * width + x) + heading] = 1
    view_codes(state.cells, x, y, heading, view)
    surprised = False
    for k in range(VIEW * VIEW):
        right, ahead = k // VIEW - VIEW // 2, VIEW - 1 - k % VIEW
        cx, cy = x + fx * ahead - fy * right, y + fy * ahead + fx * right
        if view[k] != UNSEEN and 0 <= cx < width and 0 <= cy < height:
            surprised |= desk.memory[cy, cx] == UNSEEN and view[k] != EMPTY
            desk.memory[cy, cx] = view[k]
    return surprised


@kernel(parallel=True)
def mark_all(states, marks):
    """`mark_one` for a batch."""
    for w in prange(len(states.cells)):
        desk, path = new_desk(states.cells[0], False), np.empty(8 * states.cells[0].size, np.uint8)
        mark_one(state_of(states, w), np.int64(states.target[w]), goal_of(states, w), desk, path, marks[w])


@kernel(parallel=True)
def mark_episodes(states, offsets, actions, marks):
    """`mark_one` at every step of n episodes: `marks: (steps, 7)`, the actions as in `replay_whole`."""
    for e in prange(len(states.cells)):
        desk, path = new_desk(states.cells[0], False), np.empty(8 * states.cells[0].size, np.uint8)
        state, goal, target = start_of(states.cells[e], states.pose[e]), goal_of(states, e), np.int64(states.target[e])
        for t in range(offsets[e], offsets[e + 1]):
            mark_one(state, target, goal, desk, path, marks[t])
            target, _ = act(state, target, actions[t])


@kernel
def mark_one(state, target, goal, desk, path, marks):
    """Try each action that the oracle may take in a copy of the world and let it finish; mark the cheapest ones.

    It may turn, go forward, and do what it would do next; it clears nothing out of its way.
    """
    costs = np.full(7, HOPELESS)
    steps, _ = play_one(copy_of(state), target, goal, len(path), desk, path)
    own = np.int64(path[0]) if steps > 0 else AHEAD
    for action in range(7):
        if action > AHEAD and action != own:
            continue
        tried = copy_of(state)
        place, verdict = step_one(tried, target, goal, action)
        if verdict == SUCCESS:
            costs[action] = 0
        elif verdict == RUNNING:
            steps, ends = play_one(tried, place, goal, len(path), desk, path)
            costs[action] = 1 + steps if ends else HOPELESS
    for action in range(7):
        marks[action] = costs[action] == costs.min() and costs[action] < HOPELESS


@kernel(parallel=True)
def walk_all(cells, pose, places, entered, actions, lengths):
    """Walk on to one cell per world: `pose` moves, and `actions: (n, longest)` is written from `lengths: (n,)` on.

    A walk that does not fit is cut off; where no way leads to the cell, none is walked. `entered: (n, h * w)` marks
    the cells that were entered.
    """
    for w in prange(len(cells)):
        scratch, path = new_scratch(cells[w]), np.empty(4 * cells[w].size, np.uint8)
        state = start_of(cells[w], pose[w])
        length = find_path(state.cells, state.pose, Wanted(ENTER, np.int64(places[w]), 0, False), scratch, path)
        for k in range(min(length, actions.shape[1] - lengths[w])):
            act(state, GONE, path[k])
            entered[w, np.int64(state.pose[1]) * cells.shape[2] + state.pose[0]] = True
            actions[w, lengths[w]] = path[k]
            lengths[w] += 1
        pose[w] = state.pose
