"""Procrustes analysis: how well one space, rotated, falls onto another."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike
from scipy.linalg import svdvals

from lva.alignment.checks import Array, as_pair, centred


def compact(x: Array) -> Array:
    """Return the same points in at most n dimensions, by the thin QR of x' for d > n: (n, min(n, d)).

    A rotation: inner products, distances and angles stay as they are.
    """
    return np.linalg.qr(x.T, mode="r").T if x.shape[1] > len(x) else x


def configuration(x: Array, name: str = "x") -> Array:
    """Return centred, Frobenius-normalised coordinates of `x: (n, d)`: (n, min(n, d))."""
    x = compact(centred(x, name))
    return x / np.linalg.norm(x)


def procrustes(x: ArrayLike, y: ArrayLike) -> float:
    """Procrustes similarity: the best inner product over all rotations and reflections.

    ||X'Y||_* = max_Q <X Q, Y> with X, Y centred and of Frobenius norm 1; Q orthogonal, for d1 != d2 a
    partial isometry, so that no padding is needed.
    x: (n, d1), y: (n, d2) -> float in [0, 1]; 1 for a rotated and scaled copy. Biased upwards, to 1 for
    noise as d / n grows: read it against a null.
    Ref.: Schönemann 1966; Williams et al., *Generalized shape metrics on neural representations*, 2021.
    """
    x, y = as_pair(x, y)
    return float(svdvals(configuration(x, "x").T @ configuration(y, "y")).sum())


def rotation(x: Array, y: Array) -> Array:
    """Return the orthogonal map Q: (d, d) that takes `x: (n, d)` closest to `y: (n, d)`: argmin ||x Q - y||."""
    U, _, Vt = np.linalg.svd(x.T @ y)
    return U @ Vt
