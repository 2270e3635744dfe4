"""Canonical correlations, for spaces with fewer directions than items."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from lva.alignment.checks import Array, as_pair, centred


def directions(x: Array, variance: float) -> Array:
    """Return orthonormal coordinates of the leading principal directions which hold `variance`: (n, p)."""
    U, s, _ = np.linalg.svd(x, full_matrices=False)
    rank = int((s > s[0] * max(x.shape) * np.finfo(np.float64).eps).sum())
    share = np.cumsum(s**2) / np.sum(s**2)
    return U[:, : min(int(np.searchsorted(share, variance)) + 1, rank)]


def canonical(x: Array, y: Array, variance: float) -> tuple[Array, Array]:
    """Return the canonical correlations (m,) of two centred spaces and the canonical variables of x (n, m)."""
    if not 0 < variance <= 1:
        raise ValueError(f"variance={variance} must lie in (0, 1]; 0.99 is usual")
    Ux, Uy = directions(x, variance), directions(y, variance)
    p, q, n = Ux.shape[1], Uy.shape[1], len(x)
    if p + q > n - 1:
        raise ValueError(
            f"{p} and {q} directions of {n} items exceed n - 1 together, so some correlations are 1 for any data; "
            f"lower variance={variance} or embed more instructions"
        )
    W, rho, _ = np.linalg.svd(Ux.T @ Uy, full_matrices=False)
    return rho, Ux @ W


def svcca(x: ArrayLike, y: ArrayLike, variance: float = 0.99) -> float:
    """Mean canonical correlation of the leading principal directions.

    (1/m) sum rho_i, m the smaller number of directions that hold `variance` of a space.
    x: (n, d1), y: (n, d2) -> float in [0, 1]. Biased upwards by about sqrt(directions / n).
    Ref.: Raghu et al., *SVCCA*, 2017.
    """
    x, y = as_pair(x, y)
    rho, _ = canonical(centred(x, "x"), centred(y, "y"), variance)
    return float(rho.mean())


def pwcca(x: ArrayLike, y: ArrayLike, variance: float = 1.0) -> float:
    """Canonical correlations weighted by how much of x each canonical variable accounts for.

    sum_i a_i rho_i / sum_i a_i with a_i = sum_j |<h_i, x_j>|, h_i the canonical variables of x, x_j its columns.
    Directional: `pwcca(x, y)` asks for x. x: (n, d1), y: (n, d2) -> float in [0, 1]. Biased upwards.
    Ref.: Morcos et al., *Insights on representational similarity in neural networks with CCA*, 2018.
    """
    x, y = as_pair(x, y)
    x, y = centred(x, "x"), centred(y, "y")
    rho, H = canonical(x, y, variance)
    a = np.abs(H.T @ x).sum(axis=1)
    return float(a @ rho / a.sum())
