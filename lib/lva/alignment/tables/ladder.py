"""Plain scores of many spaces against a few: the ladder of rungs, and one group of spaces against another."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import asdict
from itertools import product

import numpy as np
import pandas as pd

from lva.alignment.checks import as_factors, check_k
from lva.alignment.measures.neighbourhoods import neighbourhood_size, neighbourhood_sizes
from lva.alignment.measures.neighbours import precision_at_k
from lva.alignment.nulls.measures import KINDS, Measures
from lva.alignment.tables.crossed import crossed_interval, rescaled
from lva.alignment.tables.draws import Draws, as_draws, count_items, mean_over_draws
from lva.alignment.tables.intervals import spread

EVERY = Measures(kinds=KINDS)


def ladder(
    rungs: Mapping[Hashable, Draws],
    targets: Mapping[str, Draws],
    measures: Measures = EVERY,
    shown: Sequence[str] | None = None,
) -> pd.DataFrame:
    """Score each rung against each target, all draws with all seeds: one row per rung, target and measure.

    value is the mean over pairs, sd and the extremes low and high are over pairs, pairs their number. A rung may be
    among the targets too; it is not compared with itself. shown: the measures that get a row, by default all but the
    P@k between `neighbourhood_sizes`.
    """
    spaces = {**targets, **rungs}
    n = count_items(spaces)
    measures = measures.sized(n)
    between = {f"P@{k}" for k in range(1, n) if k not in neighbourhood_sizes(n)}
    shown = [name for name in measures.names if name not in between] if shown is None else shown
    ready = {
        name: [measures.prepare(z, name=str(name)) for z in as_draws(entry, str(name))]
        for name, entry in spaces.items()
    }
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
    a: Draws,
    nearer: Sequence[Draws],
    farther: Sequence[Draws],
    factors: Mapping[str, Sequence],
    k: int | None = None,
) -> dict[str, float]:
    """By how much `a` is closer to one group of spaces than to another: mean P@k, for other seeds and other levels.

    a: (n, d), or one per seed; every space (n, d_i), or the mean over its draws; factors: name -> (n,) labels, see
    `crossed_interval`; k: `neighbourhood_size` of the items by default. Returns difference, low, high (95 %).
    """
    if not nearer or not farther:
        raise ValueError(f"{len(nearer)} spaces against {len(farther)}; a contrast needs at least one on each side")
    seeds, near, far = (
        as_draws(a, "a"),
        [as_draws(z, "nearer") for z in nearer],
        [as_draws(z, "farther") for z in farther],
    )
    n = count_items(
        {"a": seeds} | {f"nearer[{i}]": z for i, z in enumerate(near)} | {f"farther[{i}]": z for i, z in enumerate(far)}
    )
    factors, k = as_factors(factors, n), neighbourhood_size(n) if k is None else k
    check_k(k, n)

    def differences(items) -> np.ndarray:
        size = rescaled(k, len(items), n)

        def shared(x, y) -> float:
            return precision_at_k(x[items], y[items], size)

        closer, less = (
            np.array([np.mean([mean_over_draws(shared, x, z) for z in group]) for x in seeds]) for group in (near, far)
        )
        return closer - less

    interval = crossed_interval(differences, factors)
    return {"difference": float(interval.estimate), "low": float(interval.low), "high": float(interval.high)}
