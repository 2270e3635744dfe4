"""The steps of demonstrations as a learner needs them: rendered once, mapped by every training, drawn in batches."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from safetensors import safe_open
from safetensors.torch import save_file
from torch import Tensor

from lva.agent.config import N_ACTIONS
from lva.agent.vision import view_tiles
from lva.ground.artifacts import ArtifactError, config_hash, is_current, save_artifact
from lva.ground.code import code_of_module
from lva.world import Demos
from lva.world.demos import CHUNK

LABELS = {  # what is imitated at a step
    "expert": "the one action that the expert took",
    "optimal": "all actions that were optimal, in equal shares",
    "shuffled": "the optimal actions of another step, drawn at random",
}
MADE_BY = "02_train_agent"
BITS = 1 << np.arange(N_ACTIONS, dtype=np.uint8)
MIRRORED_ACTIONS = [1, 0, 2, 3, 4, 5]  # left and right change places


@dataclass(frozen=True, repr=False)
class Steps:
    """Every step of the demonstrations, 55 bytes each."""

    words: Tensor  # (instructions, length) int64, every instruction of the grammar
    tiles: Tensor  # (steps, 7, 7) uint8, tile numbers of the views, rows first
    instruction: Tensor  # (steps,) int32, row of words
    actions: Tensor  # (steps,) uint8, the set of actions to imitate: bit a for action a
    previous: Tensor  # (steps,) uint8, the action before; 6 at the start
    demos: dict  # what the demonstrations were made from

    def __len__(self) -> int:
        return len(self.actions)

    def __repr__(self) -> str:
        return f"Steps({len(self):,} steps of {self.demos['n']:,} demonstrations)"

    def to(self, device: torch.device) -> Steps:
        """The same on a device."""
        names = ("words", "tiles", "instruction", "actions", "previous")
        return Steps(*(getattr(self, name).to(device) for name in names), self.demos)


def make_steps(demos: Demos, labels: str = "expert") -> Steps:
    """Render all steps of the demonstrations; `labels`, one of LABELS, says what is to be imitated."""
    check_labels(labels)
    actions = actions_to_imitate(demos, labels)
    return Steps(**_inputs(demos), actions=torch.from_numpy(actions), demos=demos.config())


def save_steps(demos: Demos, folder: str | Path) -> Path:
    """Render all steps once, for any number of trainings; return the file that `load_steps` maps.

    The file is named after the demonstrations. If it is there, rendered by the same code, nothing is done.
    """
    made_from = {"demos": demos.config(), "arrays": _fingerprint(demos)}
    path = Path(folder) / f"steps-{config_hash(made_from)}.safetensors"
    made_from["code"] = code_of_module(__name__)
    if not is_current(path, config=made_from, made_by=MADE_BY):
        tensors = _inputs(demos)
        tensors |= {f"actions.{labels}": torch.from_numpy(actions_to_imitate(demos, labels)) for labels in LABELS}
        about = {"demos": json.dumps(demos.config())}
        save_artifact(path, lambda file: save_file(tensors, file, about), config=made_from, made_by=MADE_BY)
    return path


def load_steps(path: str | Path, labels: str = "expert") -> Steps:
    """Map the steps that `save_steps` left: processes that do so share one copy in memory."""
    check_labels(labels)
    try:
        with safe_open(path, "pt") as file:
            demos = json.loads(file.metadata()["demos"])
            inputs = {name: file.get_tensor(name) for name in ("words", "tiles", "instruction", "previous")}
            return Steps(**inputs, actions=file.get_tensor(f"actions.{labels}"), demos=demos)
    except Exception as error:  # safetensors has an exception of its own for each kind of damage
        raise ArtifactError(f"{path} cannot be read ({error}); delete it to render the steps again") from error


def check_labels(labels: str) -> None:
    """Raise if there are no such labels."""
    if not isinstance(labels, str) or labels not in LABELS:
        meanings = "; ".join(f"{name}: {meaning}" for name, meaning in LABELS.items())
        raise ValueError(f"labels={labels!r} is unknown; choose one of {', '.join(LABELS)} ({meanings})")


def actions_to_imitate(demos: Demos, labels: str) -> np.ndarray:
    """The set of actions to imitate at each step, bit a for action a: (steps,) uint8.

    `shuffled` is the control that sees and is told the same, and can learn nothing from it.
    """
    if labels == "expert":
        return BITS[demos.actions]
    marks = demos.optimal()
    if labels == "shuffled":
        marks = np.random.default_rng(demos.seed).permutation(marks)
    return (marks * BITS).sum(1, dtype=np.uint8)


def draw_batch(steps: Steps, index: Tensor, mirror: Tensor | None) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    """Tiles (b, 7, 7), instructions (b,), previous actions (b,) and targets (b, 6) of some steps.

    Each row of targets sums to 1. The samples that are marked in `mirror: (b,)` are reversed left to right.
    """
    tiles, previous = steps.tiles[index].long(), steps.previous[index].long()
    bits = torch.from_numpy(BITS).to(index.device)
    targets = (steps.actions[index, None] & bits > 0).float()
    targets = targets / targets.sum(1, keepdim=True)
    if mirror is not None:
        swap = torch.tensor(MIRRORED_ACTIONS, device=index.device)
        swap_previous = torch.tensor([*MIRRORED_ACTIONS, N_ACTIONS], device=index.device)
        tiles = torch.where(mirror[:, None, None], tiles.flip(2), tiles)
        targets = torch.where(mirror[:, None], targets[:, swap], targets)
        previous = torch.where(mirror, swap_previous[previous], previous)
    return tiles, steps.instruction[index].long(), previous, targets


class Order:
    """Which samples make up each batch: a fresh permutation for each epoch, a function of seed and batch alone."""

    def __init__(self, n: int, batch_size: int, mirror: bool, seed: int, rank: int = 0, ranks: int = 1):
        self.n, self.batch_size, self.mirror, self.seed = n, batch_size, mirror, seed
        self.rank, self.ranks = rank, ranks
        self.epoch = -1

    def batch(self, number: int, device: torch.device) -> tuple[Tensor, Tensor | None]:
        """This process's share of a batch: indices, and which of them to mirror."""
        first = torch.arange(number * self.batch_size + self.rank, (number + 1) * self.batch_size, self.ranks)
        parts = [self._permutation(int(epoch)) for epoch in torch.unique(first // self.n)]
        at = first - first[0] // self.n * self.n
        order, flips = (torch.cat(columns) for columns in zip(*parts))
        return order[at].to(device), flips[at].to(device) if self.mirror else None

    def _permutation(self, epoch: int) -> tuple[Tensor, Tensor]:
        """The order of an epoch and its coin tosses."""
        if epoch != self.epoch:
            generator = torch.Generator().manual_seed((self.seed << 20) + epoch)
            self.shuffled = torch.randperm(self.n, generator=generator), torch.rand(self.n, generator=generator) < 0.5
            self.epoch = epoch
        return self.shuffled


def _inputs(demos: Demos) -> dict[str, Tensor]:
    """What a learner is told and sees at each step."""
    tiles = torch.empty((demos.steps, 7, 7), dtype=torch.uint8)
    for start in range(0, len(demos), CHUNK):
        part = demos[start : start + CHUNK]
        first = int(demos.offsets[start])
        tiles[first : first + part.steps] = view_tiles(part.frames())
    previous = np.roll(demos.actions, 1)
    previous[demos.offsets[:-1]] = N_ACTIONS
    return {
        "words": torch.from_numpy(demos.grammar.encode(demos.grammar.texts)),
        "tiles": tiles,
        "instruction": torch.from_numpy(np.repeat(demos.instruction.astype(np.int32), demos.lengths)),
        "previous": torch.from_numpy(previous),
    }


def _fingerprint(demos: Demos) -> str:
    """The sha256 of the demonstrations themselves: two sets that were made alike may still differ, after a split."""
    digest = hashlib.sha256()
    for array in (demos.cells, demos.pose, demos.target, demos.instruction, demos.offsets, demos.actions):
        digest.update(np.ascontiguousarray(array))
    return digest.hexdigest()
