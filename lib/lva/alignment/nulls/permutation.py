"""The permutation null: are two spaces more alike than with their items paired at random?"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike

from lva.alignment.checks import Array
from lva.alignment.nulls.measures import DEFAULTS, Measures
from lva.alignment.nulls.null import Null
from lva.alignment.nulls.permuted import Permutations


def draw_permutations(n: int, count: int, seed: int) -> Permutations:
    """Draw `count` uniform permutations of `n` items: (count, n)."""
    if count < 1:
        raise ValueError(f"permutations={count} must be at least 1; 10000 resolves p = 0.0001")
    rows = np.tile(np.arange(n), (count, 1))
    return np.random.default_rng(seed).permuted(rows, axis=1, out=rows).astype(np.uint32)


def permutation_null(
    x: ArrayLike,
    y: ArrayLike,
    measures: Measures = DEFAULTS,
    controls: Sequence[ArrayLike] = (),
    permutations: int = 10_000,
    seed: int = 0,
) -> Null:
    """Compare every statistic with its values under random pairings of the items.

    All statistics see the same permutations. With `controls`, the partial measures: what the controls leave of
    both spaces is permuted (cka and rsa only). It asks whether the alignment is better than chance, not
    what it is made of: shared words pass it; see `relabelling_null`.
    x: (n, d1), y: (n, d2). Ref.: Mantel 1967; partial: Legendre 2000, permuting residuals.
    """
    a, b = measures.prepare(x, controls, "x"), measures.prepare(y, controls, "y")
    draws = draw_permutations(a.n, permutations, seed)
    sample = measures.permute(a, b, draws)
    return Null(measures.names, measures.score(a, b), sample, False, ("permutation", a.n, permutations, seed))


def overlap_mean(n: int, k: int) -> float:
    """Return the mean of P@k under random pairings of `n` items, k / (n - 1), with ties and without."""
    return k / (n - 1)


def mantel_moments(A: Array, B: Array) -> tuple[float, float]:
    """Return mean and variance of sum_{i != j} A_ij B_p(i)p(j) over all permutations p, in closed form.

    Pairs of pairs are of six sorts: the same, reversed, sharing the first index, the second, one crosswise, or
    none; under a random p each sort of B averages over all its members.
    A, B: (n, n), any matrices, n >= 4; diagonals are ignored. With memberships it gives the overlap null, with
    centred matrices those of RSA and CKA. Ref.: Mantel 1967; Hubert 1987, section 4.3.
    """
    n = len(A)
    if n < 4:
        raise ValueError(f"{n} items are too few for the variance, expected at least 4; embed more")
    a, b = pair_sums(A), pair_sums(B)
    count = n * (n - 1) * np.array([1, 1, n - 2, n - 2, 2 * (n - 2), (n - 2) * (n - 3)], dtype=np.float64)
    mean = float((A.sum() - np.trace(A)) * (B.sum() - np.trace(B)) / (n * (n - 1)))
    return mean, float(a @ (b / count) - mean**2)


def pair_sums(A: Array) -> Array:
    """Sum A_ij A_kl by how (i, j) and (k, l) meet: the same, reversed, i = k, j = l, crosswise, disjoint: (6,)."""
    A = A - np.diag(np.diag(A))
    rows, columns = A.sum(axis=1), A.sum(axis=0)
    same, reversed_ = np.sum(A * A), np.sum(A * A.T)
    first, second = rows @ rows - same, columns @ columns - same
    cross = 2 * (rows @ columns - reversed_)
    rest = A.sum() ** 2 - same - reversed_ - first - second - cross
    return np.array([same, reversed_, first, second, cross, rest])
