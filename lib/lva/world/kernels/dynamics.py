"""What an action does: MiniGrid's seven, and the verdict of a task."""

from __future__ import annotations

import numpy as np
from numba import prange

from lva.world.kernels.codes import (
    BOX,
    DOOR_CLOSED,
    DOOR_LOCKED,
    DOOR_OPEN,
    DOOR_OPEN_LOCKED,
    EMPTY,
    GOAL,
    KEY,
    LAVA,
    PORTABLE,
    WALKABLE,
)
from lva.world.kernels.compiling import kernel
from lva.world.kernels.sight import CHUNK, FORWARD_X, FORWARD_Y, VIEW, observe_one
from lva.world.kernels.state import goal_of, set_target, state_of
from lva.world.tasks import task_table

LEFT, RIGHT, AHEAD, PICKUP, DROP, TOGGLE, DONE = range(7)  # MiniGrid's `Actions`
ACTIONS = ("left", "right", "forward", "pickup", "drop", "toggle", "done")
NO_TASK = 0
RUNNING, SUCCESS, ENDED, TIMEOUT = range(4)  # status; ENDED: on a goal or in lava, where MiniGrid terminates
CARRIED, GONE = -1, -2  # places of a target that is not on the grid
FACED, TAKEN, AWAY = range(3)  # what ends a task
ENDINGS = {"faced": FACED, "taken": TAKEN, "away": AWAY}
ENDING = task_table("ending", ENDINGS)


@kernel
def act(state, target, action):
    """Apply one action in place; return the target's new place and whether MiniGrid terminates.

    `target`: flat cell index, CARRIED or GONE.
    """
    cells, inside, pose, carrying = state.cells, state.inside, state.pose, state.carrying
    height, width = cells.shape
    heading = np.int64(pose[2])
    if action <= RIGHT:
        pose[2] = (heading + (1 if action == RIGHT else 3)) & 3
        return target, False
    x, y = np.int64(pose[0]) + FORWARD_X[heading], np.int64(pose[1]) + FORWARD_Y[heading]
    if action == DONE or not (0 <= x < width and 0 <= y < height):
        return target, False
    code = cells[y, x]
    kind = code & 15
    place = y * width + x
    if action == AHEAD:
        if WALKABLE[code]:
            pose[0], pose[1] = x, y
        return target, kind == GOAL or kind == LAVA
    if action == PICKUP:
        if PORTABLE[code] and carrying[0] == 0:
            carrying[0], carrying[1] = code, inside[y, x]
            cells[y, x], inside[y, x] = EMPTY, 0
            target = CARRIED if place == target else target
    elif action == DROP:
        if code == EMPTY and carrying[0] != 0:
            cells[y, x], inside[y, x] = carrying[0], carrying[1]
            carrying[0], carrying[1] = 0, 0
            target = place if target == CARRIED else target
    elif kind == BOX:
        cells[y, x] = inside[y, x] if inside[y, x] else EMPTY
        inside[y, x] = 0
        target = GONE if place == target else target
    else:
        cells[y, x] = _toggled_door(code, carrying[0])
    return target, False


@kernel
def _toggled_door(code, held):
    """A locked door yields to a key of its colour alone; anything that is not a door stays as it is."""
    kind, color = code & 15, code & 0xF0
    if kind == DOOR_OPEN:
        return DOOR_CLOSED | color
    if kind == DOOR_CLOSED:
        return DOOR_OPEN | color
    if (kind == DOOR_LOCKED or kind == DOOR_OPEN_LOCKED) and held == KEY | color:
        return DOOR_OPEN | color
    return code


@kernel
def faces(pose, width, target):
    """Whether the cell ahead is the target's."""
    heading = np.int64(pose[2])
    x, y = np.int64(pose[0]) + FORWARD_X[heading], np.int64(pose[1]) + FORWARD_Y[heading]
    return target >= 0 and y * width + x == target


@kernel
def distance(pose, width, target):
    """Manhattan distance from the agent to a flat cell index."""
    return abs(np.int64(pose[0]) - target % width) + abs(np.int64(pose[1]) - target // width)


@kernel
def succeeds(goal, pose, width, target, target_before, action):
    """The verdict after an action.

    FACED as BabyAI's `GoToInstr`, which goes on looking where a target stood that was just taken or opened;
    TAKEN as its `PickupInstr`; AWAY: at least `goal.far` steps from a target that is on the grid.
    """
    ending = ENDING[goal.task]
    if ending == FACED:
        taken = action == PICKUP or action == TOGGLE
        return faces(pose, width, target) or (taken and faces(pose, width, target_before))
    if ending == TAKEN:
        return action == PICKUP and target == CARRIED and target_before != CARRIED
    if ending == AWAY:
        return target >= 0 and distance(pose, width, target) >= goal.far
    return False


@kernel
def step_one(state, target, goal, action):
    """Act and judge: return the target's new place and RUNNING, SUCCESS or ENDED."""
    after, terminated = act(state, target, action)
    if succeeds(goal, state.pose, state.cells.shape[1], after, target, action):
        return after, SUCCESS
    return after, ENDED if terminated else RUNNING


@kernel(parallel=True)
def step_all(states, steps, max_steps, actions, status, images):
    """`step_one` for a batch, counting steps; a world that runs out of them is TIMEOUT.

    `images: (n, 147)` receives what the agents see then; with no rows, nothing is looked at.
    """
    n, looks = len(states.cells), len(images) > 0
    for c in prange((n + CHUNK - 1) // CHUNK):
        view = np.empty(VIEW * VIEW, np.uint8)
        for w in range(c * CHUNK, min(n, (c + 1) * CHUNK)):
            state = state_of(states, w)
            place, verdict = step_one(state, np.int64(states.target[w]), goal_of(states, w), actions[w])
            set_target(states, w, place)
            steps[w] += 1
            status[w] = TIMEOUT if verdict == RUNNING and steps[w] >= max_steps[w] else verdict
            if looks:
                observe_one(state.cells, state.pose, state.carrying, view, images[w])
