"""From similarities to vectors: coordinates whose inner products are a given kernel."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

ROUNDING = 1e-10  # an eigenvalue below this share of the largest counts as zero


def coordinates(kernel: NDArray) -> NDArray[np.float64]:
    """The symmetric square root of a kernel: (n, n) -> (n, n).

    It is unique: it does not depend on the eigenvectors that a machine's LAPACK chooses. Negative eigenvalues are set
    to zero, which gives the nearest positive semidefinite kernel in Frobenius norm.
    """
    values, vectors = np.linalg.eigh(kernel)
    roots = np.sqrt(np.where(values > ROUNDING * values[-1], values, 0.0))
    return (vectors * roots) @ vectors.T
