"""Success along a training: few episodes, in the rooms of the training and in rooms where words are needed."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd

from lva.agent import Agent, Run, agent_policy
from lva.world import Grammar, Instruction, Level, World, rollout
from lva.world.rollouts import Policy, episode_table
from lva.world.rooms import EVALUATION

EPISODES = 30  # of each instruction that is tried
CROWD = 4  # distractors of any kind, among which an agent needs the words for objects
FIRST_SEED = 1_000  # of the rooms: those below are tried after training


def success_course(run: Run, level: Level, seed: int = 0, episodes: int = EPISODES) -> pd.DataFrame:
    """Success per task at each snapshot: samples, rooms, policy, task, success.

    Rooms are those of the training (`own`), and the same with four distractors of any kind (`crowded`). The policy is
    `sampled`; at the end also `greedy`, and `floor`, the sampled agent driven by the mean of its E_L.
    """
    instructions = balanced_third(run.agent.grammar) * episodes
    crowded = replace(level, distractors=CROWD, lookalikes=True)
    places = {"own": level} if level == crowded else {"own": level, "crowded": crowded}
    numbers = EVALUATION.numbers(FIRST_SEED + seed, len(instructions))
    tables = []
    for rooms, where in places.items():
        world = World.reset(instructions, numbers, where)
        for samples in run.snapshots:
            agent, ended = run.agent_at(samples), samples == max(run.snapshots)
            for policy in ("sampled", "greedy", "floor") if ended else ("sampled",):
                found = _success(world, _policy(agent, policy, seed))
                tables.append(found.assign(samples=samples, rooms=rooms, policy=policy))
    table = pd.concat(tables)[["samples", "rooms", "policy", "task", "success"]]
    if level == crowded:
        table = pd.concat([table, table.assign(rooms="crowded")])
    return table.reset_index(drop=True)


def balanced_third(grammar: Grammar) -> list[Instruction]:
    """Every third instruction: each phrase with each colour, the kinds in turn."""
    phrases = [phrase for synonyms in grammar.phrases.values() for phrase in synonyms]
    return [
        one
        for one in grammar.instructions
        if (phrases.index(one.phrase) + grammar.colors.index(one.color)) % 3 == grammar.kinds.index(one.kind) % 3
    ]


def _success(world: World, policy: Policy) -> pd.DataFrame:
    return episode_table(world, rollout(world, policy)).groupby("task", as_index=False).success.mean()


def _policy(agent: Agent, name: str, seed: int) -> Policy:
    if name != "floor":
        return agent_policy(agent, name, seed)
    own = agent.language_embedding(agent.grammar.texts)
    return agent_policy(agent, "sampled", seed, np.broadcast_to(own.mean(0), own.shape))
