"""Drive an agent by vectors of another space, and read from its actions what it was told.

Success alone misleads: an agent that flees whatever it is told succeeds at fleeing. So an observer who knows the agent
watches it: of all tasks and objects in the room, which would have made the agent act like that? Its own policy, driven
by its own E_L, gives the likelihood of the actions taken under each; with all alike beforehand, that is a posterior.
The rooms are the same for every task, and the target does not end an episode, so that nothing but the actions tells.

Going to an object and picking it up are one behaviour until the object is reached, and demonstrations of the first end
there. So the observer tells approaching from escaping, and which object is approached.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
import torch
from numpy.typing import ArrayLike, NDArray

from lva.agent.config import N_ACTIONS
from lva.agent.evaluation import checked_embeddings
from lva.agent.model import Agent
from lva.agent.vision import view_tiles
from lva.ground.values import check_value, whole
from lva.world import Grammar, Level, World
from lva.world.kernels.codes import EMPTY, GREY_WALL
from lva.world.kernels.dynamics import SUCCESS
from lva.world.rooms import EVALUATION
from lva.world.tasks import RECORD_OF
from lva.world.world import goal_code

STEPS = 16  # actions of an episode: most targets are reached in six
FIRST_SEED = 3_000  # of these rooms, apart from those of evaluations and trials
NO_END = 30_000  # actions, so that the world itself ends no episode
BEHAVIOURS = {"face": "approach", "flee": "escape"}  # where the expert's path ends -> what an onlooker sees
UNCLEAR = "unclear"
SURE = 0.5  # a posterior that is not above it is unclear


@dataclass(frozen=True, eq=False, repr=False)
class Scenes:
    """Rooms in which an agent is driven: n episodes, every instruction equally often, one room per object and turn."""

    grammar: Grammar
    world: World  # at the start
    instruction: NDArray[np.int64]  # (n,), the number of the instruction that is given
    candidates: NDArray[np.int64]  # (n, tasks, objects), an instruction for each task and object there; -1: no object

    def __repr__(self) -> str:
        return f"Scenes({len(self.world)} episodes of {len(self.grammar.texts)} instructions)"

    def take(self, which: ArrayLike) -> Scenes:
        """Some of the episodes, by number or by mask."""
        return Scenes(self.grammar, self.world[which], self.instruction[which], self.candidates[which])


@dataclass(frozen=True, eq=False, repr=False)
class Driven:
    """What the agent did in n episodes, as the observer reads it."""

    success: NDArray[np.bool_]  # (n,), of the instruction that was given, within its limit of steps
    posterior: NDArray[np.float64]  # (n, tasks, objects), of what the agent was told; sums to 1
    divergence: NDArray[np.float64]  # (n,), KL in nats per step from the agent told by its own E_L to the driven one

    def __repr__(self) -> str:
        return f"Driven({len(self.success)} episodes, {self.success.mean():.0%} with success)"


def make_scenes(grammar: Grammar, episodes: int = 3, seed: int = 0, level: Level | None = None) -> Scenes:
    """Rooms for `episodes` of each instruction; those about the same object are given in the same rooms."""
    check_value("episodes", episodes, whole(1))
    objects = {pair: i for i, pair in enumerate(dict.fromkeys((i.color, i.kind) for i in grammar.instructions))}
    about = np.array([objects[i.color, i.kind] for i in grammar.instructions])
    rooms = (about + len(objects) * np.arange(episodes)[:, None]).ravel()
    numbers = EVALUATION.numbers(FIRST_SEED + seed, len(objects) * episodes)[rooms]
    world = World.reset(grammar.instructions * episodes, numbers, level)
    return Scenes(grammar, world, np.tile(np.arange(len(about)), episodes), _candidates(world, grammar))


def drive(agent: Agent, embeddings: ArrayLike, scenes: Scenes, steps: int = STEPS, seed: int = 0) -> Driven:
    """Let an agent act by sampling, told by vectors in place of its own E_L, and read what it was told.

    `embeddings: (instructions, language_size)`, one for each instruction of the grammar.
    """
    told = checked_embeddings(agent, np.array(embeddings, np.float32), len(scenes.grammar.texts))
    return drive_each(agent, told.cpu().numpy()[scenes.instruction], scenes, steps, seed)


def drive_each(agent: Agent, vectors: ArrayLike, scenes: Scenes, steps: int = STEPS, seed: int = 0) -> Driven:
    """The same with a vector for each episode: `vectors: (n, language_size)`."""
    if agent.config.attends != "sentence":
        raise ValueError("an agent whose words attend one by one has no E_L to be driven by; use attends='sentence'")
    own = torch.from_numpy(agent.language_embedding(scenes.grammar.texts)).to(agent.device)
    told = checked_embeddings(agent, np.array(vectors, np.float32), len(scenes.world))
    return _watch(agent, told, own, scenes, (steps, seed))


def read_episodes(driven: Driven, scenes: Scenes) -> pd.DataFrame:
    """One row an episode: text, task, phrase, color, kind; success, divergence; behaviour, object.

    behaviour: `approach`, `escape` or `unclear`, as the observer reads it; asked: which of them was. object: an
    instruction about the object that it reads, -1 if unclear; found: whether that is the object of the instruction.
    obeyed: the behaviour is the one asked for, and of an approach the object is too. Of an escape the object does not
    count: a way out is seldom a way out from one object alone.
    """
    grammar = scenes.grammar
    tasks = list(grammar.phrases)
    seen = np.array([BEHAVIOURS[RECORD_OF[task].search] for task in tasks])
    table = pd.DataFrame([vars(grammar.instructions[i]) for i in scenes.instruction])
    chances = pd.DataFrame({name: driven.posterior[:, seen == name].sum((1, 2)) for name in dict.fromkeys(seen)})
    behaviour = np.where(chances.max(axis=1) > SURE, chances.idxmax(axis=1), UNCLEAR)
    objects = driven.posterior.sum(1)
    place = objects.argmax(1)
    read = scenes.candidates[np.arange(len(place)), 0, place]
    named = np.where(objects.max(1) > SURE, read, -1)
    asked = seen[[tasks.index(task) for task in table.task]]
    found = _object_of(grammar, named) == _object_of(grammar, scenes.instruction)
    obeyed = (behaviour == asked) & ((asked == BEHAVIOURS["flee"]) | found)
    measured = {"success": driven.success, "divergence": driven.divergence, "asked": asked, "behaviour": behaviour}
    return table.assign(**measured, object=named, found=found, obeyed=obeyed)


@torch.inference_mode()
def _watch(agent: Agent, told: torch.Tensor, own: torch.Tensor, scenes: Scenes, run: tuple[int, int]) -> Driven:
    (steps, seed), n = run, len(scenes.world)
    world, limits, generator = scenes.world.copy(), scenes.world.max_steps, np.random.default_rng(seed)
    world.max_steps = np.full_like(limits, NO_END)
    options = np.maximum(scenes.candidates.reshape(n, -1), 0)
    known = own[torch.from_numpy(np.column_stack([scenes.instruction, options])).to(agent.device)]
    e_ls = torch.cat([told[:, None], known], dim=1)  # what drives it, its own, and what the observer thinks of
    likelihood, divergence = np.zeros(options.shape), np.zeros(n)
    success = np.zeros(n, np.bool_)
    for t in range(steps):
        tokens = agent.vision(view_tiles(world.observe()).long().to(agent.device))
        previous = torch.from_numpy(np.minimum(world.last_action, N_ACTIONS).astype(np.int64)).to(agent.device)
        policies = agent.decide_each(e_ls, tokens, previous).float().log_softmax(-1).cpu().numpy()
        decided, native = policies[:, 0], policies[:, 1]
        divergence += (np.exp(native) * (native - decided)).sum(1) / steps
        actions = (decided + generator.gumbel(size=decided.shape)).argmax(1)
        likelihood += np.take_along_axis(policies[:, 2:], actions[:, None, None], axis=2)[..., 0]
        success |= (world.step(actions.astype(np.uint8)) == SUCCESS) & (t < limits)
    return Driven(success, _posterior(likelihood.reshape(scenes.candidates.shape), scenes.candidates), divergence)


def _posterior(likelihood: NDArray[np.float64], candidates: NDArray[np.int64]) -> NDArray[np.float64]:
    """Bayes' rule with all candidates alike beforehand."""
    there = np.where(candidates >= 0, likelihood, -np.inf)
    chances = np.exp(there - there.max((1, 2), keepdims=True))
    return chances / chances.sum((1, 2), keepdims=True)


def _candidates(world: World, grammar: Grammar) -> NDArray[np.int64]:
    """For each world, task and object of the grammar that stands there, one instruction: (n, tasks, objects)."""
    standing = world.cells.reshape(len(world), -1)
    standing = np.where(np.isin(standing, (EMPTY, GREY_WALL)), 0, standing)
    standing = -np.sort(-standing.astype(np.int64), axis=1)[:, : int((standing > 0).sum(1).max())]
    tables = []
    for phrases in grammar.phrases.values():
        number = np.full(256, -1)
        for i, instruction in enumerate(grammar.instructions):
            if instruction.phrase == phrases[0]:
                number[goal_code(instruction)] = i
        tables.append(number[standing])
    return np.stack(tables, axis=1)


def _object_of(grammar: Grammar, instructions: NDArray[np.int64]) -> NDArray[np.int64]:
    """The number of the object that each instruction is about: (n,); -1 stays."""
    objects = {pair: i for i, pair in enumerate(dict.fromkeys((i.color, i.kind) for i in grammar.instructions))}
    about = np.array([objects[i.color, i.kind] for i in grammar.instructions])
    return np.where(instructions >= 0, about[instructions], -1)
