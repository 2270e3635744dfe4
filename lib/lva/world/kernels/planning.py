"""The expert's decisions for whole batches: play an episode to its end, mark the best actions of a state."""

from __future__ import annotations

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
from lva.world.kernels.search import ENTER, FACE, FLEE, FREE_CELL, LOOK, VISITED, find_path, new_scratch
from lva.world.kernels.sight import FORWARD_X, FORWARD_Y, VIEW, view_codes
from lva.world.tasks import task_table

HOPELESS = 1 << 30
SEARCHES = {"face": FACE, "flee": FLEE}
SEARCH = task_table("search", SEARCHES)
LAST_ACTION = task_table("last_action", {None: -1} | {name: action for action, name in enumerate(ACTIONS)})


@kernel(parallel=True)
def play_all(cells, inside, pose, carrying, target, task, far, budget, sighted, actions, lengths, success):
    """`play_one` for a batch, in chunks that share their working memory."""
    n, chunk = len(cells), 64
    for c in prange((n + chunk - 1) // chunk):
        scratch, memory = new_scratch(cells[0]), np.empty(cells[0].shape, np.uint8)
        for w in range(c * chunk, min(n, (c + 1) * chunk)):
            lengths[w], success[w] = play_one(
                cells[w],
                inside[w],
                pose[w],
                carrying[w],
                np.int64(target[w]),
                task[w],
                far[w],
                budget[w],
                sighted,
                memory,
                scratch,
                actions[w],
            )


@kernel
def play_one(cells, inside, pose, carrying, target, task, far, budget, sighted, memory, scratch, actions):
    """Play one world in place; return the number of actions written and whether they succeeded."""
    path, view = np.empty(scratch.shape[1] + 1, np.uint8), np.empty(VIEW * VIEW, np.uint8)
    done = length = 0  # how much of the path has been walked, and how long it is
    known = memory if sighted else cells
    if sighted:
        memory[:], scratch[VISITED] = UNSEEN, 0
    for t in range(budget):
        surprised = sighted and look(cells, pose, memory, scratch[VISITED], view)
        if surprised or done == length:
            length, done = next_path(known, pose, carrying, target, task, far, scratch, path), 0
            if length < 0:
                return t, False
        actions[t] = path[done]
        target, verdict = step_one(cells, inside, pose, carrying, target, task, far, path[done])
        done += 1
        if verdict == SUCCESS:
            return t + 1, True
    return budget, False


@kernel
def next_path(known, pose, carrying, target, task, far, scratch, path):
    """Write the actions up to the next point of decision; return their number, or -1 where nothing helps."""
    if target == GONE:
        return -1
    x, y, heading = np.int64(pose[0]), np.int64(pose[1]), np.int64(pose[2])
    row, column = target // known.shape[1], target % known.shape[1]
    look_at_walls = row % (known.shape[0] - 1) == 0 or column % (known.shape[1] - 1) == 0  # it is a door
    last = -1  # the action that ends the path, if it is not a move
    if carrying[0] != 0 and (LAST_ACTION[task] == PICKUP or target == CARRIED):
        end, last = FREE_CELL, DROP
    elif known[row, column] == UNSEEN:
        end = LOOK
    else:
        end, last = SEARCH[task], LAST_ACTION[task]
    length = find_path(known, x, y, heading, end, target, far, look_at_walls, scratch, path)
    if length >= 0 and last >= 0:
        path[length] = last
        return length + 1
    if length == 0:  # already there, but only an action is judged: one that changes nothing that matters
        path[0] = AHEAD if end == FACE else LEFT
        return 1
    return length


@kernel
def look(cells, pose, memory, visited, view):
    """Take what is in view into memory; say whether a cell is new and not empty, which may change the plan."""
    x, y, heading = np.int64(pose[0]), np.int64(pose[1]), np.int64(pose[2])
    fx, fy = FORWARD_X[heading], FORWARD_Y[heading]
    height, width = cells.shape
    visited[4 * (y * width + x) + heading] = 1
    view_codes(cells, x, y, heading, view)
    surprised = False
    for k in range(VIEW * VIEW):
        right, ahead = k // VIEW - VIEW // 2, VIEW - 1 - k % VIEW
        cx, cy = x + fx * ahead - fy * right, y + fy * ahead + fx * right
        if view[k] != UNSEEN and 0 <= cx < width and 0 <= cy < height:
            surprised |= memory[cy, cx] == UNSEEN and view[k] != EMPTY
            memory[cy, cx] = view[k]
    return surprised


@kernel(parallel=True)
def mark_all(cells, inside, pose, carrying, target, task, far, marks):
    for w in prange(len(cells)):
        scratch, path = new_scratch(cells[0]), np.empty(8 * cells[0].size, np.uint8)
        mark_one(
            cells[w], inside[w], pose[w], carrying[w], np.int64(target[w]), task[w], far[w], scratch, path, marks[w]
        )


@kernel(parallel=True)
def mark_episodes(cells, pose, target, task, far, offsets, actions, marks):
    """`mark_one` at every step of n episodes: `marks: (steps, 7)`, the actions as in `replay_whole`."""
    for e in prange(len(cells)):
        scratch, path = new_scratch(cells[0]), np.empty(8 * cells[0].size, np.uint8)
        grid, inside = cells[e].copy(), np.zeros(cells[e].shape, np.uint8)
        agent, carrying, place = pose[e].copy(), np.zeros(2, np.uint8), np.int64(target[e])
        for t in range(offsets[e], offsets[e + 1]):
            mark_one(grid, inside, agent, carrying, place, task[e], far[e], scratch, path, marks[t])
            place, _ = act(grid, inside, agent, carrying, place, actions[t])


@kernel
def mark_one(cells, inside, pose, carrying, target, task, far, scratch, path, marks):
    """Try each action that the oracle may take in a copy of the world and let it finish; mark the cheapest ones.

    It may turn, go forward, and do what it would do next; it clears nothing out of its way.
    """
    costs = np.full(7, HOPELESS)
    c, i, p, h = cells.copy(), inside.copy(), pose.copy(), carrying.copy()
    steps, _ = play_one(c, i, p, h, target, task, far, len(path), False, c, scratch, path)
    own = np.int64(path[0]) if steps > 0 else AHEAD
    for action in range(7):
        if action > AHEAD and action != own:
            continue
        c, i, p, h = cells.copy(), inside.copy(), pose.copy(), carrying.copy()
        place, verdict = step_one(c, i, p, h, target, task, far, action)
        if verdict == SUCCESS:
            costs[action] = 0
        elif verdict == RUNNING:
            steps, ends = play_one(c, i, p, h, place, task, far, len(path), False, c, scratch, path)
            costs[action] = 1 + steps if ends else HOPELESS
    for action in range(7):
        marks[action] = costs[action] == costs.min() and costs[action] < HOPELESS


@kernel(parallel=True)
def walk_all(cells, pose, places, entered, actions, lengths):
    """Walk on to one cell per world, in place: `actions: (n, longest)` is written from `lengths: (n,)` on.

    A walk that does not fit is cut off; where no way leads to the cell, none is walked. `entered: (n, h * w)` marks
    the cells that were entered.
    """
    for w in prange(len(cells)):
        scratch, path = new_scratch(cells[w]), np.empty(4 * cells[w].size, np.uint8)
        inside, carrying, agent = cells[w], np.zeros(2, np.uint8), pose[w]
        x, y, heading = np.int64(agent[0]), np.int64(agent[1]), np.int64(agent[2])
        length = find_path(cells[w], x, y, heading, ENTER, places[w], 0, False, scratch, path)
        for k in range(min(length, actions.shape[1] - lengths[w])):
            act(cells[w], inside, agent, carrying, GONE, path[k])
            entered[w, np.int64(agent[1]) * cells.shape[2] + agent[0]] = True
            actions[w, lengths[w]] = path[k]
            lengths[w] += 1
