"""The hypothesis as a space: a word is itself plus all that was read so far, with one weight for both.

Everything here is computed from the sentences alone, but for the weight, which is fitted to a model in one order.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray

from lva.studies.prefix.orders import Sentence

Array = NDArray[np.float64]
WEIGHTS = np.linspace(0, 1, 51)  # that are tried


def prefix_space(sentences: Sequence[Sentence], weight: float) -> Array:
    """The mean over its words of sqrt(1 - w) e(word) + sqrt(w) e(prefix), e one-hot: (n, words + prefixes).

    The inner product of two sentences is (1 - w) * words + w * prefixes: the share of pairs of positions that hold the
    same word, and of those that have read the same. weight: 0 is a bag of words, 1 knows only how sentences begin.
    """
    words = share_of_each([sentence.read for sentence in sentences])
    prefixes = share_of_each([sentence.prefixes for sentence in sentences])
    return np.hstack([np.sqrt(1 - weight) * words, np.sqrt(weight) * prefixes])


def share_of_each(parts: Sequence[Sequence[Hashable]]) -> Array:
    """How large a share of each sequence every distinct part is: (n, distinct)."""
    column = {part: i for i, part in enumerate(dict.fromkeys(part for row in parts for part in row))}
    shares = np.zeros((len(parts), len(column)))
    for row, own in zip(shares, parts):
        np.add.at(row, [column[part] for part in own], 1 / len(own))
    return shares


def fit_weight(x: ArrayLike, sentences: Sequence[Sentence]) -> tuple[float, float]:
    """The weight whose cosines correlate best with those of a space `x: (n, d)`, and that correlation (Pearson)."""
    words, prefixes = (space @ space.T for space in (prefix_space(sentences, 0.0), prefix_space(sentences, 1.0)))
    x = np.asarray(x, dtype=np.float64)
    own = cosines(x @ x.T)
    fits = [np.corrcoef(own, cosines((1 - w) * words + w * prefixes))[0, 1] for w in WEIGHTS]
    best = int(np.argmax(fits))
    return float(WEIGHTS[best]), float(fits[best])


def cosines(kernel: Array) -> Array:
    """The cosines of all pairs of items, from their inner products: (n, n) -> (n (n - 1) / 2,)."""
    length = np.sqrt(np.diag(kernel))
    return (kernel / np.outer(length, length))[np.triu_indices(len(kernel), 1)]
