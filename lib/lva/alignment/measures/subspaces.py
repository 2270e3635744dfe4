"""The directions of a space that carry one factor of its items, and what happens if they are exchanged."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike

from lva.alignment.checks import Array, as_labels, as_numbers, as_pair, as_space, check_count, check_squares, scaled


def factor_subspace(x: ArrayLike, labels: Sequence, rank: int | None = None) -> Array:
    """Return an orthonormal basis of the differences between the means of the levels of a factor: (d, r).

    x: (n, d); labels: (n,), the level of each item. The means span at most levels - 1 directions; of these the `rank`
    along which they vary most are kept (all by default).
    """
    x, _ = scaled(as_space(x, least=2))
    levels, level = np.unique(as_labels(labels, len(x), "labels").astype(str), return_inverse=True)
    if len(levels) < 2:
        raise ValueError(f"the factor has the one level {str(levels[0])!r}; nothing distinguishes its items")
    means = np.stack([x[level == i].mean(axis=0) for i in range(len(levels))])
    _, s, Vt = np.linalg.svd(means - means.mean(axis=0), full_matrices=False)
    most = int((s > 1e-9 * max(s[0], np.finfo(float).tiny)).sum())
    if rank is not None:
        check_count(rank, "rank")
        if rank > most:
            raise ValueError(f"rank={rank} is more than the {most} directions in which {len(levels)} levels differ")
    return Vt[: most if rank is None else rank].T


def random_subspace(x: ArrayLike, rank: int, rng: np.random.Generator) -> Array:
    """Return an orthonormal basis of `rank` random directions among those in which the items vary: (d, rank)."""
    x, _ = scaled(as_space(x, least=2))
    check_count(rank, "rank")
    _, s, Vt = np.linalg.svd(x - x.mean(axis=0), full_matrices=False)
    Vt = Vt[s > 1e-9 * s[0]]
    if rank > len(Vt):
        raise ValueError(f"rank={rank} is more than the {len(Vt)} directions in which the items vary")
    return Vt.T @ np.linalg.qr(rng.standard_normal((len(Vt), rank)))[0]


def interchange(x: ArrayLike, other: ArrayLike, basis: ArrayLike, dose: float = 1.0) -> Array:
    """Return the items with their coordinates in a subspace moved towards those of others: x + dose B B' (other - x).

    x, other: (n, d), row by row; basis: (d, r), orthonormal. Dose 0 leaves x as it is, 1 exchanges the coordinates.
    """
    x, other = as_pair(x, other, least=1)
    basis = as_numbers(basis, "basis", f"({x.shape[1]}, r)", axes=2)
    if len(basis) != x.shape[1] or len(other[0]) != x.shape[1]:
        raise ValueError(f"x, other and basis have {x.shape[1]}, {other.shape[1]} and {len(basis)} dimensions")
    if not np.allclose(basis.T @ basis, np.eye(basis.shape[1]), atol=1e-4):
        raise ValueError("the columns of basis are not orthonormal; take them from factor_subspace, or np.linalg.qr")
    dose = as_numbers(dose, "dose", "a number", axes=0)
    for name, z in (("x", x), ("other", other), ("dose", dose)):
        check_squares(z, name)
    return x + dose * (other - x) @ basis @ basis.T
