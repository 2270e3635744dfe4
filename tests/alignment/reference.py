"""Slow, literal translations of the kernels, and closed forms of their nulls; nothing shared with `lva.alignment`."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import permutations, product

import numpy as np
from scipy.linalg import orthogonal_procrustes
from scipy.stats import rankdata

CLOSE = 1e-9


def cosine(u: np.ndarray, v: np.ndarray) -> float:
    return float(sum(a * b for a, b in zip(u, v)) / (sum(a * a for a in u) * sum(b * b for b in v)) ** 0.5)


def similarity(x: np.ndarray, metric: str) -> list[list[float]]:
    if metric == "cosine":
        return [[cosine(u, v) for v in x] for u in x]
    if metric == "correlation":
        return [[cosine(u - np.mean(u), v - np.mean(v)) for v in x] for u in x]
    return [[-float(sum((a - b) ** 2 for a, b in zip(u, v))) for v in x] for u in x]


def chances(row: Sequence[float], i: int, k: int) -> list[float]:
    """The chance of each j to be among the k nearest of i, by its definition."""
    chance = []
    for j in range(len(row)):
        nearer = sum(row[m] > row[j] + CLOSE for m in range(len(row)) if m != i)
        equal = sum(abs(row[m] - row[j]) <= CLOSE for m in range(len(row)) if m != i)
        chance.append(0.0 if j == i else min(1.0, max(0.0, (k - nearer) / equal)))
    return chance


def precision(x: np.ndarray, y: np.ndarray, k: int, metric: str = "cosine") -> float:
    sx, sy = similarity(x, metric), similarity(y, metric)
    n = len(x)
    total = 0.0
    for i in range(n):
        total += sum(a * b for a, b in zip(chances(sx[i], i, k), chances(sy[i], i, k))) / k
    return total / n


def precision_over_tie_breaks(x: np.ndarray, y: np.ndarray, k: int) -> float:
    """Average the overlap of plain neighbour sets over every order in which ties could be broken."""
    sx, sy = np.round(similarity(x, "cosine"), 9), np.round(similarity(y, "cosine"), 9)
    n = len(x)

    def neighbour_sets(s: np.ndarray, i: int) -> list[set[int]]:
        others = [j for j in range(n) if j != i]
        return [set(sorted(order, key=lambda j: -s[i, j])[:k]) for order in permutations(others)]

    shared = [np.mean([len(a & b) for a, b in product(neighbour_sets(sx, i), neighbour_sets(sy, i))]) for i in range(n)]
    return float(np.mean(shared) / k)


def hsic_debiased(x: np.ndarray, y: np.ndarray, dtype: type = np.longdouble) -> float:
    """Song et al. 2012, equation 5, in extended precision."""
    x, y = x.astype(dtype), y.astype(dtype)
    K, L = x @ x.T, y @ y.T
    n = len(x)
    for i in range(n):
        K[i, i] = L[i, i] = 0
    crossed = K.sum() * L.sum() / ((n - 1) * (n - 2)) - 2 * (K @ L).sum() / (n - 2)
    return ((K * L).sum() + crossed) / (n * (n - 3))


def cka_debiased(x: np.ndarray, y: np.ndarray) -> float:
    return float(hsic_debiased(x, y) / np.sqrt(hsic_debiased(x, x) * hsic_debiased(y, y)))


def cka_biased(x: np.ndarray, y: np.ndarray) -> float:
    n = len(x)
    H = np.eye(n) - np.ones((n, n)) / n
    K, L = H @ x @ x.T @ H, H @ y @ y.T @ H
    return float(np.trace(K @ L) / np.sqrt(np.trace(K @ K) * np.trace(L @ L)))


def u_centred(K: np.ndarray) -> np.ndarray:
    """Székely & Rizzo 2014, definition 2."""
    n, A = len(K), np.zeros_like(K)
    K = K - np.diag(np.diag(K))
    for i in range(n):
        for j in range(n):
            if i != j:
                A[i, j] = K[i, j] - (K[i].sum() + K[:, j].sum()) / (n - 2) + K.sum() / ((n - 1) * (n - 2))
    return A


def cka_partial(x: np.ndarray, y: np.ndarray, z: np.ndarray) -> float:
    """Székely & Rizzo 2014, definition 3, of Gram matrices: what is left of both beside z."""
    a, b, c = (u_centred(v @ v.T) for v in (x, y, z))
    a, b = (v - (v * c).sum() / (c * c).sum() * c for v in (a, b))
    return float((a * b).sum() / np.sqrt((a * a).sum() * (b * b).sum()))


def distance_vector(x: np.ndarray, distance: str) -> np.ndarray:
    s = similarity(x, distance)
    pairs = [(i, j) for i in range(len(x)) for j in range(i + 1, len(x))]
    return np.array([(-s[i][j]) ** 0.5 if distance == "euclidean" else 1 - s[i][j] for i, j in pairs])


def rsa(x: np.ndarray, y: np.ndarray, distance: str, compare: str) -> float:
    a, b = distance_vector(x, distance), distance_vector(y, distance)
    if compare == "spearman":
        a, b = rankdata(np.round(a, 9)), rankdata(np.round(b, 9))
    return float(np.corrcoef(a, b)[0, 1])


def partial_correlation(a: np.ndarray, b: np.ndarray, c: np.ndarray) -> float:
    """The textbook formula for one control."""
    ab, ac, bc = np.corrcoef(a, b)[0, 1], np.corrcoef(a, c)[0, 1], np.corrcoef(b, c)[0, 1]
    return float((ab - ac * bc) / np.sqrt((1 - ac**2) * (1 - bc**2)))


def procrustes(x: np.ndarray, y: np.ndarray) -> float:
    """Pad with zeros, rotate, take the inner product."""
    d = max(x.shape[1], y.shape[1])
    x, y = (np.pad(z - z.mean(axis=0), ((0, 0), (0, d - z.shape[1]))) for z in (x, y))
    x, y = x / np.linalg.norm(x), y / np.linalg.norm(y)
    rotation, _ = orthogonal_procrustes(x, y)
    return float(np.sum((x @ rotation) * y))


def relabellings(factors: np.ndarray, words: np.ndarray) -> set[tuple[int, ...]]:
    """Every product of level permutations that keeps the Gram matrix of the words, by trying them all."""
    K = words @ words.T
    items = {tuple(row): i for i, row in enumerate(factors)}
    counts = factors.max(axis=0) + 1
    kept = set()
    for renamed in product(*(list(permutations(range(c))) for c in counts)):
        p = [items[tuple(g[level] for g, level in zip(renamed, row))] for row in factors]
        if np.array_equal(K[np.ix_(p, p)], K):
            kept.add(tuple(p))
    return kept


def csls(queries: np.ndarray, candidates: np.ndarray, size: int) -> np.ndarray:
    s = np.array([[cosine(q, c) for c in candidates] for q in queries])
    out = np.empty_like(s)
    for i, j in product(range(len(queries)), range(len(candidates))):
        query, target = np.mean(sorted(s[i])[-size:]), np.mean(sorted(s[:, j])[-size:])
        out[i, j] = 2 * s[i, j] - query - target
    return out


def mantel_moments(A: np.ndarray, B: np.ndarray) -> tuple[float, float]:
    """Return mean and variance of sum_{i != j} A_ij B_p(i)p(j) over all permutations p, in closed form.

    Pairs of pairs are of six sorts: the same, reversed, sharing the first index, the second, one crosswise, or
    none; under a random p each sort of B averages over all its members.
    A, B: (n, n), any matrices, n >= 4; diagonals are ignored. With memberships it gives the overlap null, with
    centred matrices those of RSA and CKA. Ref.: Mantel 1967; Hubert 1987, section 4.3.
    """
    n = len(A)
    a, b = pair_sums(A), pair_sums(B)
    count = n * (n - 1) * np.array([1, 1, n - 2, n - 2, 2 * (n - 2), (n - 2) * (n - 3)], dtype=np.float64)
    mean = float((A.sum() - np.trace(A)) * (B.sum() - np.trace(B)) / (n * (n - 1)))
    return mean, float(a @ (b / count) - mean**2)


def pair_sums(A: np.ndarray) -> np.ndarray:
    """Sum A_ij A_kl by how (i, j) and (k, l) meet: the same, reversed, i = k, j = l, crosswise, disjoint: (6,)."""
    A = A - np.diag(np.diag(A))
    rows, columns = A.sum(axis=1), A.sum(axis=0)
    same, reversed_ = np.sum(A * A), np.sum(A * A.T)
    first, second = rows @ rows - same, columns @ columns - same
    cross = 2 * (rows @ columns - reversed_)
    rest = A.sum() ** 2 - same - reversed_ - first - second - cross
    return np.array([same, reversed_, first, second, cross, rest])
