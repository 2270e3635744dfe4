"""How often each null is rejected where no meaning is shared, and how often where some is: planted spaces."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from lva.alignment import Measures, Null, RelabellingGroup, permutation_null, relabelling_group, relabelling_null
from lva.alignment.tables.pairs import in_threads
from lva.spaces.items import factor_levels, item_table
from lva.spaces.words import bag_of_words, character_trigrams, lexical_spaces, one_hot, tf_idf
from lva.world import load_grammar

Array = NDArray[np.float64]
Rng = np.random.Generator

MEANINGS = {"colour and kind": ("color", "kind"), "colour": ("color",), "kind": ("kind",), "task": ("task",)}
WORDS, CHANCE, GIVEN = "relabelling", "permutation", "permutation, given words"


@dataclass(frozen=True)
class CalibrationConfig:
    """Options of `calibration_study`."""

    grammar: str = "paper"
    runs: int = 200  # pairs of spaces per case
    permutations: int = 199  # of each null
    shares: tuple[float, ...] = (0.02, 0.05, 0.1, 0.2, 0.4)  # of both variances that are the shared meaning
    level: float = 0.05  # at which a null is rejected
    size: int = 128  # dimensions of every space
    seed: int = 0

    def __post_init__(self) -> None:
        if self.runs < 1 or not all(0 < share < 1 for share in self.shares):
            raise ValueError(f"runs={self.runs} must be positive and shares={self.shares} lie between 0 and 1")


class Case(NamedTuple):
    """Two spaces to be made, and the null that they are compared with."""

    null: str
    what: str  # the spaces hold, or share where `share` is above 0
    share: float  # of both variances that is a meaning they share
    make: Callable[[Rng], tuple[Array, Array]]


def calibration_study(config: CalibrationConfig) -> pd.DataFrame:
    """The share of runs in which each null is rejected: one row per case and measure.

    share = 0: no meaning is shared, and the rate is that of false alarms, at most `level` for a valid null. share > 0:
    the power for a shared meaning that makes up this share of the variance of both spaces, beside words.
    """
    world = Planted(config.grammar, config.size)
    cases = [*_without_meaning(world), *_with_meaning(world, config.shares)]

    def rejected(number: str) -> list[dict]:
        case, p = cases[int(number)], []
        for run in range(config.runs):
            x, y = case.make(np.random.default_rng([config.seed, int(number), run]))
            null = world.null(case.null, x, y, config.permutations)
            p.append(null.p)
        rates = pd.DataFrame(p, columns=null.names)[_shown(null)].le(config.level).mean()
        row = {"null": case.null, "grammar": config.grammar, "what": case.what, "share": case.share}
        return [row | {"measure": name, "rejected": rate, "runs": config.runs} for name, rate in rates.items()]

    return pd.DataFrame([row for rows in in_threads(rejected, [(str(i),) for i in range(len(cases))]) for row in rows])


@dataclass(frozen=True)
class Planted:
    """Spaces of a grammar's instructions that hold what is planted in them and nothing else: (n, size) each."""

    grammar: str
    size: int

    @cached_property
    def items(self) -> pd.DataFrame:
        """The instructions."""
        return item_table(load_grammar(self.grammar))

    @cached_property
    def words(self) -> Array:
        """Counts of words."""
        return bag_of_words(self.items.text)

    @cached_property
    def group(self) -> RelabellingGroup:
        """The relabellings that keep all overlaps of words."""
        return relabelling_group(factor_levels(self.items), self.words)

    @cached_property
    def lexical(self) -> list[Array]:
        """What the partial measures are given."""
        return [space.first for space in lexical_spaces(list(self.items.text), 1).values()]

    def null(self, name: str, x: Array, y: Array, permutations: int) -> Null:
        """Compare two spaces with one of the three nulls."""
        if name == WORDS:
            return relabelling_null(x, y, self.group, permutations=permutations)
        measures, given = (Measures(("cka", "rsa")), self.lexical) if name == GIVEN else (Measures(), ())
        return permutation_null(x, y, measures, given, permutations)

    def vectors(self, counts: Array, rng: Rng) -> Array:
        """A Gaussian vector for each column, summed by its counts."""
        return unit(counts @ rng.standard_normal((counts.shape[1], self.size)))

    def of_words(self, rng: Rng) -> Array:
        """A Gaussian vector for each word."""
        return self.vectors(self.words, rng)

    def of_trigrams(self, rng: Rng) -> Array:
        """A Gaussian vector for each sequence of three characters."""
        return self.vectors(character_trigrams(list(self.items.text)), rng)

    def of_meaning(self, factors: Sequence[str], rng: Rng) -> Array:
        """A point on a plane for each level of each factor, so that some levels are more alike than others.

        In many dimensions all levels would be equally far apart, and a relabelling would change nothing.
        """
        points = [
            one_hot(levels) @ rng.standard_normal((levels.nunique(), 2))
            for _, levels in self.items[list(factors)].items()
        ]
        return self.vectors(np.hstack([unit(plane) for plane in points]), rng)

    def with_own_meaning(self, rng: Rng) -> Array:
        """Words, and a meaning of phrases, colours and kinds that no other space has."""
        return mix(0.5, self.of_meaning(("phrase", "color", "kind"), rng), self.of_words(rng))

    def noise(self, rng: Rng) -> Array:
        """No structure at all."""
        return unit(rng.standard_normal((len(self.items), self.size)))


def _without_meaning(world: Planted) -> list[Case]:
    """Pairs of spaces that share no meaning."""
    own, words, noise = world.with_own_meaning, world.of_words, world.noise
    weights = np.exp(np.random.default_rng(0).standard_normal(world.words.shape[1]))
    counted = {
        "TF-IDF": tf_idf(list(world.items.text)),
        "character trigrams": character_trigrams(list(world.items.text)),
    }
    pairs = {
        (WORDS, "own meanings, words"): lambda rng: (own(rng), words(rng)),
        (WORDS, "own meanings, other own meanings"): lambda rng: (own(rng), own(rng)),
        (WORDS, "own meanings, TF-IDF"): lambda rng: (own(rng), counted["TF-IDF"]),
        (WORDS, "own meanings, character trigrams"): lambda rng: (own(rng), counted["character trigrams"]),
        (WORDS, "sub-words on both sides"): lambda rng: (world.of_trigrams(rng), world.of_trigrams(rng)),
        (WORDS, "words of the same weights"): lambda rng: tuple(
            world.vectors(world.words * weights, rng) for _ in range(2)
        ),
        (CHANCE, "noise, noise"): lambda rng: (noise(rng), noise(rng)),
        (CHANCE, "words, words"): lambda rng: (words(rng), words(rng)),
        (GIVEN, "words, words, with noise"): lambda rng: tuple(mix(0.2, noise(rng), words(rng)) for _ in range(2)),
        (GIVEN, "own meanings, other own meanings"): lambda rng: (own(rng), own(rng)),
    }
    return [Case(null, what, 0.0, make) for (null, what), make in pairs.items()]


def _with_meaning(world: Planted, shares: Sequence[float]) -> list[Case]:
    """Pairs of spaces that share a meaning, beside words of their own, or beside noise where words are no rival."""

    def case(null: str, name: str, share: float) -> Case:
        rest = world.noise if null == CHANCE else world.of_words

        def make(rng: Rng) -> tuple[Array, Array]:
            meaning = world.of_meaning(MEANINGS[name], rng)
            return mix(share, meaning, rest(rng)), mix(share, meaning, rest(rng))

        return Case(null, name, share, make)

    planted = [(WORDS, name) for name in MEANINGS] + [(CHANCE, "colour and kind"), (GIVEN, "colour and kind")]
    return [case(null, name, share) for null, name in planted for share in shares]


def unit(x: Array) -> Array:
    """Centre a space and scale it to a mean squared length of 1."""
    x = x - x.mean(axis=0)
    return x / np.sqrt((x * x).sum() / len(x))


def mix(share: float, x: Array, y: Array) -> Array:
    """A space of which, on average, `share` of the variance is x and the rest is y."""
    return np.sqrt(share) * x + np.sqrt(1 - share) * y


def _shown(null: Null) -> list[str]:
    """The statistics that get a row: the widest neighbourhood, cka and rsa."""
    precisions = [name for name in null.names if name.startswith("P@")]
    return [*precisions[-1:], *(name for name in null.names if not name.startswith("P@"))]
