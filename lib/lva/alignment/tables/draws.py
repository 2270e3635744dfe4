"""One rule for seeds of agents and draws of references: a statistic is the mean over all of them."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence
from itertools import product

import numpy as np
from numpy.typing import ArrayLike

from lva.alignment.checks import Array, as_space

Draws = ArrayLike | Sequence[ArrayLike]  # (n, d), or a list or tuple of them, one per training or random draw


def as_draws(entry: Draws, name: str = "x") -> list[Array]:
    """Return the embeddings of one space, one per training or draw, all of the same items."""
    draws = _listed(entry)
    if not draws:
        raise ValueError(f"{name} has no embedding, expected one per training; leave the space out")
    found = [as_space(z, name) for z in draws]
    if len({len(z) for z in found}) > 1:
        raise ValueError(f"{name} has draws of {[len(z) for z in found]} items; embed the same instructions in all")
    return found


def _listed(entry: Draws) -> Sequence[ArrayLike]:
    return entry if isinstance(entry, (list, tuple)) else [entry]


def count_items(spaces: Mapping[Hashable, Draws]) -> int:
    """Return how many items the spaces have, or raise unless all have the same."""
    if not spaces:
        raise ValueError("no space is given, expected at least one")
    sizes = {name: len(as_draws(draws, str(name))[0]) for name, draws in spaces.items()}
    if len(set(sizes.values())) > 1:
        raise ValueError(f"the spaces have different numbers of items, {sizes}; embed the same instructions")
    return next(iter(sizes.values()))


def mean_over_draws(statistic: Callable[..., float | Array], *spaces: Draws) -> float | Array:
    """Mean of a statistic over all draws of each space with all draws of the others."""
    return np.mean([statistic(*draws) for draws in product(*map(_listed, spaces))], axis=0)
