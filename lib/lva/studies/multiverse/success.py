"""Success along a training, in the rooms of the training and in rooms where words are needed."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd

from lva.agent import Run, agent_policy, floor_policy, success_along
from lva.agent.course import EPISODES, success_in, trial_rooms
from lva.world import Level

CROWD = 4  # distractors of any kind, among which an agent needs the words for objects


def success_course(run: Run, level: Level, seed: int = 0, episodes: int = EPISODES) -> pd.DataFrame:
    """Success per task at each snapshot: samples, rooms, policy, task, success.

    Rooms are those of the training (`own`), and the same with four distractors of any kind (`crowded`). The policy is
    `sampled`; at the end also `greedy`, and `floor`, the sampled agent driven by the mean of its E_L.
    """
    crowded = replace(level, distractors=CROWD, lookalikes=True)
    places = {"own": level} if level == crowded else {"own": level, "crowded": crowded}
    at_the_end = {"greedy": agent_policy(run.agent, "greedy", seed), "floor": floor_policy(run.agent, seed)}
    tables = []
    for rooms, where in places.items():
        world = trial_rooms(run.agent.grammar, where, seed, episodes)
        tables.append(success_along(run, world, seed).assign(rooms=rooms, policy="sampled"))
        for policy, acting in at_the_end.items():
            found = success_in(world, acting)
            tables.append(found.assign(samples=max(run.snapshots), rooms=rooms, policy=policy))
    table = pd.concat(tables)[["samples", "rooms", "policy", "task", "success"]]
    if level == crowded:
        table = pd.concat([table, table.assign(rooms="crowded")])
    return table.reset_index(drop=True)
