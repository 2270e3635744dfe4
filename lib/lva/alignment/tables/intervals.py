"""How certain a number is: intervals over items, and the spread over training seeds.

Items are left out, never drawn twice: a bootstrap puts copies of an item among its own nearest neighbours and
inflates every neighbourhood measure.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import stats

from lva.alignment.checks import Array, as_reals, check_count, check_level, check_seed

Statistic = Callable[[NDArray[np.int64]], float | Array]  # of the items kept, by index


class Component(NamedTuple):
    """One source of variance of an estimate."""

    variance: float | Array
    degrees: int  # of freedom


@dataclass(frozen=True)
class Interval:
    """An estimate with its confidence interval; floats, or arrays for a statistic of several values."""

    estimate: float | Array
    low: float | Array
    high: float | Array
    se: float | Array  # standard error


def interval(estimate: float | Array, se: float | Array, degrees: float, level: float = 0.95) -> Interval:
    """Return estimate +- t se, t the quantile of Student's distribution at `level`."""
    check_level(level)
    half = stats.t.ppf((1 + level) / 2, degrees) * se
    return Interval(estimate, estimate - half, estimate + half, se)


def combined(estimate: float | Array, components: Sequence[Component], level: float = 0.95) -> Interval:
    """Interval of an estimate whose sources of variance add up.

    Degrees of freedom by Satterthwaite's formula, (sum v)^2 / sum (v^2 / degrees).
    """
    variance = np.array([part.variance for part in components])
    degrees = np.array([part.degrees for part in components], dtype=float)
    total = variance.sum(axis=0)
    scale = np.tensordot(1 / degrees, variance**2, axes=1)
    effective = np.divide(total**2, scale, out=np.full_like(total, degrees.max()), where=scale > 0)
    return interval(estimate, np.sqrt(total), effective, level)


def over_trainings(values: Array) -> list[Component]:
    """Variance of the mean of scores over other trainings of either side: values (seeds, draws, ...).

    The variance of a side's own means, over their number. A side that was trained once adds nothing, for nothing is
    known of it; what both sides share is counted twice, so the sum is rather too large than too small.
    """
    sides = [values.mean(axis=other) for other in (1, 0)]
    return [Component(means.var(axis=0, ddof=1) / len(means), len(means) - 1) for means in sides if len(means) > 1]


def deletion_groups(n: int, groups: int | None, seed: int) -> list[NDArray[np.int64]]:
    """Split `n` items at random into groups of equal size (within one item), each item alone for None."""
    check_count(n, "n", least=2)
    groups = n if groups is None else groups
    check_count(groups, "groups")
    check_seed(seed)
    if not 2 <= groups <= n:
        raise ValueError(f"groups={groups} must lie between 2 and the {n} items")
    return np.array_split(np.random.default_rng(seed).permutation(n), groups)


def jackknife(statistic: Statistic, n: int, groups: int | None = None, level: float = 0.95, seed: int = 0) -> Interval:
    """Jackknife over items: leave out each item, or each of `groups` random groups, in turn.

    se^2 = (g - 1) / g sum (s_i - mean s)^2 over the g values with a group left out, interval estimate +- t se
    with g - 1 degrees of freedom. `statistic` gets the indices of the items kept. For a paired interval let
    it return the difference of two alignments. Exact for a mean, else conservative (Efron & Stein 1981): on
    gaussian spaces of 108 items the se is 1.6 times the true one for P@1, 1.2 for P@15, 1.0 for cka and rsa.
    """
    parts = deletion_groups(n, groups, seed)
    everything = np.arange(n)
    left = np.array([statistic(np.setdiff1d(everything, part)) for part in parts])
    return from_deletions(statistic(everything), left, level)


def from_deletions(
    estimate: float | Array, left: Array, level: float = 0.95, others: Sequence[Component] = ()
) -> Interval:
    """Return the jackknife interval of values `left: (g, ...)`, each with one group of items left out.

    others: sources of variance beside the items.
    """
    items = Component((len(left) - 1) * left.var(axis=0), len(left) - 1)
    return combined(estimate, [items, *others], level)


@dataclass(frozen=True)
class Spread:
    """Values over seeds, or over pairs of seeds."""

    mean: float
    sd: float  # nan for a single value
    low: float
    high: float
    count: int


def spread(values: ArrayLike) -> Spread:
    """Describe values over training seeds: mean, sd (n - 1), extremes, count."""
    v = as_reals(values, "values")
    if v.size == 0:
        raise ValueError("no values to describe, expected one per seed; train at least one seed")
    sd = float(v.std(ddof=1)) if v.size > 1 else float("nan")
    return Spread(float(v.mean()), sd, float(v.min()), float(v.max()), v.size)
