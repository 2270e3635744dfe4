"""Single-room levels of the tasks, built in batches: the room, the target, the distractors, the agent.

The rules are BabyAI's one-room rules: the agent is placed first, objects keep two steps from it, all objects
differ and can be reached without moving another. ESCAPE-FROM puts the target within `near` steps instead.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from lva.world.kernels.building import N_COLORS, PORTABLE_KINDS
from lva.world.tasks import RECORD_OF

MAX_SIZE = 25


class LevelError(ValueError):
    """A level cannot hold what it should; the message says what to change."""


@dataclass(frozen=True)
class Level:
    """A single room, and the rules of ESCAPE-FROM."""

    size: int = 8  # cells along a side, walls included
    distractors: int = 4  # objects beside the target; with it five, as in BabyAI's PickupDist
    doors: int = 0  # locked doors in the walls; a grammar that names doors needs at least one
    near: int = 2  # ESCAPE-FROM starts within this many steps of the target
    far: int = 5  # and is done at this Manhattan distance
    max_steps: int = 64

    def __post_init__(self):
        room = (self.size - 2) ** 2
        if not 4 <= self.size <= MAX_SIZE:
            raise LevelError(f"size={self.size} must be from 4 to {MAX_SIZE} cells")
        if not 0 <= self.distractors < min(room - 1, len(PORTABLE_KINDS) * N_COLORS):
            raise LevelError(
                f"distractors={self.distractors} do not fit: a {self.size} x {self.size} level has {room} free cells "
                f"for agent, target and distractors, of 18 different objects; raise size or lower distractors"
            )
        if not 0 <= self.doors <= min(N_COLORS, 4 * (self.size - 2)):
            raise LevelError(f"doors={self.doors} must be from 0 to {N_COLORS}, each of its own colour")
        if not 1 <= self.near < self.far:
            raise LevelError(f"near={self.near} must be at least 1 and less than far={self.far}")
        if not 1 <= self.max_steps <= 30_000:
            raise LevelError(f"max_steps={self.max_steps} must be from 1 to 30000")

    def check(self, tasks: Iterable[str], kinds: Iterable[str]) -> None:
        """Raise unless these tasks, about these kinds of objects, can be set in this level."""
        farthest = 2 * (self.size // 2 - 1)
        if self.far > farthest and any(RECORD_OF[task].ending == "away" for task in tasks):
            raise LevelError(
                f"far={self.far} is out of reach: in a {self.size} x {self.size} level only {farthest} steps "
                f"lie between every cell and some other; lower far or raise size"
            )
        if "door" in kinds and not self.doors:
            raise LevelError("the instructions name doors but the level has none; use Level(doors=1) or more")
