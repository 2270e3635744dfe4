"""All pairs of spaces at once: every statistic, with items left out, and under permutations."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import combinations, product

import numpy as np
from numpy.typing import NDArray

from lva.alignment.checks import Array
from lva.alignment.measures import Measures, Prepared
from lva.alignment.null import Finding, Null
from lva.alignment.permuted import Permutations
from lva.alignment.retrieval import retrieval_at_k

Spaces = dict[str, list[Array]]  # name -> one embedding (n, d) per training seed
Pair = tuple[str, str]
Findings = dict[tuple[str, str, str], Finding]  # (a, b, measure)


def prepare_all(
    spaces: Spaces, measures: Measures, keep: NDArray[np.int64] | slice = slice(None), controls: Sequence[Array] = ()
) -> dict[str, list[Prepared]]:
    """Make every seed of every space ready, with the items `keep` alone."""
    return {name: [measures.prepare(z[keep], controls, name) for z in seeds] for name, seeds in spaces.items()}


def score_pairs(ready: dict[str, list[Prepared]], targets: Iterable[str], measures: Measures) -> dict[Pair, Array]:
    """Score every space against every target, all seeds with all seeds: ordered pair -> (seed pairs, m)."""
    scores: dict[Pair, Array] = {}
    for a, b in product(ready, targets):
        if a != b and (a, b) not in scores:
            values = np.array([measures.score(p, q) for p, q in product(ready[a], ready[b])])
            scores[a, b] = scores[b, a] = values
    return scores


def retrieve_pairs(spaces: Spaces, targets: Iterable[str], k: int, seed: int) -> dict[Pair, Array]:
    """Retrieve every space's items in every target: ordered pair -> (seed pairs, n), the chance of each item."""
    hits: dict[Pair, Array] = {}
    for a, b in product(spaces, targets):
        if a != b and (a, b) not in hits:
            found = [retrieval_at_k(p, q, k, seed=seed) for p, q in product(spaces[a], spaces[b])]
            hits[a, b] = np.array([result.forward_items for result in found])
            hits[b, a] = np.array([result.backward_items for result in found])
    return hits


def score_seeds(ready: dict[str, list[Prepared]], measures: Measures) -> dict[str, Array]:
    """Score every space against its own other seeds, on average: name -> (m,), nan for a single seed."""
    nothing = np.full(len(measures.names), np.nan)
    own = {name: [measures.score(p, q) for p, q in combinations(seeds, 2)] for name, seeds in ready.items()}
    return {name: np.mean(values, axis=0) if values else nothing for name, values in own.items()}


def findings(ready: dict[str, list[Prepared]], measures: Measures, exact: bool, draws: Permutations) -> Findings:
    """Compare every unordered pair with its null, each seed pair under the same draws: (a, b, name) -> Finding.

    With several seeds the statistic is the mean over the pairs of seeds, and so is its null.
    """
    found = {}
    for a, b in combinations(ready, 2):
        seeds = list(product(ready[a], ready[b]))
        observed = np.mean([measures.score(p, q) for p, q in seeds], axis=0)
        sample = np.mean([measures.permute(p, q, draws) for p, q in seeds], axis=0)
        null = Null(measures.names, observed, sample, exact, ("pairs",))
        for name, finding in null.findings().items():
            found[a, b, name] = found[b, a, name] = finding
    return found
