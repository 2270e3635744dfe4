"""Closed loops: a policy acts in a batch of worlds until each is done."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.stats import binomtest

from lva.world.kernels.dynamics import DONE, RUNNING, SUCCESS
from lva.world.tasks import TASKS
from lva.world.world import World

Policy = Callable[[World], np.ndarray]  # n worlds -> (n,) actions


@dataclass(frozen=True, repr=False)
class Rollout:
    """How n episodes went."""

    success: np.ndarray  # (n,) bool
    lengths: np.ndarray  # (n,) int32, actions taken
    actions: np.ndarray  # (n, longest) uint8; past an episode's length: 6, done

    def __repr__(self) -> str:
        return f"Rollout({len(self.success)} episodes, {self.success.sum()} with success)"


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
    """Success and length by task, one row each; see `success_by`."""
    return success_by(episode_table(world, result), ["task"])


def episode_table(world: World, result: Rollout) -> pd.DataFrame:
    """One row an episode: task, instruction, success, length."""
    texts = [instruction.text for instruction in world.instructions or ()] or None
    tasks = np.array(["", *TASKS])[world.task]
    columns = {"task": tasks, "instruction": texts, "success": result.success, "length": result.lengths}
    return pd.DataFrame(columns)


def success_by(episodes: pd.DataFrame, by: list[str]) -> pd.DataFrame:
    """Success with Wilson's 95 % interval, and mean length, for each group of episodes."""
    rows = []
    for names, group in episodes.groupby(by, sort=False):
        counted = binomtest(int(group.success.sum()), len(group))
        interval = counted.proportion_ci(method="wilson")
        row = {"episodes": counted.n, "success": counted.statistic, "low": interval.low, "high": interval.high}
        rows.append(dict(zip(by, names)) | row | {"mean_length": group.length.mean()})
    return pd.DataFrame(rows)
