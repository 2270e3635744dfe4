"""What a null says about an observed alignment: its mean, the excess over it, and p."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from lva.alignment.checks import Array, as_reals

SAME = 1e-9  # statistics this close count as equal: sums in another order round differently


class Finding(NamedTuple):
    """One statistic against its null."""

    observed: float
    mean: float  # of the null
    sd: float  # of the null
    excess: float  # observed - mean
    p: float  # one-sided: the null reaches the observed value
    floor: float  # share of the null at the observed value itself: p cannot be smaller


@dataclass(frozen=True)
class Null:
    """Observed statistics and the same statistics under a group of permutations.

    names: m labels; observed: (m,); sample: (b, m). `exact` if the sample is the whole group, the identity
    included. `source` names the group and the draw: two nulls with the same source used the same permutations.
    """

    names: tuple[str, ...]
    observed: Array
    sample: Array
    exact: bool
    source: tuple[object, ...]

    def __post_init__(self) -> None:
        observed, sample = as_reals(self.observed, "observed"), as_reals(self.sample, "sample")
        if observed.shape != (len(self.names),) or sample.ndim != 2 or sample.shape[1:] != observed.shape:
            raise ValueError(
                f"observed has shape {observed.shape} and sample {sample.shape}, expected ({len(self.names)},) and "
                f"(draws, {len(self.names)}), one for each of {', '.join(self.names)}"
            )

    @property
    def mean(self) -> Array:
        """Mean of the null: (m,)."""
        return self.sample.mean(axis=0)

    @property
    def sd(self) -> Array:
        """Standard deviation of the null: (m,)."""
        return self.sample.std(axis=0)

    @property
    def excess(self) -> Array:
        """Observed minus mean of the null: (m,)."""
        return self.observed - self.mean

    @property
    def p(self) -> Array:
        """Share of the null at or above the observed value, one-sided: (m,) in (0, 1].

        Sampled: (1 + count) / (b + 1), never zero (Phipson & Smyth 2010). Exact: count / b, which includes the
        identity. P(p <= a) <= a if the permutations leave the null hypothesis as it is.
        """
        return self._share(self.sample >= self.observed - SAME)

    @property
    def floor(self) -> Array:
        """Share of the null at the observed value itself, below which p cannot fall: (m,).

        Large when many permutations leave the alignment as it is: the group is too small for the question.
        """
        return self._share(np.abs(self.sample - self.observed) <= SAME)

    def _share(self, hit: np.ndarray) -> Array:
        added = 0 if self.exact else 1
        share = (hit.sum(axis=0) + added) / (len(hit) + added)
        return np.where(np.isnan(self.observed), np.nan, share)

    def findings(self) -> dict[str, Finding]:
        """Return every statistic against its null, by name."""
        fields = np.stack([self.observed, self.mean, self.sd, self.excess, self.p, self.floor], axis=1)
        return {name: Finding(*row) for name, row in zip(self.names, fields.tolist())}

    def __getitem__(self, name: str) -> Finding:
        """Return one statistic by its name, e.g. `null["P@15"]`."""
        if name not in self.names:
            raise KeyError(f"{name!r} is not among the statistics {', '.join(self.names)}")
        return self.findings()[name]


def max_t(nulls: Sequence[Null]) -> Array:
    """Adjust p for having looked at all statistics of several nulls: (total m,).

    t = (value - mean) / sd with mean and sd over observed and sample; p_i = the share of draws whose largest t
    reaches t_i (add-one if sampled). Controls the family-wise error over layers, poolings and k, and is sharp
    when they are correlated, because all share their permutations.
    Ref.: Westfall & Young, *Resampling-Based Multiple Testing*, 1993.
    """
    if len({(null.source, len(null.sample)) for null in nulls}) != 1:
        sources = sorted({str(null.source) for null in nulls})
        raise ValueError(f"max_t needs nulls of the same draw, got {sources}; use one seed for all")
    values = np.concatenate([np.vstack([null.observed, null.sample]) for null in nulls], axis=1)
    drawn = values[1:] if nulls[0].exact else values
    sd = drawn.std(axis=0)
    t = np.divide(values - drawn.mean(axis=0), sd, out=np.zeros_like(values), where=sd > SAME)
    largest = t[1:].max(axis=1) if nulls[0].exact else t.max(axis=1)
    return (largest[:, None] >= t[0] - SAME).mean(axis=0)


def benjamini_hochberg(p: ArrayLike) -> Array:
    """Adjust p-values for the false discovery rate: q_(i) = min_{j >= i} (m / j) p_(j).

    p: (m,) -> (m,) in [0, 1], in the order given; nan is left out and stays nan. Valid under positive
    dependence, as between pairs that share a space. Ref.: Benjamini & Hochberg 1995; 2001 for dependence.
    """
    p = as_reals(p, "p")
    if p.ndim != 1:
        raise ValueError(f"p has shape {p.shape}, expected one p-value each: (m,)")
    if np.any((p < 0) | (p > 1)):
        raise ValueError(f"p={p[(p < 0) | (p > 1)][0]} is not a p-value; expected values in [0, 1]")
    q = np.full(p.shape, np.nan)
    known = np.flatnonzero(~np.isnan(p))
    order = known[np.argsort(p[known], kind="stable")]
    scaled = p[order] * len(order) / np.arange(1, len(order) + 1)
    q[order] = np.minimum.accumulate(scaled[::-1])[::-1]
    return np.minimum(q, 1.0)
