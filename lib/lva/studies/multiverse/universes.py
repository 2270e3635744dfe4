"""The multiverse: every agent at every moment against every read-out of every reference, by every measure.

All measures here are inner products of vectors that each space has by itself, so that a million comparisons are one
product of matrices. P@k is that of `precision_at_k`, CKA that of `cka`, RSA that of `rsa` (Spearman).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from lva.alignment.checks import as_space
from lva.alignment.measures.cka import gram
from lva.alignment.measures.neighbourhoods import neighbourhood_sizes
from lva.alignment.measures.neighbours import neighbours
from lva.alignment.measures.rsa import dissimilarity
from lva.alignment.tables.crossed import rescaled

CKA = "cka"
ROUNDING = 1e-6  # of float32: what differs by less is the same
GEOMETRIES = (("cosine", False), ("cosine", True), ("euclidean", False))  # euclidean distances need no centring
Vector = NDArray[np.float32]


class Judge(NamedTuple):
    """One way to compare two spaces. CKA has no metric and centres by itself."""

    measure: str
    metric: str
    centred: bool


def judges(n: int) -> list[Judge]:
    """Every way to compare two spaces of n items."""
    measures = [f"P@{k}" for k in neighbourhood_sizes(n)] + ["rsa"]
    return [Judge(measure, *geometry) for geometry in GEOMETRIES for measure in measures] + [Judge(CKA, "", True)]


def features(x: ArrayLike, of: int | None = None) -> dict[Judge, Vector]:
    """What each judge compares of a space, such that two spaces' inner product is the measure.

    nan where that is undefined: items that are all the same, or, centred, an item that is the mean of all.
    `of`: how many items there were before some were left out; P@k then looks at as large a share of the others.
    """
    x = as_space(x, "x", least=4)
    n = of or len(x)
    found = {judge: np.full(len(x) ** 2, np.nan, np.float32) for judge in judges(n)}
    if not _differ(x):
        return found
    for metric, centred in GEOMETRIES:
        if metric == "euclidean" or _have_directions(x - x.mean(0) if centred else x):
            order = neighbours(x, metric, centred)
            for named in neighbourhood_sizes(n):
                k = rescaled(named, len(x), n)
                shares = order.membership(k) / np.sqrt(k * len(x))
                found[Judge(f"P@{named}", metric, centred)] = shares.astype(np.float32).ravel()
            placed = x - x.mean(0) if centred else x
            found[Judge("rsa", metric, centred)] = _unit(dissimilarity(placed, metric))
    found[Judge(CKA, "", True)] = _unit(gram(x))
    return found


def _differ(x: NDArray) -> bool:
    return bool(np.ptp(x, axis=0).max() > ROUNDING * np.abs(x).max())


def _have_directions(x: NDArray) -> bool:
    return bool((np.linalg.norm(x, axis=1) > ROUNDING * np.abs(x).max()).all())


def _unit(matrix: NDArray) -> Vector:
    return (matrix / np.linalg.norm(matrix)).astype(np.float32).ravel()


def universe_table(
    agents: Mapping[tuple, ArrayLike], references: Mapping[tuple, ArrayLike], names: tuple[Sequence, Sequence]
) -> pd.DataFrame:
    """Every agent against every reference by every judge, one row each.

    agents, references: key -> (n, d); names: what the parts of the keys of both are called, as columns.
    """
    if not agents or not references:
        raise ValueError("an empty multiverse: it takes at least one agent and one read-out of a reference")
    left, right = ([features(x) for x in spaces.values()] for spaces in (agents, references))
    keys = pd.DataFrame([(*a, *b) for a in agents for b in references], columns=[*names[0], *names[1]])
    tables = []
    for judge in left[0]:
        values = np.stack([one[judge] for one in left]) @ np.stack([one[judge] for one in right]).T
        tables.append(keys.assign(**judge._asdict(), value=values.ravel()))
    return pd.concat(tables, ignore_index=True)
