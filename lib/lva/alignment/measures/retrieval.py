"""Retrieval through a fitted map: can an unseen item of one space be found by its image from the other?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from lva.alignment.checks import Array, as_pair, check_count, check_k, scaled
from lva.alignment.measures.maps import Map
from lva.alignment.measures.procrustes import compact
from lva.alignment.measures.similarity import unit_rows
from lva.alignment.measures.ties import tie_tolerance

LEAST = 3  # fewest items that a map is fitted on
ROTATION = Map("orthogonal")


@dataclass(frozen=True)
class Retrieval:
    """Share of items whose own image is among the k nearest candidates, in both directions."""

    forward: float  # from x, found in y
    backward: float  # from y, found in x
    forward_items: Array  # (n,) per item, fractional where there are ties
    backward_items: Array
    chance: float  # k / n
    held_out: bool  # False: the map was fitted on the items it is tested on; 1.0 even for noise if d >= n


@dataclass(frozen=True)
class RetrievalProtocol:
    """How the map between two spaces is fitted and tested."""

    map: Map | None = ROTATION  # None compares raw rows, for d1 = d2
    folds: int | Sequence[int] = 6  # how many random ones, or the fold of each item
    csls: int | None = None  # neighbours that correct for hubs: 2 cos - r_target - r_query; None: plain cosine
    in_sample: bool = False  # fit on all items; the result says so
    seed: int = 0  # of the folds

    def __post_init__(self) -> None:
        if self.csls is not None:
            check_count(self.csls, "csls")


HELD_OUT = RetrievalProtocol()


def retrieval_at_k(x: ArrayLike, y: ArrayLike, k: int = 1, protocol: RetrievalProtocol = HELD_OUT) -> Retrieval:
    """Retrieve each item through a map fitted on the other folds.

    For each fold, a `Map` is fitted on the other folds alone; it takes the fold's items to the target's principal
    components, where all n items of the target are ranked by cosine. An item tied with others counts by the chance
    that a random tie-break takes it. With CSLS the neighbourhoods are counted among the fold's items, so that no
    fitted item enters.
    Unique, and unchanged by a rotation of either space, where the map is: see `Map`. Do not use it for spaces that are
    uncorrelated in some direction, such as a factor's one-hots with a space that does not know the factor.
    x: (n, d1), y: (n, d2) -> in [0, 1], chance k / n. Ref.: Conneau et al., *Word translation without parallel
    data*, 2018 (CSLS).
    """
    x, y = (scaled(z)[0] for z in as_pair(x, y, least=4))
    check_k(k, len(x))
    if protocol.map is None and x.shape[1] != y.shape[1]:
        raise ValueError(f"map=None needs equal dimensions, got {x.shape[1]} and {y.shape[1]}; fit a map")
    fold_of = as_folds(protocol.folds, len(x), protocol.seed)
    forward, backward = both_ways(x, y, k, fold_of, protocol)
    held_out = protocol.map is None or not protocol.in_sample
    return Retrieval(float(forward.mean()), float(backward.mean()), forward, backward, k / len(x), held_out)


def as_folds(folds: int | Sequence[int], n: int, seed: int) -> NDArray[np.int64]:
    """Return the fold of each item: at random and of equal size (within one item), or the labels given."""
    if isinstance(folds, int):
        if not 2 <= folds <= n:
            raise ValueError(f"folds={folds} must lie between 2 and the {n} items")
        return np.random.default_rng(seed).permutation(np.arange(n) % folds)
    labels = np.unique(np.asarray(folds), return_inverse=True)[1]
    if len(labels) != n or labels.max() == 0:
        raise ValueError(f"folds labels {len(labels)} items in {labels.max() + 1} folds, expected {n} in 2 or more")
    return labels


def both_ways(
    x: Array, y: Array, k: int, fold_of: NDArray[np.int64], protocol: RetrievalProtocol
) -> tuple[Array, Array]:
    """Return for each item the chance that it is found among the k nearest, from x in y and from y in x: (n,)."""
    if protocol.map is not None:
        x, y = compact(x), compact(y)
    forward, backward = np.empty(len(x)), np.empty(len(x))
    tolerance = tie_tolerance(max(x.shape[1], y.shape[1]), scale=4.0)  # the largest |2 cos - r - r|
    for fold in np.unique(fold_of):
        test = np.flatnonzero(fold_of == fold)
        train = np.arange(len(x)) if protocol.in_sample else np.flatnonzero(fold_of != fold)
        for chances, (queries, candidates) in zip((forward, backward), through(protocol.map, x, y, train)):
            chances[test] = hits(similarities(queries[test], candidates, protocol.csls), test, k, tolerance)
    return forward, backward


def through(kind: Map | None, x: Array, y: Array, train: NDArray[np.int64]) -> list[tuple[Array, Array]]:
    """Return images of all items and the items they are compared with, from x to y and from y to x: (n, r) each."""
    if kind is None:
        return [(x, y), (y, x)]
    if len(train) < LEAST:
        raise ValueError(f"{len(train)} training items are too few to fit a map, expected {LEAST}; change folds")
    a, b = kind.components_of(x[train], "x"), kind.components_of(y[train], "y")
    there, back = kind.between(a, b), kind.between(b, a)
    return [(there.image(x), there.target.project(y)), (back.image(y), back.target.project(x))]


def similarities(queries: Array, candidates: Array, csls: int | None) -> Array:
    """Return the cosines of queries with candidates, corrected for hubs by CSLS if asked: (queries, candidates)."""
    S = unit_rows(queries, name="the mapped items") @ unit_rows(candidates, name="the candidates").T
    if csls is not None and csls > min(S.shape):
        raise ValueError(
            f"csls={csls} neighbours are more than the {min(S.shape)} items of a fold; lower csls or folds"
        )
    return S if csls is None else 2 * S - top_mean(S, csls, axis=1) - top_mean(S, csls, axis=0)


def hits(S: Array, truth: NDArray[np.int64], k: int, tolerance: float) -> Array:
    """Return the chance that candidate `truth[i]` is among the k most similar to query i: (queries,)."""
    own = S[np.arange(len(S)), truth][:, None]
    above = (S - own > tolerance).sum(axis=1)
    tied = (np.abs(S - own) <= tolerance).sum(axis=1)
    return np.clip((k - above) / tied, 0.0, 1.0)


def top_mean(S: Array, size: int, axis: int) -> Array:
    """Return the mean of the `size` largest similarities along an axis, kept for broadcasting."""
    size = min(size, S.shape[axis])
    return np.sort(S, axis=axis).take(range(-size, 0), axis=axis).mean(axis=axis, keepdims=True)
