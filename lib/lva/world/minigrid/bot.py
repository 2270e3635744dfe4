"""BabyAI's own bot, the peer that our expert is compared with; it knows the tasks that BabyAI has."""

from __future__ import annotations

import gymnasium
import numpy as np
import pandas as pd
from minigrid.utils.baby_ai_bot import BabyAIBot
from tqdm.auto import trange

from lva.world.expert import EXPERTS, plan
from lva.world.language import Grammar
from lva.world.levels import Level
from lva.world.minigrid.environments import OneRoomEnv
from lva.world.tasks import RECORDS
from lva.world.world import World


def play_bot(env: gymnasium.Env) -> tuple[int, bool]:
    """Let the bot finish the episode of an environment; return its steps and whether it succeeded."""
    bot, action = BabyAIBot(env.unwrapped), None
    while True:
        action = bot.replan(action)
        _, reward, terminated, truncated, _ = env.unwrapped.step(action)
        if terminated or truncated:
            return env.unwrapped.step_count, reward > 0


def compare_with_bot(
    grammar: Grammar, episodes: int = 200, seed: int = 0, level: Level | None = None, progress: bool = True
) -> pd.DataFrame:
    """Mean episode lengths of the bot and of both experts in the same rooms, one row a task that the bot knows."""
    rows = []
    for task in RECORDS:
        if not task.in_babyai or task.name not in grammar.phrases:
            continue
        env = OneRoomEnv((task.name,), grammar, level)
        worlds, lengths, successes = [], [], []
        for i in trange(episodes, desc=f"bot, {task.name}", disable=not progress):
            env.reset(seed=seed + i)
            worlds.append(World.from_minigrid([env]))
            length, success = play_bot(env)
            lengths.append(length)
            successes.append(success)
        row = {"task": task.name, "episodes": episodes, "bot_success": np.mean(successes), "bot": np.mean(lengths)}
        for expert in EXPERTS:
            row[expert] = np.mean([plan(world, expert).lengths[0] for world in worlds])
            row[f"{expert}_over_bot"] = row[expert] / row["bot"]
        rows.append(row)
    return pd.DataFrame(rows)
