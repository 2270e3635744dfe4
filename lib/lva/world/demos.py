"""Demonstrations: the expert's episodes, kept as an initial state and its actions."""

from __future__ import annotations

import json
import zipfile
import zlib
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import numpy as np
from tqdm.auto import tqdm

from lva import __version__
from lva.ground.artifacts import ArtifactError, check_artifact, remaking, save_artifact
from lva.ground.code import code_of_module
from lva.ground.values import check_value, whole
from lva.world.expert import check_expert, plan
from lva.world.kernels.codes import KNOWN
from lva.world.kernels.dynamics import ACTIONS
from lva.world.kernels.planning import mark_episodes
from lva.world.kernels.replay import replay_single, replay_whole
from lva.world.kernels.sight import VIEW
from lva.world.language import Grammar, grammar_from_dict
from lva.world.levels import Level
from lva.world.rooms import demo_numbers
from lva.world.tasks import task_numbers
from lva.world.world import World, goal_code

FORMAT = 2  # of the file; raised when its fields change their meaning. 2: rooms that do not tell the task
CHUNK = 1 << 15  # episodes made or replayed at a time
MADE_BY = "01_demos"
ARRAYS = ("cells", "pose", "target", "instruction", "offsets", "actions")


@dataclass(eq=False, repr=False)
class Demos:
    """n episodes of an expert that succeeds in all of them."""

    cells: np.ndarray  # (n, s, s) uint8, the room before the first action
    pose: np.ndarray  # (n, 3) uint8: x, y, heading
    target: np.ndarray  # (n,) int16, flat cell index
    instruction: np.ndarray  # (n,) uint16, index into grammar.instructions
    offsets: np.ndarray  # (n + 1,) int64, where each episode's actions begin and end
    actions: np.ndarray  # (steps,) uint8
    grammar: Grammar
    level: Level
    expert: str
    seed: int

    def __post_init__(self):
        """Raise where an array would lead a kernel astray: kernels look up what they are given, and check nothing."""
        n, most = len(self.cells), len(self.grammar.instructions)
        if self.cells.ndim != 3 or self.cells.shape[1] != self.cells.shape[2]:
            raise ValueError(f"cells have shape {self.cells.shape}, expected (episodes, size, size)")
        size = self.cells.shape[1]
        shapes = {"pose": (n, 3), "target": (n,), "instruction": (n,), "offsets": (n + 1,)}
        for name, shape in shapes.items():
            if getattr(self, name).shape != shape:
                raise ValueError(f"{name} has shape {getattr(self, name).shape}, expected {shape}")
        lengths_fit = self.offsets[0] == 0 and self.offsets[-1] == self.steps and (self.lengths > 0).all()
        rules = {
            "cells": (KNOWN[self.cells].all(), "codes of `lva.world.kernels.codes`"),
            "pose": (
                self.pose.max(initial=0) < size and (self.pose[:, 2] < 4).all(),
                f"below {size}, headings below 4",
            ),
            "target": (((self.target >= 0) & (self.target < size**2)).all(), f"from 0 to {size**2 - 1}"),
            "instruction": ((self.instruction < most).all(), f"below the {most} instructions of {self.grammar!r}"),
            "offsets": (lengths_fit, f"from 0 to the {self.steps} actions, at least one an episode"),
            "actions": ((self.actions < len(ACTIONS)).all(), f"below {len(ACTIONS)}"),
        }
        for name, (holds, expected) in rules.items():
            if not holds:
                raise ValueError(f"{name} of demonstrations must be {expected}")

    @property
    def steps(self) -> int:
        """Actions in all episodes."""
        return len(self.actions)

    @property
    def lengths(self) -> np.ndarray:
        """Actions of each episode: (n,) int64."""
        return np.diff(self.offsets)

    @property
    def tasks(self) -> np.ndarray:
        """The task of each episode: (n,) strings."""
        return np.array([i.task for i in self.grammar.instructions])[self.instruction]

    def __len__(self) -> int:
        return len(self.cells)

    def __repr__(self) -> str:
        return (
            f"Demos({len(self):,} episodes, {self.steps:,} steps, grammar {self.grammar.name!r}, "
            f"{self.expert} expert, seed {self.seed})"
        )

    def __getitem__(self, index) -> Demos:
        """The episodes of an index array, mask or slice."""
        index = np.atleast_1d(np.arange(len(self))[index])
        lengths = self.lengths[index]
        offsets = np.concatenate([[0], np.cumsum(lengths)])
        steps = np.repeat(self.offsets[index] - offsets[:-1], lengths) + np.arange(offsets[-1])
        chosen = {name: getattr(self, name)[index] for name in ARRAYS[:4]}
        return replace(self, **chosen, offsets=offsets, actions=self.actions[steps])

    def world(self) -> World:
        """The episodes at their first step."""
        instructions = self.grammar.instructions
        task = task_numbers(i.task for i in instructions)[self.instruction]
        told = tuple(instructions[i] for i in self.instruction)
        world = World.at_start(self.cells.copy(), self.pose.copy(), self.target.copy(), task, self.level, told)
        world.max_steps = np.maximum(world.max_steps, self.lengths.astype(np.int32))  # one who looks may take longer
        return world

    def frames(self) -> np.ndarray:
        """Every view before every action, in the order of `actions`: (steps, 7, 7, 3) uint8, 147 bytes each."""
        return self._replay(0, len(self))

    def optimal(self) -> np.ndarray:
        """Every action that was optimal at each step, by the oracle: (steps, 6) bool; see `optimal_actions`."""
        world, marks = self.world(), np.zeros((self.steps, 7), np.bool_)
        mark_episodes(world.states, self.offsets, self.actions, marks)
        return marks[:, :6]

    def views(self, steps: np.ndarray) -> np.ndarray:
        """The views before some of the actions, by their index in `actions`: (m,) -> (m, 7, 7, 3) uint8."""
        steps = np.asarray(steps)
        if steps.ndim != 1 or (len(steps) and steps.dtype.kind not in "iu"):
            raise IndexError(f"steps are {steps.dtype} of shape {steps.shape}; expected (m,) integers")
        if len(steps) and not 0 <= steps.min() <= steps.max() < self.steps:
            wrong = steps[(steps < 0) | (steps >= self.steps)][0]
            raise IndexError(f"step {wrong} is not one of 0 to {self.steps - 1}, the steps of {self!r}")
        images = np.empty((len(steps), VIEW * VIEW * 3), np.uint8)
        replay_single(self.cells, self.pose, self.offsets, self.actions, steps.astype(np.int64), images)
        return images.reshape(-1, VIEW, VIEW, 3)

    def split(self, held_out: float = 0.1, seed: int = 0) -> tuple[Demos, Demos]:
        """Two sets without a common episode, `held_out` of every instruction in the second."""
        if not 0 < held_out < 1:
            raise ValueError(f"held_out={held_out} must lie between 0 and 1: the share of the second set")
        shuffled = np.lexsort((np.random.default_rng(seed).random(len(self)), self.instruction))
        counts = np.bincount(self.instruction, minlength=len(self.grammar.instructions))
        rank = np.empty(len(self), np.int64)  # of an episode among those of its instruction
        rank[shuffled] = np.arange(len(self)) - np.repeat(np.cumsum(counts) - counts, counts)
        out = rank < np.round(counts * held_out).astype(int)[self.instruction]
        if out.all() or not out.any():
            raise ValueError(f"held_out={held_out} of {len(self)} episodes leaves one set empty; make more of them")
        return self[~out], self[out]

    def checksum(self) -> int:
        """CRC-32 of all frames: it changes when the world does."""
        crc = 0
        for start in range(0, len(self), CHUNK):
            crc = zlib.crc32(self._replay(start, min(start + CHUNK, len(self))), crc)
        return crc

    def _replay(self, start: int, stop: int) -> np.ndarray:
        offsets = self.offsets[start : stop + 1]
        images = np.empty((offsets[-1] - offsets[0], VIEW * VIEW * 3), np.uint8)
        replay_whole(self.cells[start:stop], self.pose[start:stop], offsets, self.actions, offsets[0], images)
        return images.reshape(-1, VIEW, VIEW, 3)

    def config(self) -> dict:
        """What the demonstrations were made from."""
        return {
            "n": len(self),
            "seed": self.seed,
            "expert": self.expert,
            "grammar": self.grammar.as_dict(),
            "level": asdict(self.level),
        }

    def save(self, path: str | Path) -> Path:
        """Write the file, compressed, and its manifest entry; both whole or not at all."""
        header = json.dumps({"format": FORMAT, "version": __version__, "checksum": self.checksum(), **self.config()})
        arrays = {name: getattr(self, name) for name in ARRAYS}
        arrays["offsets"] = self.lengths.astype(np.uint16)  # shorter on disk
        return save_artifact(
            Path(path),
            lambda temporary: _write_npz(temporary, arrays | {"header": np.array(header)}),
            config=self.config() | {"code": code_of_module(__name__)},
            made_by=MADE_BY,
        )

    @classmethod
    def load(cls, path: str | Path) -> Demos:
        """Read demonstrations back, checking the file, its format, and that the world still shows the same frames."""
        check_artifact(Path(path), made_by=MADE_BY)
        try:
            with np.load(path, allow_pickle=False) as file:
                header, arrays = json.loads(str(file["header"])), {name: file[name] for name in ARRAYS}
        except (OSError, ValueError, KeyError, zipfile.BadZipFile) as error:
            raise ArtifactError(f"{path} does not hold demonstrations ({error}); {_REMEDY}") from error
        if header["format"] != FORMAT:
            raise ArtifactError(
                f"{path} has format {header['format']}, written by lva {header['version']}; "
                f"lva {__version__} reads format {FORMAT}; {_REMEDY}"
            )
        arrays["offsets"] = np.concatenate([[0], np.cumsum(arrays["offsets"], dtype=np.int64)])
        grammar, level = grammar_from_dict(header["grammar"]), Level(**header["level"])
        try:
            demos = cls(**arrays, grammar=grammar, level=level, expert=header["expert"], seed=header["seed"])
        except ValueError as error:
            raise ArtifactError(f"{path} holds demonstrations that cannot be: {error}; {_REMEDY}") from error
        if demos.checksum() != header["checksum"]:
            raise ArtifactError(
                f"the frames of {path} differ from those it was saved with: the world has changed since; {_REMEDY}"
            )
        return demos


_REMEDY = f"remake it with {remaking(MADE_BY)}"


def make_demos(
    grammar: Grammar,
    n: int,
    seed: int = 0,
    *,
    expert: str = "oracle",
    level: Level | None = None,
    progress: bool = True,
) -> Demos:
    """Let the expert play n episodes, the instructions in turn.

    Episode i depends on `seed` and i alone: the same for any n above i and any number of threads.
    """
    level = level or Level()
    check_expert(expert)
    check_value("n", n, whole(1, (1 << 32) - 1))
    check_value("seed", seed, whole(0, (1 << 32) - 1))
    level.check(set(grammar.phrases), grammar.kinds)
    instruction = (np.arange(n) % len(grammar.instructions)).astype(np.uint16)
    parts = []
    with tqdm(total=n, desc="demonstrations", unit="ep", disable=not progress or n <= CHUNK) as bar:
        for start in range(0, n, CHUNK):
            parts.append(_play(grammar, instruction[start : start + CHUNK], seed, start, level, expert))
            bar.update(len(parts[-1][0]))
    cells, pose, target, lengths, actions = (np.concatenate(arrays) for arrays in zip(*parts))
    offsets = np.concatenate([[0], np.cumsum(lengths, dtype=np.int64)])
    return Demos(cells, pose, target, instruction, offsets, actions, grammar, level, expert, seed)


def _play(grammar, instruction, seed, start, level, expert):
    """Arrays of one chunk of episodes: cells, pose, target, lengths, actions."""
    task = task_numbers(i.task for i in grammar.instructions)[instruction]
    goal = np.array([goal_code(i) for i in grammar.instructions], np.uint8)[instruction]
    patient = replace(level, patience=0)  # the expert may take its time to look around
    world = World.build(task, goal, demo_numbers(seed, len(instruction), start), patient)
    played = plan(world, expert)
    if not played.success.all():
        episode = start + int(np.argmin(played.success))
        raise RuntimeError(
            f"the {expert} expert failed in episode {episode} of seed {seed} within {level.max_steps} steps; "
            f"raise Level(max_steps=...)"
        )
    kept = np.arange(played.actions.shape[1]) < played.lengths[:, None]
    return world.cells, world.pose, world.target, played.lengths, played.actions[kept]


def _write_npz(path: Path, arrays: dict[str, np.ndarray]) -> None:
    with open(path, "wb") as file:
        np.savez_compressed(file, **arrays)
