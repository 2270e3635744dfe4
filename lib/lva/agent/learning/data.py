"""Demonstrations on the training device: views as tile numbers, rendered once; batches are drawn there."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from lva.agent.config import N_ACTIONS
from lva.agent.vision import view_tiles
from lva.world import Demos
from lva.world.demos import CHUNK

LABELS = ("expert", "optimal", "shuffled")
MIRRORED_ACTIONS = [1, 0, 2, 3, 4, 5]  # left and right change places


@dataclass(frozen=True)
class Steps:
    """Every step of the demonstrations, 49 bytes of view each."""

    words: Tensor  # (instructions, length) int64, every instruction of the grammar
    tiles: Tensor  # (steps, 7, 7) uint8, tile numbers of the views, rows first
    instruction: Tensor  # (steps,) int64, index into words
    targets: Tensor  # (steps, 6) float32, what to do: sums to 1
    previous: Tensor  # (steps,) int64, the action before; 6 at the start

    def __len__(self) -> int:
        return len(self.instruction)

    def to(self, device: torch.device) -> Steps:
        """The same on a device."""
        return Steps(*(getattr(self, name).to(device) for name in self.__dataclass_fields__))


def load_steps(demos: Demos, labels: str = "expert") -> Steps:
    """Render all steps.

    `labels`: the `expert`'s action, all `optimal` ones of a state in equal shares, or those of another step, drawn at
    random (`shuffled`): the control that sees and is told the same, and can learn nothing from it.
    """
    if labels not in LABELS:
        raise ValueError(f"labels={labels!r} is unknown; choose one of {', '.join(LABELS)}")
    tiles = torch.empty((demos.steps, 7, 7), dtype=torch.uint8)
    for start in range(0, len(demos), CHUNK):
        part = demos[start : start + CHUNK]
        first = int(demos.offsets[start])
        tiles[first : first + part.steps] = view_tiles(part.frames())
    starts = torch.from_numpy(demos.offsets[:-1])
    previous = torch.from_numpy(demos.actions.astype(np.int64)).roll(1)
    previous[starts] = N_ACTIONS
    marks = np.eye(N_ACTIONS, dtype=np.float32)[demos.actions] if labels == "expert" else demos.optimal()
    if labels == "shuffled":
        marks = np.random.default_rng(demos.seed).permutation(marks)
    targets = torch.from_numpy(marks.astype(np.float32))
    return Steps(
        torch.from_numpy(demos.grammar.encode(demos.grammar.texts)),
        tiles,
        torch.from_numpy(np.repeat(demos.instruction.astype(np.int64), demos.lengths)),
        targets / targets.sum(1, keepdim=True),
        previous,
    )


def draw_batch(steps: Steps, index: Tensor, mirror: Tensor | None) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    """Views, instructions, previous actions and targets of some steps; those marked in `mirror` left-right reversed."""
    tiles, targets, previous = steps.tiles[index].long(), steps.targets[index], steps.previous[index]
    if mirror is not None:
        swap = torch.tensor(MIRRORED_ACTIONS, device=index.device)
        swap_previous = torch.tensor([*MIRRORED_ACTIONS, N_ACTIONS], device=index.device)
        tiles = torch.where(mirror[:, None, None], tiles.flip(2), tiles)
        targets = torch.where(mirror[:, None], targets[:, swap], targets)
        previous = torch.where(mirror, swap_previous[previous], previous)
    return tiles, steps.instruction[index], previous, targets
