"""Labels beside what they name, moved apart where they would overlap."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike
from scipy.optimize import isotonic_regression

from lva.alignment.checks import Array


def spread_out(wanted: ArrayLike, sizes: ArrayLike, low: float = -np.inf, high: float = np.inf) -> Array:
    """Places for labels of these sizes: as close to the wanted places as possible, in their order, without overlap.

    argmin sum (x_i - wanted_i)^2 with x_{i+1} - x_i >= (size_i + size_{i+1}) / 2: a monotone regression after the
    sizes are taken off. Moved into [low, high] as far as there is room.
    wanted, sizes: (n,) -> (n,)
    """
    wanted, sizes = np.asarray(wanted, dtype=float), np.asarray(sizes, dtype=float)
    order = np.argsort(wanted, kind="stable")
    before = np.cumsum(sizes[order]) - sizes[order] / 2  # the centres of labels that stand side by side
    start = isotonic_regression(wanted[order] - before).x
    start = np.maximum(np.minimum(start, high - sizes.sum()), low)
    places = np.empty_like(wanted)
    places[order] = start + before
    return places
