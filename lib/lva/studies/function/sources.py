"""Where the vectors come from that drive the agent, and their controls."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from lva.alignment import relabelling_group
from lva.spaces import Subjects, bag_of_words, factor_levels
from lva.spaces.agents import AGENT

SAME, OTHER_SEED, CONSTANT, NOISE = "the same agent", "another agent", "its mean", "noise"
PERMUTED, RELABELLED = "rows permuted", "meanings shuffled"
CONTROLS = (PERMUTED, RELABELLED)
LEFT_OUT = ("instruction length",)  # a number, which has no directions to map


@dataclass(frozen=True, eq=False, repr=False)
class Source:
    """A space whose vectors drive the agent through a map."""

    name: str
    kind: str  # of a space, or `bound`: what nothing exceeds or falls below
    vectors: NDArray[np.float64]  # (instructions, d)
    control: str = ""  # of CONTROLS: the same numbers with their meaning taken away

    def __repr__(self) -> str:
        return f"Source({self.name!r}, {self.kind}{f', {self.control}' if self.control else ''})"


def sources_of(subjects: Subjects, seed: int) -> list[Source]:
    """Everything that drives the agent of one seed; of spaces with several draws the one of that number.

    References, trained and untrained; words alone, single words, factors and behaviour; another seed of the agent (the
    ceiling), the agent itself, its mean (the floor), and noise with its spectrum. Each trained reference also with its
    rows permuted and with its meanings shuffled.
    """
    kinds = ("reference", "untrained", "words", "static", "behaviour")
    spaces = [space for space in subjects.every.of(*kinds).without(LEFT_OUT).values() if space.family != AGENT]
    sources = [Source(s.name, s.kind, np.asarray(s.draws[seed % len(s.draws)], np.float64)) for s in spaces]
    rng = np.random.default_rng(seed)
    controls = [
        made for source in sources if source.kind == "reference" for made in controls_of(source, subjects.items, rng)
    ]
    return [*sources, *controls, *_bounds(subjects, seed, rng)]


def _bounds(subjects: Subjects, seed: int, rng: np.random.Generator) -> list[Source]:
    draws = subjects.agent.draws
    own = np.asarray(draws[seed], np.float64)
    others = {OTHER_SEED: draws[(seed + 1) % len(draws)]} if len(draws) > 1 else {}
    bounds = {SAME: own, CONSTANT: np.broadcast_to(own.mean(axis=0), own.shape), NOISE: _noise_like(own, rng)}
    return [Source(name, "bound", np.asarray(x, np.float64)) for name, x in {**bounds, **others}.items()]


def controls_of(source: Source, items: pd.DataFrame, rng: np.random.Generator) -> list[Source]:
    """The same space with another row for each instruction, and with its colours, kinds and phrases renamed."""
    group = relabelling_group(factor_levels(items), bag_of_words(items.text))
    renamed = next(drawn for drawn in group.sample(100, int(rng.integers(2**31))) if _differs(drawn))
    orders = {PERMUTED: rng.permutation(len(items)), RELABELLED: renamed}
    return [replace(source, vectors=source.vectors[order], control=name) for name, order in orders.items()]


def _differs(order: NDArray) -> bool:
    """Whether a relabelling moves at least half of the items."""
    return bool((order != np.arange(len(order))).mean() >= 0.5)


def _noise_like(own: NDArray[np.float64], rng: np.random.Generator) -> NDArray[np.float64]:
    """Noise with the spectrum of a space: its principal components with random coordinates of the items."""
    _, s, Vt = np.linalg.svd(own - own.mean(axis=0), full_matrices=False)
    rank = int((s > 1e-9 * s[0]).sum())
    draw = rng.standard_normal((len(own), rank))
    U = np.linalg.qr(draw - draw.mean(axis=0))[0]
    return U * s[:rank] @ Vt[:rank]
