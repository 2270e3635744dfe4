"""How alike two items of one space are: cosine, correlation, or squared distance."""

from __future__ import annotations

import numpy as np
from scipy.spatial.distance import cdist

from lva.alignment.checks import Array, check_choice, scaled
from lva.alignment.measures.ties import tie_tolerance

METRICS = ("cosine", "correlation", "euclidean")


def similarity(x: Array, metric: str = "cosine", center: bool = False, name: str = "x") -> tuple[Array, float]:
    """Return the similarities of all pairs of rows and the tolerance at which they tie.

    cosine: x_i . x_j / (|x_i| |x_j|); euclidean: -|x_i - x_j|^2 of `scaled` rows; correlation: the cosine of rows minus
    their own mean, the only one of the three that a rotation of the space changes. `center` subtracts the mean item
    first (which changes nothing for euclidean).
    x: (n, d) -> (n, n), in [-1, 1] or (-inf, 0].
    """
    rows = place(x, metric, center, name)
    if metric == "euclidean":
        S = -cdist(rows, rows, "sqeuclidean")
        return S, tie_tolerance(x.shape[1], float((rows * rows).sum(axis=1).max()))
    return rows @ rows.T, tie_tolerance(x.shape[1])


def place(x: Array, metric: str, center: bool, name: str = "x") -> Array:
    """Return the rows that a metric compares: (n, d) -> (n, d).

    cosine: unit rows of x; correlation: unit rows of x minus its row means; euclidean: centred rows, `scaled`. A row
    without a direction raises, even if rounding gives it one.
    """
    check_choice(metric, METRICS, "metric")
    rounding = 4 * x.shape[1] * np.finfo(np.float64).eps
    floor = np.zeros(len(x))
    x, _ = scaled(x)
    if center or metric == "euclidean":
        floor += rounding * np.abs(x).max()
        x = x - x.mean(axis=0)
    if metric == "euclidean":
        return x
    if metric == "correlation":
        floor += rounding * np.abs(x).max(axis=1)
        x = x - x.mean(axis=1, keepdims=True)
    return unit_rows(x, floor, metric, name)


def unit_rows(x: Array, floor: Array | float = 0.0, metric: str = "cosine", name: str = "x") -> Array:
    """Scale each row to length 1; a row with no entry beyond `floor` has no direction and raises.

    x: (n, d) -> (n, d). `floor` is what rounding leaves of a row that a subtraction made zero.
    """
    largest = np.maximum(x.max(axis=1), -x.min(axis=1))
    zero = np.flatnonzero(largest <= floor)
    if zero.size:
        raise ValueError(
            f"row {zero[0]} of {name} is zero or constant, its {metric} is undefined ({zero.size} rows in all); "
            f"drop the item, or use metric or distance 'euclidean'"
        )
    x = x / largest[:, None]  # first, so that no square over- or underflows
    x /= np.sqrt(np.einsum("ij,ij->i", x, x))[:, None]
    return x
