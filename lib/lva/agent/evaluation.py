"""Closed-loop success: thousands of episodes at once in the batched world."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
import torch

from lva.agent.config import N_ACTIONS
from lva.agent.model import Agent
from lva.agent.vision import view_tiles
from lva.ground.values import check_value, whole
from lva.world import Level, Rollout, World, plan, random_policy, rollout
from lva.world.rollouts import Policy, episode_table, success_by
from lva.world.rooms import EVALUATION

DECODINGS = ("greedy", "sampled")


@dataclass(frozen=True, repr=False)
class Evaluation:
    """Success of an agent, of what needs no instruction, and of the expert, in the same rooms."""

    by_task: pd.DataFrame  # one row per policy and task
    by_instruction: pd.DataFrame  # one row per policy and instruction
    world: World  # the rooms, at the start
    rollouts: dict[str, Rollout]  # by policy

    def __repr__(self) -> str:
        return f"Evaluation({len(self.world)} rooms, policies {', '.join(self.rollouts)})"


def evaluate(
    agent: Agent,
    episodes: int = 20,
    seed: int = 0,
    level: Level | None = None,
    decodings: Sequence[str] = DECODINGS,
) -> Evaluation:
    """Let the agent act in `episodes` unseen rooms per instruction, greedily and by sampling from its distribution.

    Two policies that are not told what to do act in the same rooms: `floor`, the agent driven by the mean of all its
    E_L (sampled), and `random`, any action with equal chance. What they reach needs no understanding of instructions.
    """
    check_value("episodes", episodes, whole(1))
    instructions = agent.grammar.instructions * episodes
    world = World.reset(instructions, EVALUATION.numbers(seed, len(instructions)), level)
    rollouts = {decoding: rollout(world, agent_policy(agent, decoding, seed)) for decoding in decodings}
    rollouts["floor"] = rollout(world, floor_policy(agent, seed))
    rollouts |= {"random": rollout(world, random_policy(seed)), "oracle": plan(world)}
    shortest = rollouts["oracle"].lengths
    tables = [episode_table(world, result).assign(policy=policy) for policy, result in rollouts.items()]
    table = pd.concat(tables).assign(over_shortest=np.concatenate([r.lengths / shortest for r in rollouts.values()]))
    by_task, by_instruction = (_success_by(table, ["policy", name]) for name in ("task", "instruction"))
    return Evaluation(by_task, by_instruction, world, rollouts)


def join_evaluations(evaluations: Mapping[Hashable, Evaluation], key: str, table: str = "by_task") -> pd.DataFrame:
    """One table of several evaluations, `by_task` or `by_instruction`, with the name of each in the column `key`."""
    return pd.concat([getattr(found, table).assign(**{key: name}) for name, found in evaluations.items()])


def agent_policy(agent: Agent, decoding: str = "greedy", seed: int = 0, embeddings: np.ndarray | None = None) -> Policy:
    """The agent as a policy for `rollout`: `greedy` takes the likeliest action, `sampled` draws one.

    `embeddings: (n, language_size)` drive the agent in place of its own E_L, one for each instruction of its grammar.
    """
    if decoding not in DECODINGS:
        raise ValueError(f"decoding={decoding!r} is unknown; choose one of {', '.join(DECODINGS)}")
    texts, generator = agent.grammar.texts, np.random.default_rng(seed)
    number = {text: i for i, text in enumerate(texts)}
    if embeddings is None:
        with torch.inference_mode():
            asking = agent.asking(torch.from_numpy(agent.grammar.encode(texts)).to(agent.device))
    else:
        asking = checked_embeddings(agent, np.array(embeddings, np.float32), len(texts))

    @torch.inference_mode()
    def policy(world: World) -> np.ndarray:
        instruction = torch.tensor([number[instruction.text] for instruction in world.instructions])
        tiles = view_tiles(world.observe()).long().to(agent.device)
        previous = torch.from_numpy(np.minimum(world.last_action, N_ACTIONS).astype(np.int64)).to(agent.device)
        logits = agent.decide(asking[instruction.to(agent.device)], tiles, previous).float().cpu().numpy()
        noise = generator.gumbel(size=logits.shape) if decoding == "sampled" else 0
        return (logits + noise).argmax(1).astype(np.uint8)

    return policy


def floor_policy(agent: Agent, seed: int = 0) -> Policy:
    """The agent, sampled, told nothing: driven by the mean of all its E_L."""
    own = agent.language_embedding(agent.grammar.texts)
    return agent_policy(agent, "sampled", seed, np.broadcast_to(own.mean(0), own.shape))


def checked_embeddings(agent: Agent, embeddings: np.ndarray, n: int) -> torch.Tensor:
    """`n` vectors that are to drive an agent, on its device."""
    expected = (n, agent.config.language_size)
    if embeddings.shape != expected or not np.isfinite(embeddings).all():
        raise ValueError(f"embeddings of shape {embeddings.shape} must be finite and {expected}, one per instruction")
    return torch.from_numpy(embeddings).to(agent.device)


def _success_by(table: pd.DataFrame, by: list[str]) -> pd.DataFrame:
    """`success_by`, and how much longer than the shortest way the successful episodes are."""
    detours = table[table.success].groupby(by).over_shortest.mean().rename("over_shortest")
    return success_by(table, by).merge(detours, "left", left_on=by, right_index=True)
