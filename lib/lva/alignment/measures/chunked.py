"""Precision@k for many items: exact, in chunks of rows, on any torch device."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from numpy.typing import ArrayLike

from lva.alignment.checks import Array, as_space, check_choice, check_k
from lva.alignment.measures.similarity import METRICS, place
from lva.alignment.measures.ties import tie_tolerance

if TYPE_CHECKING:
    import torch


CHUNK_BYTES = 2**26  # of similarities at a time


class Rows(NamedTuple):
    """One space on the device, ready for similarities: s_ij = x_i . x_j - offset_i - offset_j."""

    x: torch.Tensor  # (n, d) float64
    offset: torch.Tensor  # (n,) float64
    tolerance: float


def precision_chunked(
    x: ArrayLike,
    y: ArrayLike,
    k: int = 15,
    metric: str = "cosine",
    center: bool = False,
    device: str = "cpu",
) -> float:
    """Overlap of the k-nearest-neighbour sets without the n x n matrices; the value of `precision_at_k`.

    Exact search in float64: for each chunk of rows all n similarities, the k-th largest, and the chance
    that each item is in the set. Ties are the items within the tolerance of the k-th.
    x: (n, d1), y: (n, d2) -> float in [0, 1]. Time grows as n^2 d; memory as n d + 3
    `CHUNK_BYTES`: at n = 100,000 and d = 768 below 4 GB with float32 input. The device must support float64.
    """
    return float(overlap_chunked(x, y, k, metric, center, device).mean())


def overlap_chunked(x: ArrayLike, y: ArrayLike, k: int, metric: str, center: bool, device: str = "cpu") -> Array:
    """Each item's share of common neighbours, (n,): see `precision_chunked`, their mean."""
    import torch

    check_choice(metric, METRICS, "metric")
    a, b = load(x, metric, center, device, "x"), load(y, metric, center, device, "y")
    n = len(a.x)
    if n != len(b.x):
        raise ValueError(f"x has {n} items and y has {len(b.x)}; embed the same instructions in both")
    check_k(k, n)
    step = max(1, CHUNK_BYTES // (8 * n))
    first, second = torch.empty((2, min(step, n), n), dtype=torch.float64, device=device)
    shared = torch.empty(n, dtype=torch.float64, device=device)
    for start in range(0, n, step):
        items = torch.arange(start, min(start + step, n), device=device)
        p, q = membership(a, items, k, first[: len(items)]), membership(b, items, k, second[: len(items)])
        shared[start : start + step] = p.mul_(q).sum(1) / k
    return shared.cpu().numpy()


def load(x: ArrayLike, metric: str, center: bool, device: str, name: str) -> Rows:
    """Move a space to the device: the rows that the metric compares, and half their squared lengths if euclidean."""
    import torch

    rows = torch.from_numpy(place(as_space(x, name), metric, center, name)).to(device)
    half = 0.5 * torch.einsum("ij,ij->i", rows, rows)
    if metric == "euclidean":
        return Rows(rows, half, tie_tolerance(rows.shape[1], float(half.max())))
    return Rows(rows, torch.zeros_like(half), tie_tolerance(rows.shape[1]))


def membership(space: Rows, items: torch.Tensor, k: int, out: torch.Tensor) -> torch.Tensor:
    """Write to `out: (c, n)` the chance that each item is among the k nearest of `items: (c,)`; rows sum to k.

    Works in place: new memory for each chunk would cost as much as the products.
    """
    import torch

    S = torch.mm(space.x[items], space.x.T, out=out)
    S.sub_(space.offset[items, None]).sub_(space.offset)
    S[torch.arange(len(items), device=S.device), items] = -torch.inf
    S.sub_(torch.topk(S, k, dim=1).values[:, -1:])
    above = S.gt(space.tolerance)
    tied = S.abs_().le_(space.tolerance)
    share = (k - above.sum(1, keepdim=True)) / tied.sum(1, keepdim=True)
    return tied.mul_(share).add_(above)
