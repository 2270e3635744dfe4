"""Where a seed becomes a room: the one place that deals out rooms, so that no two uses share one.

`World.reset` makes a room from a number of 64 bits. Every use has a stretch of these numbers, and in it one block per
seed: `rooms.EVALUATION.numbers(seed=3, n=1000)` are the first thousand rooms of seed 3.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Rooms:
    """The rooms of one use."""

    use: str
    first: int  # the number of its first room
    block: int  # rooms of one seed
    seeds: int  # how many seeds there are

    @property
    def stretch(self) -> range:
        """All numbers of its rooms."""
        return range(self.first, self.first + self.seeds * self.block)

    def check(self, seed: int) -> None:
        """Raise unless it is one of the seeds of this use."""
        if not 0 <= seed < self.seeds:
            raise ValueError(f"seed={seed} must be from 0 and below {self.seeds}: {self.use} have no more")

    def numbers(self, seed: int, n: int, start: int = 0) -> np.ndarray:
        """The numbers of the rooms `start` to `start + n - 1` of a seed: (n,) uint64, for `World.reset`."""
        self.check(seed)
        if not 0 <= start <= start + n <= self.block:
            raise ValueError(f"rooms {start} to {start + n} of {self.use} are too many: a seed has {self.block}")
        return np.uint64(self.first + seed * self.block + start) + np.arange(n, dtype=np.uint64)

    def demo_seed(self, seed: int) -> int:
        """The seed with which `make_demos` plays in these rooms, whose blocks are as large as its own."""
        self.check(seed)
        if self.block != DEMOS.block:
            raise ValueError(f"rooms of {self.use} are no demonstrations'; ask for their numbers")
        return self.first // self.block + seed


DEMOS = Rooms("demonstrations", 0, 1 << 32, 1 << 30)  # those that agents learn from, and one's own
TEXTS = Rooms("texts", 1 << 62, 1 << 32, 1 << 20)  # what language models read
PICTURES = Rooms("pictures", 1 << 63, 1 << 32, 1 << 20)  # what models of images and captions see
EVALUATION = Rooms("evaluations", 3 << 62, 1 << 24, 1 << 20)  # what agents are tested in, and the browser shows
BEHAVIOUR = Rooms("states", EVALUATION.stretch.stop, 1 << 24, 1 << 16)  # in which behaviours are compared
ALL = (DEMOS, TEXTS, PICTURES, EVALUATION, BEHAVIOUR)


def demo_numbers(seed: int, n: int, start: int = 0) -> np.ndarray:
    """The rooms in which `make_demos` plays with a seed below 2**32: its own, or those of texts or pictures."""
    return np.uint64(seed * DEMOS.block + start) + np.arange(n, dtype=np.uint64)
