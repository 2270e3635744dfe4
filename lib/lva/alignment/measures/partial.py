"""The correlation of two matrices over pairs of items, and what given spaces leave of it.

RSA and CKA share one formula: make a centred (n, n) matrix of each space, take the cosine of the two.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from lva.alignment.checks import Array

EXPLAINED = 1e-9  # a residual below this share of the norm is rounding: the given spaces explain this one


def matrix_correlation(A: Array, B: Array) -> float:
    """Return <A, B> / sqrt(<A, A> <B, B>), or nan if one of them is zero.

    A, B: (n, n), centred -> float in [-1, 1], exactly 1 for A = B.
    """
    scale = np.sqrt(np.vdot(A, A) * np.vdot(B, B))
    return float(np.vdot(A, B) / scale) if scale > 0 else float("nan")


def residual(A: Array, given: Sequence[Array]) -> Array:
    """Return `A` minus its least-squares fit by the given matrices; zero if they explain it.

    A and each of the given: (n, n), centred by the same rule. The correlation of two residuals is the partial
    correlation (for U-centred Grams: Szekely & Rizzo, *Partial distance correlation*, 2014).
    """
    if not given:
        return A
    C = np.stack([Z.ravel() / np.linalg.norm(Z) for Z in given], axis=1)
    coefficients, *_ = np.linalg.lstsq(C, A.ravel(), rcond=None)
    left = A - (C @ coefficients).reshape(A.shape)
    return left if np.linalg.norm(left) > EXPLAINED * np.linalg.norm(A) else np.zeros_like(A)
