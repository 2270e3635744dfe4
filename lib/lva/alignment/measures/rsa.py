"""Representational similarity analysis: do two spaces put the same pairs of items far apart?"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike
from scipy.spatial.distance import squareform
from scipy.stats import kendalltau

from lva.alignment.checks import Array, as_given, as_pair, as_space, check_choice
from lva.alignment.measures.partial import matrix_correlation, residual
from lva.alignment.measures.similarity import METRICS, similarity
from lva.alignment.measures.ties import average_ranks

COMPARISONS = ("spearman", "pearson", "kendall")


def distances(x: ArrayLike, distance: str = "cosine", name: str = "x") -> tuple[Array, float]:
    """Return the condensed distances of all pairs of rows, and the tolerance at which they tie.

    cosine, correlation: 1 - similarity; euclidean: |x_i - x_j|^2 (squared: the order is the same).
    x: (n, d) -> (n (n - 1) / 2,).
    """
    check_choice(distance, METRICS, "distance")
    S, tolerance = similarity(as_space(x, name), distance, name=name)
    D = -S if distance == "euclidean" else 1.0 - S
    return D[np.triu_indices(len(D), 1)], tolerance


def dissimilarity(x: ArrayLike, distance: str = "cosine", compare: str = "spearman", name: str = "x") -> Array:
    """Return the centred matrix that RSA correlates: ranks of the distances, or the distances: (n, n).

    Its entries off the diagonal sum to zero, those on it are zero. Ranks do not depend on the order of
    the items, so a permutation null permutes this matrix and never ranks again.
    """
    values, tolerance = distances(x, distance, name)
    if np.ptp(values) <= tolerance:
        raise ValueError(f"all {len(values)} distances of {name} are equal; RSA needs items that differ")
    if compare != "pearson":
        values = average_ranks(values, tolerance)
    elif distance == "euclidean":
        values = np.sqrt(values)
    return squareform(values - values.mean())


def rsa(
    x: ArrayLike,
    y: ArrayLike,
    distance: str = "cosine",
    compare: str = "spearman",
    given: Sequence[ArrayLike] = (),
) -> float:
    """Correlation of the pairwise distances of two spaces.

    corr(d_x(i, j), d_y(i, j)) over i < j: of ranks (spearman, ties averaged), of values (pearson), or Kendall's
    tau-b. With `given` (spaces of the same items) the partial correlation given their distances; nan where
    they explain a space completely.
    The default distance is by cosine, as for P@k: it does not change when a space is rotated or when other items are
    left out. `correlation` does change with a rotation, since it subtracts the mean of each row's coordinates; use it
    only where single coordinates mean something.
    x: (n, d1), y: (n, d2) -> float in [-1, 1]; 0 expected under permutation of the items.
    Ref.: Kriegeskorte et al. 2008; partial: Legendre & Legendre, *Numerical Ecology*, section 10.5.
    """
    check_choice(compare, COMPARISONS, "compare")
    x, y = as_pair(x, y)
    A, B = dissimilarity(x, distance, compare, "x"), dissimilarity(y, distance, compare, "y")
    if compare == "kendall":
        if given:
            raise ValueError("compare='kendall' has no partial version; use 'spearman' or 'pearson'")
        return float(kendalltau(squareform(A), squareform(B)).statistic)
    Z = [dissimilarity(z, distance, compare, "what is given") for z in as_given(given, len(x))]
    return matrix_correlation(residual(A, Z), residual(B, Z))
