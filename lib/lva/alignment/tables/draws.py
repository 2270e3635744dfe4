"""One rule for seeds of agents and draws of references: a statistic is the mean over all of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import product

import numpy as np
from numpy.typing import ArrayLike, NDArray

from lva.alignment.checks import Array

Draws = ArrayLike | Sequence[ArrayLike]  # (n, d), or a list or tuple of them, one per training or random draw


def as_draws(entry: Draws) -> list[NDArray]:
    """Return the embeddings of one space, one per training or draw."""
    return [np.asarray(z) for z in entry] if isinstance(entry, (list, tuple)) else [np.asarray(entry)]


def mean_over_draws(statistic: Callable[..., float | Array], *spaces: Draws) -> float | Array:
    """Mean of a statistic over all draws of each space with all draws of the others."""
    return np.mean([statistic(*draws) for draws in product(*map(as_draws, spaces))], axis=0)
