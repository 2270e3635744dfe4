"""Ties: when two computed similarities are the same number, and what ranks they then share.

Bags of words have few distinct cosines, and most neighbours tie. Floating point breaks such ties at
random, differently for every order of the rows; so values closer than the rounding error count as equal.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from lva.alignment.checks import Array


def tie_tolerance(d: int, scale: float = 1.0) -> float:
    """Return the difference below which two similarities of `d`-dimensional rows count as equal.

    4 (d + 2) eps scale. A cosine computed in float64 is off by at most 2 (d + 2) u with u = eps / 2 (Higham,
    *Accuracy and Stability of Numerical Algorithms*, 2002, section 3.1), so two equal ones differ by at most
    2 (d + 2) eps; the factor 2 on top allows for rows that were themselves computed, e.g. rotated. `scale`
    is the largest magnitude a similarity can have, 1 for cosines. Data are taken as given: rounding
    that happened before (float16, float32) is not a tie.
    """
    return 4 * (d + 2) * np.finfo(np.float64).eps * scale


def tie_groups(ordered: Array, tolerance: float) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Group equal neighbours in rows of sorted values.

    ordered: (m, l), each row sorted either way. Returns `first` and `size`, both (m, l): the position
    at which an entry's group starts and the number of entries in it. Consecutive entries at most
    `tolerance` apart belong together.
    """
    _, length = ordered.shape
    starts = np.ones(ordered.shape, dtype=bool)
    starts[:, 1:] = np.abs(np.diff(ordered, axis=1)) > tolerance
    position = np.arange(length)
    first = np.maximum.accumulate(np.where(starts, position, 0), axis=1)
    ends = np.ones(ordered.shape, dtype=bool)
    ends[:, :-1] = starts[:, 1:]
    last = np.minimum.accumulate(np.where(ends, position, length)[:, ::-1], axis=1)[:, ::-1]
    return first, last - first + 1


def average_ranks(values: Array, tolerance: float) -> Array:
    """Rank `values: (l,)` from 1, equal values sharing the average of their ranks."""
    order = np.argsort(values, kind="quicksort")  # equal values share their rank, in any order
    first, size = tie_groups(values[order][None], tolerance)
    ranks = np.empty(len(values))
    ranks[order] = first[0] + (size[0] + 1) / 2
    return ranks
