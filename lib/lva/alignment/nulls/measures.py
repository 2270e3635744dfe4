"""The measures that nulls, intervals and tables share: a space is prepared once, then compared many times."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from lva.alignment.checks import Array, as_given, as_space, check_choice, check_k
from lva.alignment.measures.cka import gram
from lva.alignment.measures.neighbourhoods import neighbourhood_size, warn_if_coarse
from lva.alignment.measures.neighbours import neighbours
from lva.alignment.measures.partial import residual
from lva.alignment.measures.procrustes import configuration
from lva.alignment.measures.rsa import dissimilarity
from lva.alignment.measures.similarity import METRICS
from lva.alignment.nulls.permuted import (
    Permutations,
    classes,
    correlation_permuted,
    overlap_permuted,
    procrustes_permuted,
)

KINDS = ("precision", "cka", "rsa", "procrustes")
COMPARE = {
    "precision": overlap_permuted,
    "cka": correlation_permuted,
    "rsa": correlation_permuted,
    "procrustes": procrustes_permuted,
}


@dataclass(frozen=True)
class Prepared:
    """A space made ready: all that its measures need, and nothing that a permutation changes."""

    n: int
    parts: dict[str, Any]  # kind -> Classes, centred matrix or configuration


@dataclass(frozen=True)
class Measures:
    """Which measures, and how each is computed."""

    kinds: tuple[str, ...] = ("precision", "cka", "rsa")  # of KINDS; procrustes costs an SVD per permutation
    k_max: int | None = None  # P@1 .. P@k_max; None: by `neighbourhood_size` of the items, see `sized`
    metric: str = "cosine"  # of the neighbours
    center: bool = False  # subtract the mean item before neighbours are taken
    distance: str = "cosine"  # of RSA; correlation depends on the basis of a space
    compare: str = "spearman"  # of RSA: spearman or pearson (kendall has no fast null)
    debiased: bool = True  # CKA

    def __post_init__(self) -> None:
        for kind in self.kinds:
            check_choice(kind, KINDS, "kind")
        check_choice(self.metric, METRICS, "metric")
        check_choice(self.distance, METRICS, "distance")
        check_choice(self.compare, ("spearman", "pearson"), "compare")

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the statistics, in order: P@1, ..., P@k_max, cka, rsa, procrustes."""
        if "precision" not in self.kinds:
            return self.kinds
        if self.k_max is None:
            raise ValueError("k_max=None has no names before the number of items is known; call sized(n) first")
        curve = [f"P@{k}" for k in range(1, self.k_max + 1)]
        return tuple(name for kind in self.kinds for name in (curve if kind == "precision" else [kind]))

    def sized(self, n: int) -> Measures:
        """Return the same measures with `k_max` set for `n` items; warns where chance overlaps are large."""
        if "precision" not in self.kinds:
            return self
        measures = self if self.k_max is not None else replace(self, k_max=neighbourhood_size(n))
        check_k(measures.k_max, n)
        warn_if_coarse(measures.k_max, n)
        return measures

    def prepare(self, x: ArrayLike, given: Sequence[ArrayLike] = (), name: str = "x") -> Prepared:
        """Make a space `x: (n, d)` ready; with `given`, only what these leave of it (cka and rsa)."""
        x = as_space(x, name, least=4)
        Z = as_given(given, len(x), least=4)
        return Prepared(len(x), {kind: self._part(kind, x, Z, name) for kind in self.kinds})

    def _part(self, kind: str, x: Array, Z: list[Array], name: str) -> Any:
        if kind == "cka":
            return residual(gram(x, self.debiased, name), [gram(z, self.debiased, "what is given") for z in Z])
        if kind == "rsa":
            A, *C = (dissimilarity(z, self.distance, self.compare, name) for z in (x, *Z))
            return residual(A, C)
        if Z:
            raise ValueError(f"{kind} has no partial version; use kinds=('cka', 'rsa')")
        if kind == "procrustes":
            return configuration(x, name)
        check_k(self.k_max, len(x))
        return classes(neighbours(x, self.metric, self.center, name), self.k_max)

    def permute(self, x: Prepared, y: Prepared, permutations: Permutations) -> Array:
        """Return every statistic under each permutation of y's items: (permutations, len(names))."""
        if x.n != y.n:
            raise ValueError(f"x has {x.n} items and y has {y.n}; embed the same instructions in both")
        if permutations.shape[1] != x.n or permutations.max(initial=0) >= x.n:
            raise ValueError(f"the permutations are of {permutations.shape[1]} items, and the spaces have {x.n}")
        columns = [COMPARE[kind](x.parts[kind], y.parts[kind], permutations) for kind in self.kinds]
        return np.column_stack(columns)

    def score(self, x: Prepared, y: Prepared) -> Array:
        """Return every statistic of two prepared spaces: (len(names),)."""
        return self.permute(x, y, np.arange(x.n, dtype=np.uint32)[None])[0]


DEFAULTS = Measures()
