"""Behaviour as a space: instructions are as alike as what is done about them.

For two instructions, take all states in which both of their objects are there, and the distributions of actions that
each calls for. Their similarity is the mean overlap, sum_a sqrt(p_a q_a) (Bhattacharyya). Done by the expert, this is
what action alone would give if learning were perfect: synonyms are identical, and nothing of the words is left. Colours
and kinds are exchangeable in it, so that its neighbourhoods are mostly ties. Each draw is from other rooms; how far the
draws agree is the most that any space can be expected to agree with one of them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch.nn import functional as F

from lva.agent import Agent
from lva.agent.config import N_ACTIONS
from lva.agent.vision import view_tiles
from lva.spaces.kernels import coordinates
from lva.spaces.space import Space, Spaces
from lva.world import Grammar, Level, World, optimal_actions, plan
from lva.world.kernels.codes import EMPTY
from lva.world.rooms import BEHAVIOUR
from lva.world.tasks import task_numbers
from lva.world.world import goal_code

ROOMS = 2_000  # of a draw
CROWDED = Level(distractors=9)  # ten objects of the 18 there are, so that any two often meet
DOORS = Level(distractors=5, doors=3)  # more would not fit in rooms that do not tell the task
NOTHING = N_ACTIONS  # no action so far


@dataclass(frozen=True, eq=False)
class Asked:
    """Every instruction about an object that is there, in every room, the agent anywhere in it: m worlds."""

    world: World
    room: NDArray[np.int64]  # (m,)
    item: NDArray[np.int64]  # (m,): which instruction
    shape: tuple[int, int]  # rooms and instructions


def ask_in_rooms(grammar: Grammar, rooms: int = ROOMS, seed: int = 0) -> Asked:
    """Build rooms, put the agent anywhere, and give it every instruction about an object that is there."""
    level = DOORS if "door" in grammar.kinds else CROWDED
    tasks = task_numbers(i.task for i in grammar.instructions)
    codes = np.array([goal_code(i) for i in grammar.instructions], np.uint8)
    targets = np.arange(rooms) % len(codes)
    built = World.build(tasks[targets], codes[targets], BEHAVIOUR.numbers(seed, rooms), level)
    found = built.cells.reshape(rooms, 1, -1) == codes[:, None]  # (rooms, n, cells)
    room, item = np.nonzero(found.any(2))
    place = found.argmax(2)[room, item].astype(np.int16)
    world = World.at_start(built.cells[room], _anywhere(built.cells, seed)[room], place, tasks[item], level)
    return Asked(world, room, item, (rooms, len(codes)))


def _anywhere(cells: NDArray, seed: int) -> NDArray[np.uint8]:
    """A free cell and a heading in each room, all alike: (rooms, 3). At their starts agents are never near anything."""
    generator, (rooms, _, width) = np.random.default_rng(seed), cells.shape
    chance = np.where(cells.reshape(rooms, -1) == EMPTY, generator.random((rooms, cells[0].size)), 0)
    row, column = np.divmod(chance.argmax(1), width)
    return np.column_stack([column, row, generator.integers(0, 4, rooms)]).astype(np.uint8)


def behaviour_spaces(grammar: Grammar, draws: int = 5, rooms: int = ROOMS) -> Spaces:
    """What experts do: all best actions of the oracle, and the first of the expert that knows only what it sees."""
    asked = [ask_in_rooms(grammar, rooms, seed) for seed in range(draws)]
    best = tuple(behaviour_of(one, optimal_actions(one.world)) for one in asked)
    first = tuple(behaviour_of(one, _first_action(one)) for one in asked)
    return Spaces(
        [
            Space("behaviour", "behaviour", "behaviour", best, "best actions"),
            Space("behaviour, sighted", "behaviour", "behaviour", first, "first action of the sighted expert"),
        ]
    )


def _first_action(asked: Asked) -> NDArray:
    """What the sighted expert does first, one-hot; zeros where it gives up at once: (m, actions)."""
    first = plan(asked.world, "sighted").actions[:, 0]
    return np.eye(N_ACTIONS + 1)[first][:, :N_ACTIONS]


def agent_behaviour(agents: Sequence[Agent], rooms: int = ROOMS) -> Space:
    """What agents of one grammar do: their distributions of actions, one draw per agent."""
    asked = ask_in_rooms(agents[0].grammar, rooms)
    draws = tuple(behaviour_of(asked, action_shares(agent, asked)) for agent in agents)
    return Space("behaviour of the agent", "behaviour", "behaviour", draws, "actions of the agent")


@torch.inference_mode()
def action_shares(agent: Agent, asked: Asked) -> NDArray:
    """The chance of each action: (m, actions)."""
    asking = agent.asking(torch.from_numpy(agent.grammar.encode(agent.grammar.texts)).to(agent.device))
    views, shares = asked.world.observe(), []
    for rows in np.array_split(np.arange(len(views)), max(1, len(views) // 4096)):
        tiles = view_tiles(views[rows]).long().to(agent.device)
        previous = torch.full((len(rows),), NOTHING, device=agent.device)
        logits = agent.decide(asking[torch.from_numpy(asked.item[rows]).to(agent.device)], tiles, previous)
        shares.append(F.softmax(logits.float(), 1).cpu().numpy())
    return np.concatenate(shares)


def behaviour_of(asked: Asked, actions: NDArray) -> NDArray[np.float64]:
    """Vectors of the instructions whose inner products are the mean overlap of their actions: (n, n).

    actions: (m, a), how much of each action is taken; rows of zeros, where nothing helps, count as not asked.
    """
    (rooms, n), total = asked.shape, actions.sum(1, keepdims=True)
    roots = np.zeros((rooms, n, actions.shape[1]))
    roots[asked.room, asked.item] = np.sqrt(actions / np.maximum(total, np.finfo(float).tiny))
    there = (roots.any(2)).astype(float)
    together = there.T @ there
    if not together.all():
        i, j = np.argwhere(together == 0)[0]
        raise ValueError(f"instructions {i} and {j} never meet in {rooms} rooms; take more rooms, or more objects")
    flat = roots.transpose(1, 0, 2).reshape(n, -1)
    return coordinates(flat @ flat.T / together)
