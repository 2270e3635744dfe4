"""Plain scores of many spaces against a few: the ladder of rungs, and one group of spaces against another."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import asdict
from itertools import product

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from lva.alignment.measures.neighbourhoods import neighbourhood_size, neighbourhood_sizes
from lva.alignment.measures.neighbours import precision_at_k
from lva.alignment.nulls.measures import KINDS, Measures
from lva.alignment.tables.intervals import jackknife, spread

EVERY = Measures(kinds=KINDS)


def ladder(
    rungs: Mapping[Hashable, ArrayLike | Sequence[ArrayLike]],
    targets: Mapping[str, ArrayLike | Sequence[ArrayLike]],
    measures: Measures = EVERY,
    shown: Sequence[str] | None = None,
) -> pd.DataFrame:
    """Score each rung against each target, all draws with all seeds: one row per rung, target and measure.

    value is the mean over pairs, sd and the extremes low and high are over pairs, pairs their number. A rung may be
    among the targets too; it is not compared with itself. shown: the measures that get a row, by default all but the
    P@k between `neighbourhood_sizes`.
    """
    spaces = {**targets, **rungs}
    n = len(_draws(next(iter(spaces.values())))[0])
    measures = measures.sized(n)
    between = {f"P@{k}" for k in range(1, n) if k not in neighbourhood_sizes(n)}
    shown = [name for name in measures.names if name not in between] if shown is None else shown
    ready = {name: [measures.prepare(z, name=str(name)) for z in _draws(entry)] for name, entry in spaces.items()}
    rows = []
    for rung, target in product(rungs, targets):
        if rung != target:
            scores = np.array([measures.score(x, y) for x, y in product(ready[rung], ready[target])])
            rows += [
                {"rung": rung, "target": target, "measure": name} | asdict(spread(values))
                for name, values in zip(measures.names, scores.T)
                if name in shown
            ]
    return pd.DataFrame(rows).rename(columns={"mean": "value", "count": "pairs"})


def contrast(
    a: ArrayLike | Sequence[ArrayLike],
    nearer: Sequence[ArrayLike],
    farther: Sequence[ArrayLike],
    k: int | None = None,
) -> dict[str, float]:
    """By how much `a` is closer to one group of spaces than to another: mean P@k, jackknifed over the items.

    a: (n, d), or one per seed; every space (n, d_i); k: `neighbourhood_size` of the items by default. Returns
    difference, low, high (95 %).
    """
    draws = _draws(a)
    k = k or neighbourhood_size(len(draws[0]))

    def difference(items) -> float:
        near, far = (
            np.mean([precision_at_k(x[items], np.asarray(y)[items], k) for x, y in product(draws, group)])
            for group in (nearer, farther)
        )
        return float(near - far)

    interval = jackknife(difference, len(draws[0]), groups=min(27, len(draws[0])))
    return {"difference": interval.estimate, "low": interval.low, "high": interval.high}


def _draws(entry: ArrayLike | Sequence[ArrayLike]) -> list[np.ndarray]:
    return [np.asarray(z) for z in entry] if isinstance(entry, (list, tuple)) else [np.asarray(entry)]
