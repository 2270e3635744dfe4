"""All pairs of spaces at once: every statistic, with items left out, and under permutations."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import combinations, product
from typing import Any

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from lva.alignment.checks import Array
from lva.alignment.measures.retrieval import RetrievalProtocol, retrieval_at_k
from lva.alignment.nulls.measures import Measures, Prepared
from lva.alignment.nulls.null import Finding, Null
from lva.alignment.nulls.permuted import Permutations

Spaces = dict[str, list[Array]]  # name -> one embedding (n, d) per training seed
Pair = tuple[str, str]
Findings = dict[tuple[str, str, str], Finding]  # (a, b, measure)


def prepare_all(
    spaces: Spaces, measures: Measures, keep: NDArray[np.int64] | slice = slice(None), given: Sequence[Array] = ()
) -> dict[str, list[Prepared]]:
    """Prepare every seed of every space, with only the items `keep`."""
    return {name: [measures.prepare(z[keep], given, name) for z in seeds] for name, seeds in spaces.items()}


def score_pairs(ready: dict[str, list[Prepared]], targets: Iterable[str], measures: Measures) -> dict[Pair, Array]:
    """Score every space against every target, all seeds with all seeds: ordered pair -> (seeds, seeds, m)."""
    pairs = distinct_pairs(ready, targets)
    values = in_threads(
        lambda a, b: np.array([[measures.score(p, q) for q in ready[b]] for p in ready[a]]),
        pairs,
    )
    return both_ways(pairs, values, values)


def retrieve_pairs(spaces: Spaces, targets: Iterable[str], k: int, seed: int) -> dict[Pair, Array]:
    """Retrieve every space's items in every target: ordered pair -> (seeds, seeds, n), each item's chance."""
    pairs, protocol = distinct_pairs(spaces, targets), RetrievalProtocol(seed=seed)
    retrieved = in_threads(
        lambda a, b: [[retrieval_at_k(p, q, k, protocol) for q in spaces[b]] for p in spaces[a]], pairs
    )
    forward = [np.array([[one.forward_items for one in row] for row in results]) for results in retrieved]
    backward = [np.array([[one.backward_items for one in row] for row in results]) for results in retrieved]
    return both_ways(pairs, forward, backward)


def distinct_pairs(names: Iterable[str], targets: Iterable[str]) -> list[Pair]:
    """Every name with every target, each pair once, none with itself."""
    return list({frozenset(pair): pair for pair in product(names, targets) if pair[0] != pair[1]}.values())


def both_ways(pairs: Sequence[Pair], forward: Sequence[Array], backward: Sequence[Array]) -> dict[Pair, Array]:
    """Key by (a, b) what was found from a to b, and by (b, a) what was found from b to a, its seeds first."""
    return dict(zip(pairs, forward)) | {(b, a): value.swapaxes(0, 1) for (a, b), value in zip(pairs, backward)}


def in_threads(work: Callable[..., Any], jobs: Sequence[tuple[str, ...]]) -> list[Any]:
    """Call `work` for each pair, say, on all cores: kernels and LAPACK release the GIL and run best on one thread."""
    with threadpool_limits(1), ThreadPoolExecutor(os.cpu_count()) as pool:
        return list(pool.map(work, *zip(*jobs))) if jobs else []


def score_seeds(ready: dict[str, list[Prepared]], measures: Measures) -> dict[str, Array]:
    """Score every space against its own other seeds, on average: name -> (m,), nan for a single seed."""
    nothing = np.full(len(measures.names), np.nan)
    own = {name: [measures.score(p, q) for p, q in combinations(seeds, 2)] for name, seeds in ready.items()}
    return {name: np.mean(values, axis=0) if values else nothing for name, values in own.items()}


def findings(ready: dict[str, list[Prepared]], measures: Measures, exact: bool, draws: Permutations) -> Findings:
    """Compare every unordered pair with its null, each seed pair under the same draws: (a, b, name) -> Finding.

    With several seeds the statistic is the mean over the pairs of seeds, and so is its null.
    """

    def compare(a: str, b: str) -> dict[str, Finding]:
        seeds = list(product(ready[a], ready[b]))
        observed = np.mean([measures.score(p, q) for p, q in seeds], axis=0)
        sample = np.mean([measures.permute(p, q, draws) for p, q in seeds], axis=0)
        return Null(measures.names, observed, sample, exact, ("pairs",)).findings()

    pairs = list(combinations(ready, 2))
    by_pair = in_threads(compare, pairs)
    one_way = {(*pair, name): finding for pair, one in zip(pairs, by_pair) for name, finding in one.items()}
    return one_way | {(b, a, name): finding for (a, b, name), finding in one_way.items()}
