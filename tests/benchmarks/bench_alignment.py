"""Speed of the alignment nulls against their peers, one thread each, in this run; `make bench` calls it.

Writes bench_alignment.csv. Seconds are medians over repeats; a peer slower than a few seconds is run
with fewer permutations and scaled linearly, and the note says so. Takes about four minutes.
"""

from __future__ import annotations

import os

for variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMBA_NUM_THREADS"):
    os.environ[variable] = "1"

import resource
import statistics
import time
import warnings
from collections.abc import Callable
from functools import partial
from itertools import product

import numpy as np
import torch
from calibrated_similarity import calibrate
from harness import write_table
from scipy.spatial.distance import pdist
from scipy.stats import rankdata

from lva.alignment import (
    Measures,
    Table,
    align,
    cka,
    permutation_null,
    precision_chunked,
    relabelling_group,
    relabelling_null,
)
from lva.alignment.measures.chunked import load, membership
from lva.ground.provenance import hardware

torch.set_num_threads(1)
warnings.filterwarnings("ignore", message="Distance covariance is not guaranteed")
PERMUTATIONS = 10_000
ROWS: list[dict] = []


def seconds(run: Callable[[], object], repeats: int = 5, warm: bool = True) -> float:
    """Median seconds of a call; the first call, which compiles, is not counted."""
    if warm:
        run()
    times = []
    for _ in range(repeats):
        start = time.perf_counter()
        run()
        times.append(time.perf_counter() - start)
    return statistics.median(times)


def scaled(run: Callable[[int], object], count: int) -> float:
    """Median seconds for PERMUTATIONS permutations, from runs with `count`, linearly."""
    return seconds(partial(run, count), repeats=3) * PERMUTATIONS / count


def record(
    job: str, n: int, d: int, ours: float, target: str = "", peer: str = "", theirs: float | None = None, note: str = ""
):
    """Add a row, and print it at once: the script takes minutes."""
    ratio = None if theirs is None else round(theirs / ours, 1)
    ROWS.append(
        {"job": job, "n": n, "d": d, "seconds": round(ours, 4), "peer": peer}
        | {"peer_seconds": None if theirs is None else round(theirs, 2), "ratio": ratio}
        | {"target": target, "note": note, "hardware": hardware()}
    )
    print(
        f"{job}, n={n}, d={d}: {ours:.3f} s; {peer or 'no peer'} {theirs or float('nan'):.2f} s, ratio {ratio}",
        flush=True,
    )


def mutual_knn(x: torch.Tensor, y: torch.Tensor, k: int = 15) -> torch.Tensor:
    """The measure as it is usually written: the two neighbour masks anew at every call."""
    masks = []
    for z in (x, y):
        z = torch.nn.functional.normalize(z, dim=1)
        near = (z @ z.T).fill_diagonal_(-2).topk(k, dim=1).indices
        masks.append(torch.zeros(len(z), len(z)).scatter_(1, near, 1.0))
    return (masks[0] * masks[1]).sum() / (k * len(x))


def masks_once(x: torch.Tensor, y: torch.Tensor, k: int) -> list[torch.Tensor]:
    """Return both neighbour masks, computed once."""
    z = [torch.nn.functional.normalize(v, dim=1) for v in (x, y)]
    near = [(v @ v.T).fill_diagonal_(-2).topk(k, dim=1).indices for v in z]
    return [torch.zeros(len(x), len(x)).scatter_(1, index, 1.0) for index in near]


def full_masks(x: torch.Tensor, y: torch.Tensor, count: int, k: int = 15) -> torch.Tensor:
    """Masks once, whole masks permuted in batches of 250."""
    a, b = masks_once(x, y, k)
    permutations = (torch.rand(250, len(x)).argsort(dim=1) for _ in range(count // 250))
    return torch.cat([(a * b[p[:, :, None], p[:, None, :]]).sum(dim=(1, 2)) / (k * len(x)) for p in permutations])


def near_masks(x: torch.Tensor, y: torch.Tensor, count: int, k: int = 15) -> torch.Tensor:
    """Masks once, only the neighbours of x looked up: the fastest way we know in plain torch."""
    a, b = masks_once(x, y, k)
    rows, columns = a.nonzero(as_tuple=True)
    permutations = (torch.rand(250, len(x)).argsort(dim=1) for _ in range(count // 250))
    return torch.cat([b[p[:, rows], p[:, columns]].sum(dim=1) / (k * len(x)) for p in permutations])


def debiased_cka(x: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
    """Debiased linear CKA, the Grams anew at every call."""

    def hsic(K: torch.Tensor, L: torch.Tensor) -> torch.Tensor:
        n = len(K)
        crossed = K.sum() * L.sum() / ((n - 1) * (n - 2)) - 2 * (K.sum(0) @ L.sum(0)) / (n - 2)
        return ((K * L).sum() + crossed) / (n * (n - 3))

    K, L = (x @ x.T).fill_diagonal_(0), (y @ y.T).fill_diagonal_(0)
    return hsic(K, L) / (hsic(K, K) * hsic(L, L)).sqrt()


def rerank(x: np.ndarray, y: np.ndarray, count: int) -> list[float]:
    """RSA with distances and ranks anew for every permutation of y."""
    rng, a = np.random.default_rng(0), rankdata(pdist(x, "correlation"))
    D = 1 - np.corrcoef(y)
    i, j = np.triu_indices(len(y), 1)
    permutations = (rng.permutation(len(y)) for _ in range(count))
    return [np.corrcoef(a, rankdata(D[p[i], p[j]]))[0, 1] for p in permutations]


def toolbox_bootstrap(x: np.ndarray, y: np.ndarray) -> Callable[[int], object]:
    """Return rsatoolbox's bootstrap over patterns, the resampling it offers for one pair of RDMs."""
    import rsatoolbox

    index = {"index": np.arange(len(x))}
    data = [rsatoolbox.data.Dataset(z, obs_descriptors=index) for z in (x, y)]
    a, b = (rsatoolbox.rdm.calc_rdm(z, method="correlation", descriptor="index") for z in data)
    model = rsatoolbox.model.ModelFixed("x", a)
    evaluate = rsatoolbox.inference.eval_bootstrap_pattern
    return lambda count: evaluate(model, b, method="spearman", N=count, boot_noise_ceil=False)


def dcor_null(x: np.ndarray, y: np.ndarray, count: int) -> list[float]:
    """Debiased CKA of permuted items by dcor; of the items as they are it has to be ours."""
    import dcor

    np.testing.assert_allclose(dcor.u_distance_correlation_sqr(x, y, exponent=2), cka(x, y), atol=1e-9)
    rng = np.random.default_rng(0)
    return [dcor.u_distance_correlation_sqr(x, y[rng.permutation(len(y))], exponent=2) for _ in range(count)]


def bench_nulls(d: int, n: int = 108) -> None:
    """The three nulls at n = 108, from arrays to p."""
    x, y = np.random.default_rng(0).normal(size=(2, n, d)).astype(np.float32)
    a, b = torch.from_numpy(x), torch.from_numpy(y)
    kinds = ("precision", "rsa", "cka")  # RSA by the peers' distance
    ours = {k: seconds(partial(permutation_null, x, y, Measures((k,), distance="correlation"))) for k in kinds}

    def against(kind: str, job: str, target: str, peer: str, run: Callable[[int], object], count: int):
        theirs = scaled(run, count)
        note = f"peer: {count} permutations, scaled"
        if kind != "precision":
            return record(f"{job}, 10,000 permutations", n, d, ours[kind], target, peer, theirs, note)
        for label, times in (("one k", 1), ("all k, 15 times one", 15)):  # they give one k at a time
            peer_k = f"{peer}, {label}"
            record(f"{job}, 10,000 permutations", n, d, ours[kind], target, peer_k, times * theirs, note)

    job, similar = "overlap null, all k = 1..15", "calibrated-similarity 0.1.1"
    against("precision", job, "<= 0.1 s, 300x", similar, partial(calibrated, a, b, mutual_knn), 300)
    against("precision", job, "<= 0.1 s, 15x", "vectorised torch, masks", partial(full_masks, a, b), 2_000)
    against("precision", job, "<= 0.1 s, 15x", "vectorised torch, neighbours", partial(near_masks, a, b), 2_000)
    against("rsa", "RSA null", "<= 0.3 s", "re-ranking", partial(rerank, x, y), 500)
    against("rsa", "RSA null", "<= 0.3 s", "rsatoolbox 0.3.2, bootstrap", toolbox_bootstrap(x, y), 100)
    against("cka", "debiased CKA null", "<= 0.3 s", similar, partial(calibrated, a, b, debiased_cka), 500)
    run = partial(dcor_null, x.astype(float), y.astype(float))
    against("cka", "debiased CKA null", "<= 0.3 s", "dcor 0.7", run, 20)


def calibrated(a: torch.Tensor, b: torch.Tensor, similarity: Callable, count: int) -> object:
    """Run calibrated-similarity with `count` permutations."""
    return calibrate(a, b, similarity, K=count)


def bench_growth(permutations: int = 1_000) -> None:
    """The nulls with more items: a permutation costs n k for the overlap, n^2 for RSA and CKA."""
    for n in (108, 216, 432, 864, 1728):
        x, y = np.random.default_rng(0).normal(size=(2, n, 128))
        for kind, job in (("precision", "overlap"), ("rsa", "RSA"), ("cka", "debiased CKA")):
            run = partial(permutation_null, x, y, Measures((kind,)), permutations=permutations)
            record(f"{job} null, 1,000 permutations", n, 128, seconds(run, 3))


def bench_table() -> None:
    """12 spaces, 66 pairs on the product of 6 phrases, 6 colors, 3 kinds: the nulls alone, and the whole table."""
    rng = np.random.default_rng(0)
    factors = np.array(list(product(range(6), range(6), range(3))))
    words = np.hstack([np.eye(count)[factors[:, f]] for f, count in enumerate((6, 6, 3))])
    spaces = {
        f"space {i}": words @ rng.normal(size=(15, d)) + rng.normal(size=(108, d))
        for i, d in enumerate([128] * 9 + [4096] * 3)
    }
    run = partial(relabelling_null, spaces["space 0"], spaces["space 1"], relabelling_group(factors, words))
    record("relabelling null, all measures, 10,000 draws", 108, 128, seconds(run))
    three = Table(Measures(), groups=2, retrieval_k=None)
    took = seconds(partial(align, spaces, table=three), 1, False)
    record("whole table, 66 pairs: overlap, RSA, CKA nulls", 108, 128, took, "<= 30 s on 2 cores")
    baselines = {"words": words}
    run = partial(align, spaces, factors, words, baselines)
    note = "also relabelling null, procrustes, retrieval, jackknife, baseline, partial"
    record("whole table, 66 pairs: everything align() gives", 108, 128, seconds(run, 1, False), note=note)


def bench_large(d: int = 768) -> None:
    """Exact k-NN overlap: whole at growing n, then the memory and the rate of some chunks at n = 100,000."""
    rng = np.random.default_rng(0)
    for n in (2_500, 5_000, 10_000, 20_000):
        x, y = rng.normal(size=(2, n, d)).astype(np.float32)
        record("exact k-NN overlap, k = 15", n, d, seconds(partial(precision_chunked, x, y), 1, False))
    n = 100_000
    x, y = (rng.standard_normal((n, d), dtype=np.float32) for _ in range(2))
    spaces = [load(z, "cosine", False, "cpu", "x") for z in (x, y)]
    items = torch.arange(2**26 // (8 * n))
    out = torch.empty(len(items), n, dtype=torch.float64)
    chunk = seconds(lambda: [membership(space, items, 15, out) for space in spaces], 3)
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    note = f"3 chunks of {len(items)} rows, scaled to all; peak memory of the process {memory:.2f} GB"
    record("exact k-NN overlap, k = 15", n, d, chunk * n / len(items), "under 4 GB", note=note)


if __name__ == "__main__":
    bench_large()
    for dimensions in (128, 4096):
        bench_nulls(dimensions)
    bench_growth()
    bench_table()
    write_table(ROWS, "bench_alignment")
