"""Success along a training: few episodes of a third of the instructions, at every kept moment."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pandas as pd

from lva.agent.evaluation import agent_policy
from lva.agent.learning.runs import Run, load_run
from lva.ground.jobs import side_by_side
from lva.world import Grammar, Instruction, Level, World, rollout
from lva.world.rollouts import Policy, episode_table
from lva.world.rooms import EVALUATION

EPISODES = 30  # of each instruction that is tried
FIRST_SEED = 1_000  # of the rooms: those below are tried after training


def success_courses(
    runs: Mapping[int, Run], level: Level, seed: int = 0, episodes: int = EPISODES, workers: int | None = None
) -> pd.DataFrame:
    """`success_along` of several trainings that were kept in folders, in the same rooms: with a column `seed`, the key.

    As many are tried at a time as there are cores.
    """
    jobs = {str(name): (run.folder, level, seed, episodes) for name, run in runs.items()}
    found = side_by_side(_try_saved, jobs, len(jobs), "agent", "success along the training", workers)
    return pd.concat([found[str(name)].assign(seed=name) for name in runs], ignore_index=True)


def success_along(run: Run, world: World, seed: int = 0) -> pd.DataFrame:
    """Success of each task at every snapshot of a training, sampled: samples, task, success."""
    moments = {samples: agent_policy(run.agent_at(samples), "sampled", seed) for samples in run.snapshots}
    tables = [success_in(world, policy).assign(samples=samples) for samples, policy in moments.items()]
    return pd.concat(tables, ignore_index=True)[["samples", "task", "success"]]


def success_in(world: World, policy: Policy) -> pd.DataFrame:
    """Success of a policy in these rooms: task, success."""
    return episode_table(world, rollout(world, policy)).groupby("task", as_index=False, sort=False).success.mean()


def trial_rooms(grammar: Grammar, level: Level, seed: int = 0, episodes: int = EPISODES) -> World:
    """Rooms that neither a training nor `evaluate` has seen, for a balanced third of the instructions."""
    instructions = balanced_third(grammar) * episodes
    return World.reset(instructions, EVALUATION.numbers(FIRST_SEED + seed, len(instructions)), level)


def balanced_third(grammar: Grammar) -> list[Instruction]:
    """Every third instruction: each phrase with each colour, the kinds in turn."""
    phrases = [phrase for synonyms in grammar.phrases.values() for phrase in synonyms]
    return [
        one
        for one in grammar.instructions
        if (phrases.index(one.phrase) + grammar.colors.index(one.color)) % 3 == grammar.kinds.index(one.kind) % 3
    ]


def _try_saved(folder: Path, level: Level, seed: int, episodes: int, report) -> pd.DataFrame:
    run = load_run(folder)
    table = success_along(run, trial_rooms(run.agent.grammar, level, seed, episodes), seed)
    report(1)
    return table
