"""What a space is made of: the share of its variance that each factor of the instructions explains, and what it is
without it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import ArrayLike

from lva.alignment.checks import Array, as_labels, as_space, scaled

REST = "rest"
ROUNDING = 1e-9  # of the largest entry: a smaller one is what is left of zero


def factor_shares(x: ArrayLike, factors: Mapping[str, Sequence]) -> dict[str, float]:
    """Split the total variance of a space among factors, each in turn, and what they leave.

    share_f = (||P_f X||^2 - ||P_<f X||^2) / ||X||^2, X centred, P_f the projection onto the levels of all factors
    up to f, P_<f onto those before; a factor nested in an earlier one (phrases in tasks) gets what it adds. Where
    the items are a full product of the factors, the order of unnested factors does not matter; the rest is what only
    combinations of levels explain.
    x: (n, d); factors: name -> (n,) labels. Shares in [0, 1], they sum to 1; a random space of n items and a
    factor of m levels get (m - 1) / (n - 1). Ref.: type I sums of squares; Anderson 2001, permutational MANOVA.
    """
    X, _ = scaled(as_space(x, "x", least=2))
    X = X - X.mean(axis=0)
    total = np.vdot(X, X)
    if total == 0:
        raise ValueError("all items of x are the same, so there is no variance to explain; check the embedding")
    shares, before, levels = {}, 0.0, np.ones((len(X), 1))
    for name, labels in factors.items():
        levels = np.hstack([levels, indicators(labels, len(X), name)])
        explained = np.vdot(*[_span(levels).T @ X] * 2) / total
        shares[name], before = float(explained - before), explained
    return shares | {REST: float(1 - before)}


def without_factor(x: ArrayLike, factors: Mapping[str, Sequence], name: str) -> Array:
    """Take out of a space the part whose share `factor_shares` gives for one factor: X - (P_f - P_<f)(X - mean).

    Of a factor nested in an earlier one (phrases in tasks) only what it adds is taken out, so that tasks stay apart
    and their phrases do not. x: (n, d); factors: name -> (n,) labels, in order -> (n, d).
    """
    x, exponent = scaled(as_space(x, "x", least=2))
    if name not in factors:
        raise ValueError(f"{name!r} is no factor; choose one of {', '.join(factors)}")
    earlier = list(factors)[: list(factors).index(name)]
    columns = [np.ones((len(x), 1)), *(indicators(factors[factor], len(x), factor) for factor in earlier)]
    before = _span(np.hstack(columns))
    upto = _span(np.hstack([*columns, indicators(factors[name], len(x), name)]))
    mean = x.mean(axis=0)
    X = x - mean
    left = X - upto @ (upto.T @ X) + before @ (before.T @ X)
    left[np.abs(left) < ROUNDING * np.abs(x).max()] = 0.0
    with np.errstate(over="ignore"):
        found = np.ldexp(mean + left, exponent)
    if not np.isfinite(found).all():
        raise ValueError(f"x without {name!r} has numbers beyond the largest one; divide x by 10 first")
    return found


def indicators(labels: Sequence, n: int, name: str) -> Array:
    """One column for each level: (n, levels)."""
    distinct, index = np.unique(as_labels(labels, n, f"factor {name!r}"), return_inverse=True)
    return np.eye(len(distinct))[index]


def _span(A: Array) -> Array:
    """An orthonormal basis of the columns, which may depend on one another: (n, rank)."""
    U, s, _ = np.linalg.svd(A, full_matrices=False)
    return U[:, s > 1e-10 * s[0]]
