"""Retrieval through a fitted map: can an unseen item of one space be found by its image from the other?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from lva.alignment.checks import Array, as_pair, check_choice, check_k
from lva.alignment.measures.procrustes import compact, rotation
from lva.alignment.measures.similarity import unit_rows
from lva.alignment.measures.ties import tie_tolerance

MAPPINGS = ("procrustes", "ridge", "none")


@dataclass(frozen=True)
class Retrieval:
    """Share of items whose own image is among the k nearest candidates, in both directions."""

    forward: float  # from x, found in y
    backward: float  # from y, found in x
    forward_items: Array  # (n,) per item, fractional where ties are
    backward_items: Array
    chance: float  # k / n
    held_out: bool  # False: the map was fitted on the items it is tested on; 1.0 even for noise if d >= n


@dataclass(frozen=True)
class Protocol:
    """How a map is fitted and tested; the fields are arguments of `retrieval_at_k`."""

    k: int
    mapping: str
    fold_of: NDArray[np.int64]  # (n,)
    components: int
    penalty: float
    csls: int | None
    in_sample: bool


def retrieval_at_k(
    x: ArrayLike,
    y: ArrayLike,
    k: int = 1,
    mapping: str = "procrustes",
    folds: int | Sequence[int] = 6,
    components: int = 20,
    penalty: float = 0.1,
    csls: int | None = None,
    in_sample: bool = False,
    seed: int = 0,
) -> Retrieval:
    """Retrieve each item through a map fitted on the other folds.

    For each fold, from the other folds alone: centre both spaces, take their leading principal components, fit
    a rotation (`procrustes`) or a ridge regression; then map the fold's items and rank all n items of the
    target by cosine. `none` compares raw rows, for d1 = d2. An item tied with others counts by
    the chance that a random tie-break puts it within k.
    folds: their number, or a fold label per item (to hold out, say, a whole color). components: at most
    as many as the training items span in both spaces. penalty: of the ridge, in units of the mean variance of a
    component. csls: size of the neighbourhoods that correct for hubs, 2 cos - r_target - r_query, counted among
    the fold's items, so that no fitted item enters. in_sample: fit on all items, and be labelled so.
    x: (n, d1), y: (n, d2) -> in [0, 1], chance k / n. Ref.: Conneau et al., *Word translation without parallel
    data*, 2018 (CSLS).
    """
    x, y = as_pair(x, y, least=4)
    check_choice(mapping, MAPPINGS, "mapping")
    check_k(k, len(x))
    if mapping == "none" and x.shape[1] != y.shape[1]:
        raise ValueError(f"mapping='none' needs equal dimensions, got {x.shape[1]} and {y.shape[1]}; fit a mapping")
    protocol = Protocol(k, mapping, as_folds(folds, len(x), seed), components, penalty, csls, in_sample)
    forward, backward = both_ways(x, y, protocol)
    held_out = mapping == "none" or not in_sample
    return Retrieval(float(forward.mean()), float(backward.mean()), forward, backward, k / len(x), held_out)


def as_folds(folds: int | Sequence[int], n: int, seed: int) -> NDArray[np.int64]:
    """Return the fold of each item: at random and of equal size (to one item), or the labels given."""
    if isinstance(folds, int):
        if not 2 <= folds <= n:
            raise ValueError(f"folds={folds} must lie between 2 and the {n} items")
        return np.random.default_rng(seed).permutation(np.arange(n) % folds)
    labels = np.unique(np.asarray(folds), return_inverse=True)[1]
    if len(labels) != n or labels.max() == 0:
        raise ValueError(f"folds labels {len(labels)} items in {labels.max() + 1} folds, expected {n} in 2 or more")
    return labels


def both_ways(x: Array, y: Array, protocol: Protocol) -> tuple[Array, Array]:
    """Return for each item the chance that it is found among the k nearest, from x in y and from y in x: (n,)."""
    forward, backward = np.empty(len(x)), np.empty(len(x))
    tolerance = tie_tolerance(max(x.shape[1], y.shape[1]), scale=4.0)  # the largest |2 cos - r - r|
    fitted = protocol.mapping != "none"
    if fitted:
        x, y = compact(x), compact(y)
    for fold in np.unique(protocol.fold_of):
        test = np.flatnonzero(protocol.fold_of == fold)
        train = np.arange(len(x)) if protocol.in_sample else np.flatnonzero(protocol.fold_of != fold)
        a, b = components_of(x, y, train, protocol.components) if fitted else (x, y)
        forward[test] = hits(a[test] @ fit(a[train], b[train], protocol), b, test, protocol, tolerance)
        backward[test] = hits(b[test] @ fit(b[train], a[train], protocol), a, test, protocol, tolerance)
    return forward, backward


def components_of(x: Array, y: Array, train: NDArray, components: int) -> tuple[Array, Array]:
    """Project all items of both spaces on equally many principal components of the training items: (n, r)."""
    if len(train) < 3:
        raise ValueError(f"{len(train)} training items are too few to fit a map, expected 3; change folds")
    a, b = principal_components(x, train), principal_components(y, train)
    r = min(components, a.shape[1], b.shape[1])
    if r == 0:
        raise ValueError("a space does not vary over the training items of a fold; change folds")
    return a[:, :r], b[:, :r]


def fit(a: Array, b: Array, protocol: Protocol) -> Array:
    """Return the map that takes the training items `a: (m, r)` to `b: (m, r)`: (r, r)."""
    if protocol.mapping == "none":
        return np.eye(a.shape[1])
    if protocol.mapping == "procrustes":
        return rotation(a, b)
    covariance = a.T @ a
    ridge = protocol.penalty * np.trace(covariance) / len(covariance) * np.eye(len(covariance))
    return np.linalg.solve(covariance + ridge, a.T @ b)


def principal_components(x: Array, train: NDArray) -> Array:
    """Project all items on the principal components of the training items, as many as these span: (n, rank)."""
    x = x - x[train].mean(axis=0)
    _, s, Vt = np.linalg.svd(x[train], full_matrices=False)
    return x @ Vt[s > max(x.shape) * np.finfo(np.float64).eps * max(s[0], np.abs(x).max())].T


def hits(queries: Array, candidates: Array, truth: NDArray, protocol: Protocol, tolerance: float) -> Array:
    """Return the chance that candidate `truth[i]` is among the k most similar to query i: (queries,)."""
    S = unit_rows(queries, name="the mapped items") @ unit_rows(candidates, name="the candidates").T
    if protocol.csls is not None:
        S = 2 * S - top_mean(S, protocol.csls, axis=1) - top_mean(S, protocol.csls, axis=0)
    own = S[np.arange(len(S)), truth][:, None]
    above = (S - own > tolerance).sum(axis=1)
    tied = (np.abs(S - own) <= tolerance).sum(axis=1)
    return np.clip((protocol.k - above) / tied, 0.0, 1.0)


def top_mean(S: Array, size: int, axis: int) -> Array:
    """Return the mean of the `size` largest similarities along an axis, kept for broadcasting."""
    size = min(size, S.shape[axis])
    return np.sort(S, axis=axis).take(range(-size, 0), axis=axis).mean(axis=axis, keepdims=True)
