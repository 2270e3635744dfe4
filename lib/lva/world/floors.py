"""How often ESCAPE-FROM succeeds without knowing what to escape from, with sight, planning and memory at their best.

The policies here see the whole room and lose no step; all they lack is the instruction. A tour, which visits one way
out after the other, succeeds the more often the more `Level.patience` allows. It takes a memory, so it is no floor for
an agent without one: that is the row `floor` of `lva.agent.evaluate`. With a single object in the room there is nothing
to know, and every policy escapes.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd

from lva.world.expert import plan
from lva.world.kernels.codes import EMPTY, GREY_WALL
from lva.world.kernels.dynamics import AWAY, DONE, ENDING, SUCCESS
from lva.world.kernels.planning import walk_all
from lva.world.rollouts import random_policy, rollout
from lva.world.world import World

MOVES = 3  # left, right, forward


def escape_floor(world: World, seed: int = 0) -> float:
    """The success of the best policy that is not told what to escape from: from 0 to 1, NaN without ESCAPE-FROM."""
    if not (ENDING[world.task] == AWAY).any():
        return float("nan")
    return float(uninformed_success(world, seed).success.max())


def uninformed_success(world: World, seed: int = 0) -> pd.DataFrame:
    """Success of each such policy in the worlds of ESCAPE-FROM, the best first: policy, episodes, success."""
    world = world[ENDING[world.task] == AWAY]
    if not len(world):
        raise ValueError("no world sets ESCAPE-FROM; build some with World.reset from its instructions")
    generator = np.random.default_rng(seed)
    rates = {name: find(world, generator).mean() for name, find in POLICIES.items()}
    rates["random moves"] = rollout(world, random_policy(seed, MOVES)).success.mean()
    rows = [{"policy": name, "episodes": len(world), "success": rate} for name, rate in rates.items()]
    return pd.DataFrame(rows).sort_values("success", ascending=False, ignore_index=True, kind="stable")


def _flee_nearest(world: World, generator: np.random.Generator) -> np.ndarray:
    """Escape from the object that is nearest at the start; ties at random."""
    steps = _steps_to_things(world)
    return _flee(world, np.argmin(steps + generator.random(steps.shape), 1))


def _flee_any(world: World, generator: np.random.Generator) -> np.ndarray:
    """Escape from one of the objects, drawn at random."""
    steps = _steps_to_things(world)
    return _flee(world, np.argmin(np.where(np.isinf(steps), 2, generator.random(steps.shape)), 1))


def _flee_all(world: World, generator: np.random.Generator) -> np.ndarray:
    """Go to the cell whose distances to all objects add up to most, which flees their centre."""
    return _walk(world, lambda away, total: total)


def _leave_most(world: World, generator: np.random.Generator) -> np.ndarray:
    """Go to the cell that is far from the most objects."""
    return _walk(world, lambda away, total: away)


def _tour(world: World, generator: np.random.Generator) -> np.ndarray:
    """Visit every cell that is far from some object, one after another, the nearest first."""
    return _walk(world, lambda away, total: np.minimum(away, 1), legs=12)


def _tour_best_first(world: World, generator: np.random.Generator) -> np.ndarray:
    """Visit the cells that are far from the most objects, then the others."""
    return _walk(world, lambda away, total: away, legs=12)


POLICIES: dict[str, Callable[[World, np.random.Generator], np.ndarray]] = {
    "flee the nearest object": _flee_nearest,
    "flee any object": _flee_any,
    "flee all objects": _flee_all,
    "go where most objects are far": _leave_most,
    "tour of all ways out": _tour,
    "tour, best cells first": _tour_best_first,
}


def _things(world: World) -> np.ndarray:
    """Where objects and doors stand: (n, h * w) bool."""
    return (~np.isin(world.cells, (EMPTY, GREY_WALL))).reshape(len(world), -1)


def _steps(width: int, places: np.ndarray, size: int) -> np.ndarray:
    """Manhattan distances from places, flat cell indices of any shape, to each of `size` cells: (..., size)."""
    cells, places = np.arange(size), places[..., None]
    return abs(places % width - cells % width) + abs(places // width - cells // width)


def _steps_to_things(world: World) -> np.ndarray:
    """How far the agent is from what stands in each cell: (n, h * w), infinite where nothing does."""
    height, width = world.cells.shape[1:]
    here = world.pose[:, 1].astype(int) * width + world.pose[:, 0]
    return np.where(_things(world), _steps(width, here, height * width), np.inf)


def _flee(world: World, places: np.ndarray) -> np.ndarray:
    """Take the shortest way out from the objects at these places; whether the target was escaped from."""
    mistaken = world.copy()
    mistaken.target = places.astype(np.int16)
    result = plan(mistaken)
    return _judge(world, result.actions, result.lengths)


def _walk(world: World, value: Callable[[np.ndarray, np.ndarray], np.ndarray], legs: int = 1) -> np.ndarray:
    """Go to the cells of most value, one leg each; of equal ones to the nearest.

    `value(away, total)` of how many objects are far from a cell, and of its distances to all of them.
    """
    (n, height, width), pose = world.cells.shape, world.pose.copy()
    everywhere = _steps(width, np.arange(height * width), height * width)
    things = _things(world).astype(int)
    away = things @ (everywhere >= world.far[0])
    values = value(away, things @ everywhere).astype(float)
    free = (world.cells == EMPTY).reshape(n, -1) & (away > 0)
    actions, lengths = np.zeros((n, world.max_steps.max()), np.uint8), np.zeros(n, np.int32)
    entered = np.zeros((n, height * width), np.bool_)
    for _ in range(legs):
        here = pose[:, 1].astype(int) * width + pose[:, 0]
        merit = np.where(free & ~entered, 1000 * values - everywhere[here], -np.inf)
        places = merit.argmax(1)
        walk_all(world.cells, pose, places, entered, actions, lengths)
        entered[np.arange(n), places] = True
    return _judge(world, actions, lengths)


def _judge(world: World, actions: np.ndarray, lengths: np.ndarray) -> np.ndarray:
    """Whether actions that end after `lengths` succeed on the way, within the episode's steps."""
    world, success = world.copy(), np.zeros(len(world), np.bool_)
    for t in range(int(lengths.max(initial=0))):
        on_time = world.steps < world.max_steps
        success |= (world.step(np.where(t < lengths, actions[:, t], DONE)) == SUCCESS) & on_time
    return success
