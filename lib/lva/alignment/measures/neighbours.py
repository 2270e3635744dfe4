"""Precision@k: how much of an item's neighbourhood two spaces share, in expectation over random tie-breaks.

The paper's measure as we read it (Milano & Nolfi, arXiv 2601.22948): the overlap of the two sets of k nearest
neighbours, averaged over items, the item itself excluded. It is also the mutual k-NN of Huh et al., *The
Platonic Representation Hypothesis*, 2024.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from lva.alignment.checks import Array, as_pair, as_space, check_count, check_k
from lva.alignment.measures.chunked import overlap_chunked
from lva.alignment.measures.similarity import similarity
from lva.alignment.measures.ties import tie_groups

LARGE = 3_000  # items whose matrices of similarities and ranks take half a gigabyte


@dataclass(frozen=True)
class Neighbours:
    """The neighbour order of every item, with its ties.

    `above[i, j]` counts the other items that are more similar to i than j is, `tied[i, j]` those that are as similar, j
    included; both (n, n), or (m, n) for m items from elsewhere. An item comes last in its own row, so it is never a
    neighbour of itself.
    """

    above: NDArray[np.int64]
    tied: NDArray[np.int64]

    def membership(self, k: int) -> Array:
        """Return the chance that j is among the k nearest of i when ties are broken at random: (n, n).

        clip((k - above) / tied, 0, 1); each row sums to k.
        """
        return np.clip((k - self.above) / self.tied, 0.0, 1.0)


def neighbours(x: Array, metric: str = "cosine", center: bool = False, name: str = "x") -> Neighbours:
    """Order the other items around each item of `x: (n, d)` by similarity; self is excluded by its index."""
    S, tolerance = similarity(x, metric, center, name)
    np.fill_diagonal(S, -np.inf)
    return order_by(S, tolerance)


def order_by(S: Array, tolerance: float) -> Neighbours:
    """Order n items by their similarity to each of m others, `S: (m, n)`; differences up to `tolerance` are ties."""
    order = np.argsort(-S, axis=1, kind="quicksort")  # ties are grouped, in any order
    first, size = tie_groups(np.take_along_axis(S, order, axis=1), tolerance)
    above, tied = np.empty_like(first), np.empty_like(size)
    np.put_along_axis(above, order, first, axis=1)
    np.put_along_axis(tied, order, size, axis=1)
    return Neighbours(above, tied)


def overlap(nx: Neighbours, ny: Neighbours, k: int) -> Array:
    """Return each item's expected share of common neighbours, (1/k) sum_j p_x(j) p_y(j): (n,)."""
    return (nx.membership(k) * ny.membership(k)).sum(axis=1) / k


def precision_at_k(
    x: ArrayLike, y: ArrayLike, k: int, metric: str = "cosine", center: bool = False, per_item: bool = False
) -> float | Array:
    """Overlap of the k-nearest-neighbour sets, averaged over items.

    P@k = (1/n) sum_i (1/k) sum_{j != i} p_x(j in kNN_i) p_y(j in kNN_i), where p is 1 inside, 0 outside, and
    for neighbours tied at the boundary the chance that a random tie-break takes them. The tie-breaks
    of the two spaces are independent; so a space with ties does not overlap perfectly with itself, and the mean
    under permutation of the items is k / (n - 1) with or without ties.
    Beyond `LARGE` items it is computed in chunks, as `precision_chunked` does.
    x: (n, d1), y: (n, d2) -> float in [0, 1], or (n,) with `per_item`. Not corrected for chance, k / (n - 1).
    Ref.: Milano & Nolfi 2026; Huh et al. 2024 (mutual k-NN, ties broken by index).
    """
    x, y = as_pair(x, y)
    check_k(k, len(x))
    if len(x) > LARGE:
        shared = overlap_chunked(x, y, k, metric, center)
    else:
        shared = overlap(neighbours(x, metric, center, "x"), neighbours(y, metric, center, "y"), k)
    return shared if per_item else float(shared.mean())


def nearest_pairs(x: ArrayLike, top: int) -> list[tuple[int, int, float]]:
    """The `top` pairs of items that are most alike by cosine, nearest first: (i, j, similarity), i < j.

    x: (n, d). Equally similar pairs are in the order of their indices.
    """
    S, _ = similarity(as_space(x, "x"), "cosine", False, "x")
    check_count(top, "top")
    i, j = np.triu_indices(len(S), 1)
    if top > len(i):
        raise ValueError(f"top={top} must be at most {len(i)}, the pairs of {len(S)} items")
    first = np.argsort(-S[i, j].round(9), kind="stable")[:top]
    return list(zip(i[first].tolist(), j[first].tolist(), S[i, j][first].tolist()))
