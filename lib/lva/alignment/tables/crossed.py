"""Intervals for items that are a product of factors: whole levels are left out, not single items.

An instruction shares its phrase, its colour and its kind with others, so instructions are no independent sample; a
statement about other phrases or colours than these is as certain as these are few.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from itertools import combinations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from lva.alignment.checks import Array, as_labels, check_count
from lva.alignment.tables.intervals import Component, Interval, combined, over_trainings

Statistic = Callable[[NDArray[np.int64]], float | Array]  # of the items kept, by index


def rescaled(k: int, kept: int, n: int) -> int:
    """Return the k for `kept` of `n` items that takes the same share of the others, at least 1.

    With the same k, an item would look further for its neighbours the fewer items there are.
    """
    check_count(n, "n", least=2)
    check_count(kept, "kept")
    check_count(k, "k")
    return max(1, round(k * (kept - 1) / (n - 1)))


def crossed_jackknife(statistic: Statistic, factors: Mapping[str, Sequence]) -> dict[str, Component]:
    """Leave out each level of each factor in turn: factor -> variance of the statistic over its levels.

    (L - 1) / L sum (s_i - mean s)^2 over the L levels of a factor, with L - 1 degrees of freedom. `statistic` gets the
    indices of the items kept, and must rescale its k to their number (`rescaled`).
    factors: name -> (n,) labels, two levels or more each.
    """
    components, n = {}, _item_count(factors)
    for name, labels in factors.items():
        levels, of_item = np.unique(as_labels(labels, n, f"factor {name!r}"), return_inverse=True)
        if len(levels) < 2:
            raise ValueError(f"factor {name!r} has one level, and none can be left out; drop the factor")
        left = np.array([statistic(np.flatnonzero(of_item != level)) for level in range(len(levels))])
        components[name] = Component((len(left) - 1) * left.var(axis=0), len(left) - 1)
    return components


def crossed_interval(
    statistic: Statistic, factors: Mapping[str, Sequence], level: float = 0.95, sides: int = 1
) -> Interval:
    """Interval of the mean over training seeds, for other seeds and for other levels of the factors.

    The variances of factors and seeds add up; of factors nested in one another, as phrases are in tasks, the larger
    counts. What two factors share is counted twice, so the interval is rather too wide than too narrow.
    statistic: items kept -> (seeds, ...), or with two sides (seeds, seeds of the other, ...). Ref.: McCullagh,
    *Resampling and exchangeable arrays*, 2000.
    """
    values = np.asarray(statistic(np.arange(_item_count(factors))))
    axes = tuple(range(sides))
    components = crossed_jackknife(lambda keep: np.mean(statistic(keep), axis=axes), factors)
    for one, other in combinations(factors, 2):
        if _nested(factors[one], factors[other]) or _nested(factors[other], factors[one]):
            components |= _larger(one, other, components)
    trainings = over_trainings(values if sides == 2 else values[:, None])
    return combined(values.mean(axis=axes), [*components.values(), *trainings], level)


def _item_count(factors: Mapping[str, Sequence]) -> int:
    """The number of items that the first factor has labels for."""
    if not factors:
        raise ValueError("no factor is given, expected at least one; its levels are left out in turn")
    shape = np.shape(next(iter(factors.values())))
    if not shape or shape[0] < 2:
        raise ValueError(f"factor {next(iter(factors))!r} has labels of shape {shape}, expected one for each item")
    return shape[0]


def _larger(one: str, other: str, components: Mapping[str, Component]) -> dict[str, Component]:
    """Both components, the smaller variance set to zero, value by value."""
    a, b = components[one], components[other]
    first = np.asarray(a.variance >= b.variance)
    return {
        one: Component(np.where(first, a.variance, 0.0), a.degrees),
        other: Component(np.where(first, 0.0, b.variance), b.degrees),
    }


def _nested(fine: ArrayLike, coarse: ArrayLike) -> bool:
    """Whether each level of `fine` lies in a single level of `coarse`."""
    pairs = np.stack([np.unique(np.asarray(labels), return_inverse=True)[1] for labels in (fine, coarse)])
    return len(np.unique(pairs, axis=1)[0]) == len(np.unique(pairs[0]))
