"""The records that kernels take: a world, what is asked in it, and a batch of both.

A parallel kernel reads them and hands them on. It must not write to their arrays itself, nor call what is inlined and
does: numba takes a write through a record for dead code there, and drops it.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from lva.world.kernels.compiling import kernel


class State(NamedTuple):
    """One world, changed in place. Where its target is, actions return."""

    cells: np.ndarray  # (h, w) codes
    inside: np.ndarray  # (h, w) codes of what the boxes contain
    pose: np.ndarray  # (3,) x, y, heading
    carrying: np.ndarray  # (2,) what is in hand and its contents, 0 for none


class Goal(NamedTuple):
    """What is asked in one world."""

    task: int  # its number, see `lva.world.tasks`
    far: int  # ESCAPE-FROM is done at this distance


class States(NamedTuple):
    """n worlds, and what is asked in them."""

    cells: np.ndarray
    inside: np.ndarray
    pose: np.ndarray
    carrying: np.ndarray
    target: np.ndarray  # (n,) flat cell indices, CARRIED or GONE
    task: np.ndarray
    far: np.ndarray


@kernel
def state_of(states, w):
    """World number `w`, in place."""
    return State(states.cells[w], states.inside[w], states.pose[w], states.carrying[w])


@kernel
def goal_of(states, w):
    """What is asked in world number `w`."""
    return Goal(states.task[w], states.far[w])


@kernel
def set_target(states, w, place):
    """Say where the target of world number `w` is now."""
    states.target[w] = place


@kernel
def copy_of(state):
    """A copy to try something in."""
    return State(state.cells.copy(), state.inside.copy(), state.pose.copy(), state.carrying.copy())


@kernel
def start_of(cells, pose):
    """A room in which nothing has been done; what is done in it leaves `cells` and `pose` as they are."""
    return State(cells.copy(), np.zeros(cells.shape, np.uint8), pose.copy(), np.zeros(2, np.uint8))
