"""The renamings of factor levels that keep every word-overlap relation, and what they do to the items."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from math import factorial, prod

import numpy as np
from numpy.typing import ArrayLike, NDArray

from lva.alignment.checks import as_space, scaled
from lva.alignment.measures.ties import tie_groups, tie_tolerance
from lva.alignment.nulls.permuted import Permutations

LISTED = 50_000  # a factor with more allowed permutations (nine equal levels have 362,880) is sampled, not listed


@dataclass(frozen=True)
class LevelGroup:
    """The allowed permutations of one factor's levels, listed, or as shuffles within classes."""

    size: int
    elements: NDArray[np.int64] | None  # (size, levels): all of them, where they are few enough
    classes: tuple[NDArray[np.int64], ...]  # levels of which any two can be swapped

    def sample(self, count: int, rng: np.random.Generator) -> NDArray[np.int64]:
        """Draw `count` permutations uniformly, with replacement: (count, levels)."""
        if self.elements is not None:
            return self.elements[rng.integers(len(self.elements), size=count)]
        drawn = np.tile(np.arange(sum(map(len, self.classes))), (count, 1))
        for levels in self.classes:
            drawn[:, levels] = rng.permuted(drawn[:, levels], axis=1)
        return drawn


@dataclass(frozen=True)
class RelabellingGroup:
    """All allowed relabellings: one permutation of levels per factor, in every combination."""

    factors: NDArray[np.int64]  # (n, f): the level of each factor for each item, from 0
    groups: tuple[LevelGroup, ...]  # one per factor

    @property
    def size(self) -> int:
        """Number of relabellings, the identity included."""
        return prod(group.size for group in self.groups)

    def every(self) -> Permutations:
        """Return every relabelling as a permutation of the items: (size, n)."""
        index = np.indices([group.size for group in self.groups]).reshape(len(self.groups), -1)
        return self._on_items([group.elements[i] for group, i in zip(self.groups, index)])

    def sample(self, count: int, seed: int) -> Permutations:
        """Draw relabellings uniformly, with replacement, as permutations of the items: (count, n)."""
        rng = np.random.default_rng(seed)
        return self._on_items([group.sample(count, rng) for group in self.groups])

    def _on_items(self, renamed: Sequence[NDArray[np.int64]]) -> Permutations:
        """Turn level permutations, (count, levels) per factor, into item permutations (count, n)."""
        strides = item_strides(self.factors)
        item_of = np.empty(len(self.factors), dtype=np.uint32)
        item_of[self.factors @ strides] = np.arange(len(self.factors))
        code = sum(g[:, self.factors[:, f]] * strides[f] for f, g in enumerate(renamed))
        return item_of[code]


def relabelling_group(
    factors: ArrayLike, words: ArrayLike | None, vary: Collection[int] | None = None
) -> RelabellingGroup:
    """Find the renamings of levels that keep every word-overlap relation.

    factors: (n, f), the level of each factor for each item; the items are the full product of the levels, once each.
    words: (n, v) counts of words (or any lexical embedding whose Gram matrix is to be kept); None keeps
    nothing and allows every permutation, which is right only if all levels have equally many words and share
    none. vary: the factors to rename, by column, all by default; the others keep their levels.
    """
    levels = as_levels(factors)
    vary = range(levels.shape[1]) if vary is None else vary
    if not set(vary) <= set(range(levels.shape[1])):
        raise ValueError(f"vary={sorted(vary)} must name columns of factors, 0..{levels.shape[1] - 1}")
    same = np.zeros((len(levels), len(levels)), dtype=np.int64) if words is None else overlap_classes(words)
    if len(same) != len(levels):
        raise ValueError(f"words has {len(same)} items, factors {len(levels)}; give both for the same instructions")
    groups = [level_group(level_relations(same, levels, f), f in vary) for f in range(levels.shape[1])]
    return RelabellingGroup(levels, tuple(groups))


def as_levels(factors: ArrayLike) -> NDArray[np.int64]:
    """Number the levels of each factor from 0, and check that the items are their full product."""
    factors = np.asarray(factors)
    if factors.ndim != 2 or factors.shape[1] == 0:
        raise ValueError(f"factors has shape {factors.shape}, expected (items, factors); one column per factor")
    levels = np.stack([np.unique(column, return_inverse=True)[1] for column in factors.T], axis=1)
    combinations, distinct = prod((levels.max(axis=0) + 1).tolist()), len(np.unique(levels, axis=0))
    if not len(levels) == distinct == combinations:
        raise ValueError(
            f"{len(levels)} items hold {distinct} of the {combinations} combinations of levels, expected each once; "
            f"give a grammar that is a full product of its factors"
        )
    return levels


def item_strides(levels: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the strides that turn an item's levels into its number in the product, last factor fastest: (f,)."""
    counts = levels.max(axis=0) + 1
    return np.append(np.cumprod(counts[:0:-1])[::-1], 1)


def overlap_classes(words: ArrayLike) -> NDArray[np.int64]:
    """Number the distinct values of the Gram matrix of `words: (n, v)`, equal up to rounding: (n, n)."""
    words, _ = scaled(as_space(words, "words"))
    K = (words @ words.T).ravel()
    order = np.argsort(K, kind="stable")
    first, _ = tie_groups(K[order][None], tie_tolerance(words.shape[1], float(np.abs(K).max())))
    number = np.empty(len(K), dtype=np.int64)
    number[order] = first[0]
    return number.reshape(len(words), len(words))


def level_relations(same: NDArray[np.int64], levels: NDArray[np.int64], f: int) -> NDArray[np.int64]:
    """Number the relation of levels a, b of factor `f`, equal where item overlaps are equal in every context: (L, L).

    The block of levels a, b holds K((a, u), (b, v)) for all levels u, v of the other factors. A permutation of
    the levels of f alone keeps K if and only if it keeps these numbers; so their automorphisms are exact.
    """
    others = np.delete(levels, f, axis=1)
    order = np.lexsort((*others.T, levels[:, f]))
    count = levels[:, f].max() + 1
    rest = len(levels) // count
    blocks = same[np.ix_(order, order)].reshape(count, rest, count, rest).swapaxes(1, 2)
    _, number = np.unique(blocks.reshape(count * count, -1), axis=0, return_inverse=True)
    return number.reshape(count, count)


def level_group(C: NDArray[np.int64], free: bool) -> LevelGroup:
    """Return the permutations of levels that keep the relations `C: (L, L)`; only the identity unless `free`."""
    if not free:
        return LevelGroup(1, np.arange(len(C))[None], ())
    elements = automorphisms(C)
    if elements is not None:
        return LevelGroup(len(elements), elements, ())
    classes = exchangeable(C)
    return LevelGroup(prod(factorial(len(levels)) for levels in classes), None, classes)


def automorphisms(C: NDArray[np.int64]) -> NDArray[np.int64] | None:
    """List all g with C[g a, g b] = C[a, b], level after level: (m, L); None beyond LISTED."""
    g = np.empty((1, 0), dtype=np.int64)
    for a in range(len(C)):
        fits = np.tile(np.diag(C) == C[a, a], (len(g), 1))
        for c in range(a):
            fits &= np.equal(C[:, g[:, c]].T, C[a, c])
            fits[np.arange(len(g)), g[:, c]] = False
        rows, image = np.nonzero(fits)
        if len(rows) > LISTED:
            return None
        g = np.column_stack([g[rows], image])
    return g


def exchangeable(C: NDArray[np.int64]) -> tuple[NDArray[np.int64], ...]:
    """Split the levels into classes of which any two members can be swapped without changing `C`.

    Shuffles within classes are a subgroup of the automorphisms: a valid null for factors too large to list.
    """
    classes: list[list[int]] = []
    for a in range(len(C)):
        for members in classes:
            b = members[0]
            others = np.delete(np.arange(len(C)), [a, b])
            if C[a, a] == C[b, b] and C[a, b] == C[b, a] and (C[a, others] == C[b, others]).all():
                members.append(a)
                break
        else:
            classes.append([a])
    return tuple(np.array(members) for members in classes)
