"""What an agent is taught: how many demonstrations, of what, and of what never or seldom."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from lva.studies.function.folds import held_out
from lva.world import Demos, Grammar, Level, make_demos

NOTHING = ""  # is held out
AXES = ("phrase", "color", "kind", "pairs")
TOGETHER = {"color": 2, "kind": 1}  # levels that are held out at once
ENOUGH = 20_000  # demonstrations where something is held out


@dataclass(frozen=True)
class Lesson:
    """One training: in which language, on how many demonstrations, and what they leave out."""

    language: str
    demonstrations: int = ENOUGH
    axis: str = NOTHING  # of AXES: what was held out
    fold: int = 0
    shots: int = 0  # demonstrations of each instruction that is held out
    seed: int = 0


@dataclass(frozen=True)
class Course:
    """All lessons of a study."""

    demonstrations: tuple[int, ...]  # of the curves
    axes: tuple[str, ...]
    folds: int  # of each axis, the first ones
    shots: tuple[int, ...]
    many: int = ENOUGH
    decided: tuple[str, ...] | None = None  # axes with every fold and seed, the rest once; None: all in all seeds

    def lessons(self, languages: Sequence[str], seeds: Sequence[int], folds: Mapping[str, int]) -> list[Lesson]:
        """The lessons in these languages; folds: how many each axis has in this grammar."""
        once = seeds if self.decided is None else seeds[:1]
        lessons = [Lesson(one, n, seed=seed) for one, n, seed in product(languages, self.demonstrations, once)]
        for axis in self.axes:
            decided = self.decided is not None and axis in self.decided
            every = range(folds[axis] if decided else min(self.folds, folds[axis]))
            each = product(languages, every, self.shots, seeds if decided else once)
            lessons += [Lesson(one, self.many, axis, fold, shots, seed) for one, fold, shots, seed in each]
        return lessons


COURSES = {
    "few": Course((216,), ("phrase",), 1, (0,), 216),
    "default": Course((300, 3_000, 30_000), AXES, 1, (0,)),
    "phrases": Course((300, 3_000, 30_000), AXES, 1, (0,), decided=("phrase",)),
    "all": Course((100, 300, 1_000, 3_000, 10_000, 30_000, 100_000), AXES, 6, (0, 1, 3, 10)),
}


def folds_of(items: pd.DataFrame, axis: str) -> list[NDArray[np.bool_]]:
    """The masks of what is held out together along an axis, fold by fold: (n,) each. None if nothing would be left.

    phrase: a synonym of every task that has several, the first in one fold, the second in the next; color: two at a
    time; kind: one; pairs: a sixth of the combinations of colour and kind.
    """
    if axis == "pairs":
        return list(held_out(items, "pairs").values())
    if axis == "phrase":
        synonyms = items.groupby("task", sort=False).phrase.unique()
        place = {phrase: i for all_ in synonyms if len(all_) > 1 for i, phrase in enumerate(all_)}
        number = items.phrase.map(place).to_numpy(dtype=float, na_value=np.nan)
        return [number == i for i in range(len(set(place.values())))]
    if axis not in TOGETHER:
        raise ValueError(f"axis={axis!r} is unknown; choose one of {', '.join(AXES)}")
    levels, size = list(dict.fromkeys(items[axis])), TOGETHER[axis]
    groups = [levels[i : i + size] for i in range(0, len(levels), size)]
    return [items[axis].isin(group).to_numpy() for group in groups] if len(groups) > 1 else []


def level_of(items: pd.DataFrame, axis: str) -> pd.Series:
    """The level of each instruction along an axis: its phrase, colour, kind, or pair; the text where nothing is out."""
    if axis == NOTHING:
        return items.text
    return items.color + " " + items.kind if axis == "pairs" else items[axis]


def demonstrate(lesson: Lesson, out: NDArray[np.bool_], grammar: Grammar, level: Level, seed: int) -> Demos:
    """The demonstrations of a lesson: without those of what is held out, but for the first few of each."""
    demos = make_demos(grammar, lesson.demonstrations, seed, level=level, progress=False)
    rank = pd.Series(demos.instruction).groupby(demos.instruction).cumcount().to_numpy()
    return demos[~out[demos.instruction] | (rank < lesson.shots)]
