"""Single-room levels of the tasks, built in batches: the room, the target, the distractors, the agent.

The rules are BabyAI's one-room rules: the agent is placed first, objects keep two steps from it, all objects
differ and can be reached without moving another.

A room must not tell the task (`start="even"`). So rooms are drawn for all tasks alike, and in such a way that
ESCAPE-FROM needs to know what to escape from: every object starts nearer than `far`, and no cell is `far` from more
than half of them. With a single object no such rule helps, as every way out is right. `start="near"` is the older
construction, which puts the target of ESCAPE-FROM within `near` steps, where no other task has an object.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from lva.ground.values import check_fields, flag, one_of, optional, real, whole
from lva.world.kernels.building import N_COLORS, PORTABLE_KINDS, Rules
from lva.world.tasks import RECORD_OF

MAX_SIZE = 25
STRANGERS = (len(PORTABLE_KINDS) - 1) * (N_COLORS - 1)  # objects that share neither colour nor kind with another


FIELDS = {
    "size": whole(4, MAX_SIZE),
    "distractors": whole(0),
    "lookalikes": flag,
    "doors": whole(0, N_COLORS),  # each of its own colour
    "start": one_of("even", "near"),
    "near": whole(1),
    "far": optional(whole(1)),
    "patience": optional(real(0)),
    "max_steps": whole(1, 30_000),
}


class LevelError(ValueError):
    """A level cannot hold what it should; the message says what to change."""


@dataclass(frozen=True)
class Level:
    """A single room, and the rules of ESCAPE-FROM.

    `Level(start="near")` is the level of the first published runs. `far` and `patience` depend on `start` unless given.
    """

    size: int = 8  # cells along a side, walls included
    distractors: int = 4  # objects beside the target; with it five, as in BabyAI's PickupDist
    lookalikes: bool = True  # distractors may be of the target's colour or kind
    doors: int = 0  # locked doors in the walls; a grammar that names doors needs at least one
    start: str = "even"  # rooms that do not tell the task; "near": ESCAPE-FROM starts beside its target
    near: int = 2  # with "near", ESCAPE-FROM starts within this many steps of the target
    far: int | None = None  # ESCAPE-FROM is done at this Manhattan distance; size - 2, or with "near" 5
    patience: float | None = None  # in so many times the shortest way and 2 steps; 8, or with "near" 0, no limit
    max_steps: int = 64

    def __post_init__(self):
        check_fields(self, FIELDS, LevelError)
        far, patience = (5, 0) if self.start == "near" else (self.size - 2, 8)
        object.__setattr__(self, "far", far if self.far is None else self.far)
        object.__setattr__(self, "patience", patience if self.patience is None else self.patience)
        room = (self.size - 2) ** 2
        if not 0 <= self.distractors < min(room - 1, len(PORTABLE_KINDS) * N_COLORS):
            raise LevelError(
                f"distractors={self.distractors} do not fit: a {self.size} x {self.size} level has {room} free cells "
                f"for agent, target and distractors, of 18 different objects; raise size or lower distractors"
            )
        if not self.lookalikes and self.distractors > STRANGERS:
            raise LevelError(
                f"distractors={self.distractors} must be at most {STRANGERS} with lookalikes=False: no more objects "
                f"differ from the target in colour and kind"
            )
        if not 1 <= self.near < self.far:
            raise LevelError(f"near={self.near} must be at least 1 and less than far={self.far}")
        if self.patience != 0 and not self.patience >= 1:
            raise LevelError(f"patience={self.patience} must be at least 1 shortest way, or 0 for no such limit")

    @property
    def rules(self) -> Rules:
        """The same as the kernels take it."""
        near = self.start == "near"
        patience = float(self.patience)
        return Rules(self.distractors, self.lookalikes, self.doors, near, self.near, self.far, patience, self.max_steps)

    def check(self, tasks: Iterable[str], kinds: Iterable[str]) -> None:
        """Raise unless these tasks, about these kinds of objects, can be set in this level."""
        farthest = self.size - 2 if self.start == "even" else 2 * (self.size // 2 - 1)
        if self.far > farthest and any(RECORD_OF[task].ending == "away" for task in tasks):
            raise LevelError(
                f"far={self.far} is out of reach: a {self.size} x {self.size} level allows at most {farthest} steps; "
                f"lower far or raise size"
            )
        if "door" in kinds and not self.doors:
            raise LevelError("the instructions name doors but the level has none; use Level(doors=1) or more")
