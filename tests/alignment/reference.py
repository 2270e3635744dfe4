"""Slow, literal translations of the kernels: loops over items, nothing shared with `lva.alignment`."""

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


def mutual_rank(x: np.ndarray, y: np.ndarray, k: int) -> float:
    sx, sy = similarity(x, "cosine"), similarity(y, "cosine")
    n = len(x)

    def mean_rank(s: list[list[float]], t: list[list[float]]) -> float:
        total = 0.0
        for i in range(n):
            others = [j for j in range(n) if j != i]
            ranks = dict(zip(others, rankdata([-round(t[i][j], 9) for j in others])))
            total += sum(chances(s[i], i, k)[j] * ranks[j] for j in others) / k
        return total / n

    r = (mean_rank(sx, sy) + mean_rank(sy, sx)) / 2
    return (n / 2 - r) / (n / 2 - (k + 1) / 2)


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


def u_gram(x: np.ndarray) -> np.ndarray:
    n = len(x)
    K, U = x @ x.T, np.zeros((n, n))
    for i, j in product(range(n), repeat=2):
        if i != j:
            row = sum(K[i, m] for m in range(n) if m != i) / (n - 2)
            column = sum(K[m, j] for m in range(n) if m != j) / (n - 2)
            every = sum(K[a, b] for a, b in product(range(n), repeat=2) if a != b) / ((n - 1) * (n - 2))
            U[i, j] = K[i, j] - row - column + every
    return U


def cknna(x: np.ndarray, y: np.ndarray, k: int) -> float:
    K, L = u_gram(x), u_gram(y)
    sx, sy = similarity(x, "cosine"), similarity(y, "cosine")
    xy = xx = yy = 0.0
    for i in range(len(x)):
        for j, (p, q) in enumerate(zip(chances(sx[i], i, k), chances(sy[i], i, k))):
            xy += p * q * K[i, j] * L[i, j]
            xx += p * K[i, j] ** 2
            yy += q * L[i, j] ** 2
    return xy / (xx * yy) ** 0.5


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


def canonical_correlations(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Square roots of the eigenvalues of Sxx^-1 Sxy Syy^-1 Syx."""
    x, y = x - x.mean(axis=0), y - y.mean(axis=0)
    M = np.linalg.solve(x.T @ x, x.T @ y) @ np.linalg.solve(y.T @ y, y.T @ x)
    return np.sqrt(np.sort(np.linalg.eigvals(M).real)[::-1][: min(x.shape[1], y.shape[1])])


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
