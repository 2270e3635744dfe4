"""Closed loops: a policy acts in a batch of worlds until each is done."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.stats import binomtest

from lva.world.dynamics import DONE, RUNNING, SUCCESS
from lva.world.language import TASKS
from lva.world.world import World

Policy = Callable[[World], np.ndarray]  # n worlds -> (n,) actions


@dataclass(frozen=True)
class Rollout:
    """How n episodes went."""

    success: np.ndarray  # (n,) bool
    lengths: np.ndarray  # (n,) int32, actions taken
    actions: np.ndarray  # (n, longest) uint8; past an episode's length: 6, done


def rollout(world: World, policy: Policy) -> Rollout:
    """Act until every world succeeds, ends or runs out of steps; `world` stays as it is.

    The policy is asked for the worlds still running only.
    """
    success, lengths = np.zeros(len(world), np.bool_), np.zeros(len(world), np.int32)
    taken, index = [], np.arange(len(world))
    world = world.copy()
    while len(index):
        actions = policy(world)
        status = world.step(actions)
        taken.append(np.full(len(success), DONE, np.uint8))
        taken[-1][index] = actions
        lengths[index] += 1
        success[index] = status == SUCCESS
        world, index = world[status == RUNNING], index[status == RUNNING]
    return Rollout(success, lengths, np.array(taken, np.uint8).reshape(-1, len(success)).T)


def random_policy(seed: int = 0, n_actions: int = 6) -> Policy:
    """Any of the six actions of the paper, whatever is seen."""
    generator = np.random.default_rng(seed)
    return lambda world: generator.integers(0, n_actions, len(world), dtype=np.uint8)


def success_table(world: World, result: Rollout) -> pd.DataFrame:
    """Success and length by task, one row each, with Wilson's 95 % interval."""
    rows = []
    for code, task in enumerate(TASKS, start=1):
        chosen = world.task == code
        if chosen.any():
            counted = binomtest(int(result.success[chosen].sum()), int(chosen.sum()))
            interval = counted.proportion_ci(method="wilson")
            rows.append(
                {
                    "task": task,
                    "episodes": counted.n,
                    "success": counted.statistic,
                    "low": interval.low,
                    "high": interval.high,
                    "mean_length": result.lengths[chosen].mean(),
                }
            )
    return pd.DataFrame(rows)
