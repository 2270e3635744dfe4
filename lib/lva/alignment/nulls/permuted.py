"""The measures under thousands of permutations of the items, without computing a space twice.

Neighbour orders, ranked distances and centred Grams only have their rows and columns exchanged when the items
are; so they are made once, and a permutation is a lookup through indices.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray
from scipy.linalg import svdvals

from lva.alignment.checks import Array
from lva.alignment.measures.neighbours import Neighbours

Permutations = NDArray[np.uint32]  # (b, n): item i is compared with item p[i] of the other space


class Classes(NamedTuple):
    """Neighbours by class of membership: pairs with equal (above, tied) are equally likely among the k nearest."""

    code: NDArray[np.uint32]  # (n, n), 0 for pairs that no k <= k_max can reach
    table: Array  # (classes, k_max): the chance to be among the k nearest, k = 1..k_max


class Candidates(NamedTuple):
    """The pairs (i, j) that x can have among its k_max nearest, row by row."""

    starts: NDArray[np.uint64]  # (n + 1,): those of row i are numbers starts[i] to starts[i + 1]
    columns: NDArray[np.uint32]  # (pairs,): j
    offset: NDArray[np.uint64]  # (pairs,): the class in x times the number of classes of y


def classes(nbrs: Neighbours, k_max: int) -> Classes:
    """Number the classes of membership that occur among the k_max nearest neighbours."""
    near = nbrs.above < k_max
    n = len(near)
    kinds, inverse = np.unique(nbrs.above[near] * (n + 1) + nbrs.tied[near], return_inverse=True)
    code = np.zeros((n, n), dtype=np.uint32)
    code[near] = inverse + 1
    above, tied = kinds[:, None] // (n + 1), kinds[:, None] % (n + 1)
    table = np.clip((np.arange(1, k_max + 1) - above) / tied, 0.0, 1.0)
    return Classes(code, np.vstack([np.zeros(k_max), table]))


def overlap_permuted(x: Classes, y: Classes, permutations: Permutations) -> Array:
    """Return P@1..P@k_max under each permutation p of y's items: (b, k_max).

    (1 / (n k)) sum_ij m_x(i, j) m_y(p_i, p_j), over the few pairs that x can have among its k_max nearest.
    """
    n, k_max = len(x.code), x.table.shape[1]
    rows, columns = np.nonzero(x.code)
    starts = np.searchsorted(rows, np.arange(n + 1)).astype(np.uint64)
    offset = x.code[rows, columns] * np.uint64(len(y.table))
    total = sum_overlaps(Candidates(starts, columns.astype(np.uint32), offset), x.table, y, permutations)
    return total / (n * np.arange(1, k_max + 1))


@njit(cache=True, nogil=True)
def sum_overlaps(candidates, table_x, y, permutations):
    """Sum m_x m_y for every k and permutation: count which classes meet, then weigh the counts.

    Counting first makes a pair one increment instead of k_max products; unsigned indices keep the loop tight.
    """
    starts, columns, offset = candidates
    code_y, table_y = y
    b, n = permutations.shape
    k_max, width = table_x.shape[1], np.uint64(len(table_y))
    total = np.zeros((b, k_max))
    met = np.zeros(len(table_x) * len(table_y), dtype=np.uint32)
    seen = np.zeros(len(columns), dtype=np.uint64)
    for s in range(b):
        p = permutations[s]
        distinct = 0
        for i in range(n):
            row = code_y[p[i]]
            for q in range(starts[i], starts[i + 1]):
                c = offset[q] + row[p[columns[q]]]
                if met[c] == 0:
                    seen[distinct] = c
                    distinct += 1
                met[c] += np.uint32(1)
        for q in range(distinct):
            c = seen[q]
            u, v = c // width, c % width
            if v:
                for k in range(k_max):
                    total[s, k] += met[c] * table_x[u, k] * table_y[v, k]
            met[c] = 0
    return total


def correlation_permuted(A: Array, B: Array, permutations: Permutations) -> Array:
    """Return <A, p(B)> / (|A| |B|) under each permutation p, nan if one is zero: (b,).

    A, B: (n, n), symmetric and centred. The null of RSA (ranked distances) and of CKA (centred Grams): the
    norms do not depend on p.
    """
    scale = np.sqrt(np.vdot(A, A) * np.vdot(B, B))
    return bilinear(A, B, permutations) / scale if scale > 0 else np.full(len(permutations), np.nan)


@njit(cache=True, nogil=True, fastmath={"reassoc"})
def bilinear(A, B, permutations):
    """Sum A_ij B_p(i)p(j) over all i, j, for each permutation; reassociation lets the sum use wide registers."""
    b, n = permutations.shape
    total = np.zeros(b)
    for s in range(b):
        p = permutations[s]
        off, diagonal = 0.0, 0.0
        for i in range(n):
            a, row = A[i], B[p[i]]
            diagonal += a[i] * row[p[i]]
            for j in range(i):
                off += a[j] * row[p[j]]
        total[s] = 2.0 * off + diagonal
    return total


def procrustes_permuted(X: Array, Y: Array, permutations: Permutations) -> Array:
    """Return ||X' p(Y)||_* under each permutation p: (b,). One SVD each: about 1 ms at n = 108.

    X: (n, r1), Y: (n, r2), of `configuration`.
    """
    return np.array([svdvals(X.T @ Y[p]).sum() for p in permutations])
