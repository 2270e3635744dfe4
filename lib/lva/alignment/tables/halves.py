"""The best of several choices without the optimism of having looked: choose on one half, score on the other."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from lva.alignment.checks import Array, check_count, check_seed

Scores = Callable[[NDArray[np.int64]], Array]  # of every choice, by the items kept


class BestOfHalves(NamedTuple):
    """What the best of several choices is worth on items that did not choose it."""

    value: Array  # of the choice that the other half made, on average
    optimism: Array  # by how much the largest value of a half is larger
    chosen: Array  # how often each was chosen, as a share


def best_of_halves(scores: Scores, n: int, splits: int = 20, seed: int = 0) -> BestOfHalves:
    """Choose the largest score on a random half of n items, and take the score of that choice on the other half.

    Both halves choose in turn. optimism: the mean of the largest value of a half, less `value`; subtract it from a
    maximum over all items, which is as optimistic or less.
    scores: items kept -> (choices, ...), each entry beyond the choices maximised by itself; value and optimism are
    (...), chosen is (choices, ...).
    """
    check_count(n, "n", least=2)
    check_count(splits, "splits")
    check_seed(seed)
    rng = np.random.default_rng(seed)
    halves = [np.array_split(rng.permutation(n), 2) for _ in range(splits)]
    values = np.array([[scores(np.sort(half)) for half in pair] for pair in halves])  # (splits, 2, choices, ...)
    best = values.argmax(axis=2, keepdims=True)
    honest = np.take_along_axis(values, best[:, ::-1], axis=2).mean(axis=(0, 1, 2))
    choices = np.arange(values.shape[2]).reshape(-1, *[1] * (values.ndim - 3))
    return BestOfHalves(honest, values.max(axis=2).mean(axis=(0, 1)) - honest, (best == choices).mean(axis=(0, 1)))
