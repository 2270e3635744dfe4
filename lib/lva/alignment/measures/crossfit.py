"""Predict each item of one space from another by a map that has never seen the item."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import ArrayLike, NDArray

from lva.alignment.checks import Array, as_mask, as_pair, check_squares, scaled
from lva.alignment.measures.maps import ANCHORS, FittedMap, Map

PENALTIES = tuple(float(10.0**power) for power in range(-4, 3))
Fold = NDArray[np.bool_]  # (n,): the items that are held out


def cross_fitted(x: ArrayLike, y: ArrayLike, folds: Sequence[ArrayLike], map_: Map) -> Array:
    """Where each item of `x: (n, d1)` falls in the space of `y`, by a map fitted without its fold: (n, d2).

    folds: masks that together hold out every item once. The penalty of a ridge is chosen anew for each fold, by
    `best_penalty` among the items that are not held out.
    """
    x, y = as_pair(x, y, least=ANCHORS + 1)
    _check_sizes(x, y)
    masks = as_folds(folds, len(x))
    found = np.empty_like(y)
    for out in masks:
        inner = [other & ~out for other in masks if other is not out]
        fitted = best_penalty(x, y, ~out, inner, map_) if map_.kind == "ridge" else map_
        found[out] = fitted.fit(x[~out], y[~out]).apply(x[out])
    return found


def best_penalty(x: ArrayLike, y: ArrayLike, known: Fold, inner: Sequence[Fold], map_: Map) -> Map:
    """The ridge of PENALTIES that best predicts, in squared distance, `inner` folds of `known` items from the rest."""
    x, y = as_pair(x, y, least=ANCHORS + 1)
    _check_sizes(x, y)
    known = as_mask(known, len(x), "known")
    inner = [as_mask(out, len(x), "a fold") for out in inner]
    errors = np.zeros(len(PENALTIES))
    for out in inner:
        anchors = known & ~out
        if anchors.sum() < ANCHORS or not out.any():
            continue
        source, target = map_.components_of(x[anchors]), map_.components_of(y[anchors], "y")
        for i, penalty in enumerate(PENALTIES):
            image = replace(map_, penalty=penalty).between(source, target).apply(x[out])
            errors[i] += np.square(image - y[out]).sum()
    return replace(map_, penalty=PENALTIES[int(errors.argmin())])


def fit_known(x: ArrayLike, y: ArrayLike, known: ArrayLike, map_: Map) -> FittedMap:
    """Fit a ridge on the known items alone, (n,) bool; its penalty is the best among thirds of them."""
    x, y = as_pair(x, y, least=ANCHORS + 1)
    known = as_mask(known, len(x), "known")
    thirds = [known & (np.cumsum(known) % 3 == i) for i in range(3)]
    return best_penalty(x, y, known, thirds, map_).fit(x[known], y[known])


def explained_variance(y: ArrayLike, predicted: ArrayLike) -> float:
    """1 - |y - predicted|^2 / |y - mean|^2: 1 for a perfect prediction, 0 for the mean, and below for worse."""
    y, predicted = as_pair(y, predicted)
    if y.shape != predicted.shape:
        raise ValueError(f"y has {y.shape[1]} dimensions and predicted {predicted.shape[1]}; predict in y's space")
    _check_sizes(y, predicted)
    first = y[0]
    y, exponent = scaled(y - first)
    if not y.any():
        raise ValueError("all items of y are the same, so there is no variance to explain; check the space")
    predicted = np.ldexp(predicted - first, -exponent)
    check_squares(predicted, "predicted, beside the variance of y,")
    return float(1 - np.square(y - predicted).sum() / np.square(y - y.mean(axis=0)).sum())


def _check_sizes(x: Array, y: Array) -> None:
    check_squares(x, "x")
    check_squares(y, "y")


def as_folds(folds: Sequence[ArrayLike], n: int) -> list[Fold]:
    """Return the folds as masks, or raise unless each item is held out by exactly one of two or more."""
    masks = [as_mask(fold, n, f"folds[{i}]") for i, fold in enumerate(folds)]
    if len(masks) < 2:
        raise ValueError(f"folds holds {len(masks)} masks of items, expected two or more")
    held_out = np.sum(masks, axis=0)
    if (held_out != 1).any() or any(mask.all() or not mask.any() for mask in masks):
        item = int(np.flatnonzero(held_out != 1)[0]) if (held_out != 1).any() else 0
        raise ValueError(
            f"the folds hold out item {item} {held_out[item]} times; each must be held out once, for a map that has "
            f"seen an item says nothing about it"
        )
    return masks
