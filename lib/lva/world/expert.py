"""The expert: shortest paths for whole batches, by one that sees everything and one that must look first."""

from __future__ import annotations

import numpy as np

from lva.world.kernels.dynamics import DONE, NO_TASK
from lva.world.kernels.planning import mark_all, play_all
from lva.world.rollouts import Rollout
from lva.world.world import World

EXPERTS = ("oracle", "sighted")


def plan(world: World, expert: str = "oracle") -> Rollout:
    """Play every world until the expert succeeds or gives up, leaving `world` as it is.

    `oracle` knows the whole room and takes a shortest path. `sighted` knows only the cells it has seen so far in
    the episode, takes unseen cells to be free, and looks around until the target comes into view.
    """
    check_expert(expert)
    if (world.task == NO_TASK).any():
        raise ValueError(
            "a world has no task for the expert to do; make it with World.reset or from an LVA environment"
        )
    budget = np.maximum(world.max_steps - world.steps, 0)
    actions = np.full((len(world), int(budget.max(initial=0))), DONE, np.uint8)
    lengths, success = np.zeros(len(world), np.int32), np.zeros(len(world), np.bool_)
    world = world.copy()
    play_all(world.states, budget, expert == "sighted", actions, lengths, success)
    return Rollout(success, lengths, actions)


def optimal_actions(world: World) -> np.ndarray:
    """All actions that begin a shortest way to success, as the oracle knows them: (n, 7) bool.

    The oracle moves no other object out of its way, though to take one might save it a detour. Where several actions
    are equally good all are marked; where nothing helps (a target that is gone) none is.
    """
    marks = np.zeros((len(world), 7), np.bool_)
    mark_all(world.states, marks)
    return marks


def check_expert(expert: str) -> None:
    if expert not in EXPERTS:
        raise ValueError(f"expert={expert!r} is unknown; choose one of {', '.join(EXPERTS)}")
