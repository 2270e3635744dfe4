"""A batch of worlds as plain arrays, stepped and seen by the kernels."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING

import numpy as np

from lva.world.kernels.building import MAX_TRIES, build_all, limit_all
from lva.world.kernels.codes import CODES_OF_KIND
from lva.world.kernels.constants import COLOR_TO_IDX
from lva.world.kernels.dynamics import ACTIONS, RUNNING, step_all
from lva.world.kernels.sight import VIEW, observe_all
from lva.world.kernels.state import States
from lva.world.language import Instruction
from lva.world.levels import Level, LevelError
from lva.world.render import atlas
from lva.world.tasks import task_numbers

if TYPE_CHECKING:
    import gymnasium

NO_ACTION = 255  # the last action of a world that has not been stepped
NO_IMAGES = np.empty((0, VIEW * VIEW * 3), np.uint8)


@dataclass(eq=False, repr=False)
class World:
    """n worlds of one size, each with an agent and, perhaps, something to do."""

    cells: np.ndarray  # (n, h, w) uint8, codes of `lva.world.kernels.codes`
    inside: np.ndarray  # (n, h, w) uint8, what a box holds; 0: nothing
    pose: np.ndarray  # (n, 3) uint8: x, y, heading (0 right, 1 down, 2 left, 3 up)
    carrying: np.ndarray  # (n, 2) uint8: object and what it holds; 0: nothing
    task: np.ndarray  # (n,) uint8: 0 none, else the number of `lva.world.tasks`
    target: np.ndarray  # (n,) int16: flat cell index y * w + x; -1 carried, -2 gone
    far: np.ndarray  # (n,) uint8: the distance that ends ESCAPE-FROM
    steps: np.ndarray  # (n,) int32
    max_steps: np.ndarray  # (n,) int32
    instructions: tuple[Instruction, ...] | None = None

    def __post_init__(self):
        self.status = np.full(len(self), RUNNING, np.uint8)
        self.last_action = np.full(len(self), NO_ACTION, np.uint8)

    @classmethod
    def reset(
        cls,
        instructions: Sequence[Instruction],
        seeds: int | Sequence[int] | np.ndarray,
        level: Level | None = None,
    ) -> World:
        """Build one single-room level an instruction.

        `seeds`: (n,) non-negative integers, or one integer from which n are counted up. The same instruction and
        seed give the same level, alone or in any batch.
        """
        instructions, level = tuple(instructions), level or Level()
        level.check({i.task for i in instructions}, {i.kind for i in instructions})
        task = task_numbers(i.task for i in instructions)
        goal = np.array([goal_code(i) for i in instructions], np.uint8)
        return cls.build(task, goal, _as_seeds(seeds, len(instructions)), level, instructions)

    @classmethod
    def build(
        cls,
        task: np.ndarray,
        goal: np.ndarray,
        seeds: np.ndarray,
        level: Level,
        instructions: tuple[Instruction, ...] | None = None,
    ) -> World:
        """`reset` from arrays: `task, goal: (n,) uint8`, `seeds: (n,) uint64`; the level is not checked again."""
        n = len(task)
        cells = np.empty((n, level.size, level.size), np.uint8)
        pose, target = np.empty((n, 3), np.uint8), np.empty(n, np.int16)
        build_all(cells, pose, target, seeds, (task, goal), level.rules)
        if (target < 0).any():
            raise LevelError(
                f"no room that will do in {MAX_TRIES} draws for seed {seeds[target < 0][0]}: {level} is too crowded "
                f"or far too small; raise far or size, or lower distractors"
            )
        return cls.at_start(cells, pose, target, task, level, instructions)

    @classmethod
    def at_start(
        cls,
        cells: np.ndarray,
        pose: np.ndarray,
        target: np.ndarray,
        task: np.ndarray,
        level: Level,
        instructions: tuple[Instruction, ...] | None = None,
    ) -> World:
        """The worlds of rooms in which nothing has been done yet."""
        n, limits = len(cells), np.empty(len(cells), np.int32)
        limit_all(cells, pose, target, task, level.rules, limits)
        return cls(
            cells,
            np.zeros_like(cells),
            pose,
            np.zeros((n, 2), np.uint8),
            task,
            target,
            np.full(n, level.far, np.uint8),
            np.zeros(n, np.int32),
            limits,
            instructions,
        )

    @classmethod
    def from_minigrid(cls, envs: Sequence[gymnasium.Env]) -> World:
        """Import the present states of MiniGrid environments (wrapped or not) of one grid size."""
        from lva.world.minigrid.bridge import read_minigrid

        return cls(**read_minigrid(envs))

    def step(self, actions: np.ndarray, out: np.ndarray | None = None) -> np.ndarray:
        """Take one action in every world, finished or not.

        `actions`: (n,) integers in 0..6, MiniGrid's. Returns the status, (n,) uint8: RUNNING, SUCCESS, ENDED
        (on a goal or in lava) or TIMEOUT. `out` receives the views afterwards, as `observe` would, in the same pass.
        """
        actions = np.asarray(actions)
        if actions.shape != (len(self),):
            raise ValueError(f"actions have shape {actions.shape}; expected one for each of the {len(self)} worlds")
        if actions.dtype.kind not in "iu" or (len(actions) and not 0 <= actions.min() <= actions.max() < 7):
            wrong = actions[~np.isin(actions, range(7))] if actions.dtype.kind in "iu" else actions
            names = ", ".join(f"{i} {name}" for i, name in enumerate(ACTIONS))
            raise ValueError(f"action {wrong.flat[0]!r} is none of: {names}")
        step_all(
            self.states,
            self.steps,
            self.max_steps,
            actions.astype(np.uint8, copy=False),
            self.status,
            NO_IMAGES if out is None else self._views(out),
        )
        self.last_action = actions.astype(np.uint8)
        return self.status.copy()

    def observe(self, out: np.ndarray | None = None) -> np.ndarray:
        """What the agents see: (n, 7, 7, 3) uint8, byte-equal to MiniGrid's `obs["image"]`.

        `out` receives the views, for loops that look often.
        """
        out = np.empty((len(self), VIEW, VIEW, 3), np.uint8) if out is None else out
        observe_all(self.cells, self.pose, self.carrying, self._views(out))
        return out

    def _views(self, out: np.ndarray) -> np.ndarray:
        """The same memory as the kernels take it: (n, 147)."""
        shape = (len(self), VIEW, VIEW, 3)
        if out.shape != shape or out.dtype != np.uint8 or not out.flags.c_contiguous:
            raise ValueError(f"out is {out.dtype} {out.shape}; expected a contiguous uint8 array of shape {shape}")
        return out.reshape(len(self), -1)

    def render(self, tile_size: int = 8) -> np.ndarray:
        """The same view in colour: (n, 7 t, 7 t, 3) uint8, byte-equal to `RGBImgPartialObsWrapper(env, t)`."""
        return atlas(tile_size).render(self.observe())

    @property
    def states(self) -> States:
        """The same as the kernels take it."""
        return States(self.cells, self.inside, self.pose, self.carrying, self.target, self.task, self.far)

    def copy(self) -> World:
        """An independent copy."""
        return self[np.arange(len(self))]

    def __getitem__(self, index) -> World:
        """The worlds of an index array, mask or slice, copied."""
        index = np.arange(len(self))[index].reshape(-1)
        arrays = {f.name: getattr(self, f.name)[index] for f in fields(self) if f.name != "instructions"}
        chosen = self.instructions and tuple(self.instructions[i] for i in index)
        world = World(**arrays, instructions=chosen)
        world.status, world.last_action = self.status[index], self.last_action[index]
        return world

    def __len__(self) -> int:
        return len(self.cells)

    def __repr__(self) -> str:
        n, height, width = self.cells.shape
        return f"World({n} of {width} x {height} cells, {(self.status == RUNNING).sum()} running)"


def goal_code(instruction: Instruction) -> int:
    """The byte that the instruction's target has in the grid."""
    return CODES_OF_KIND[instruction.kind] | COLOR_TO_IDX[instruction.color] << 4


def _as_seeds(seeds: int | Sequence[int] | np.ndarray, n: int) -> np.ndarray:
    seeds = np.asarray(seeds)
    if seeds.dtype.kind not in "iu" or (seeds.dtype.kind == "i" and (seeds < 0).any()):
        raise ValueError(f"seeds must be non-negative integers, got {seeds.flat[0]!r}")
    seeds = seeds.astype(np.uint64)
    if seeds.ndim == 0:
        return seeds + np.arange(n, dtype=np.uint64)
    if seeds.shape != (n,):
        raise ValueError(f"{seeds.size} seeds for {n} instructions; give one each, or a single integer")
    return seeds
