"""P@k for every k with its nulls: what the curve would be by chance, and from shared words alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import product

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from lva.alignment.nulls.measures import Measures
from lva.alignment.nulls.permutation import draw_permutations
from lva.alignment.nulls.relabelling import draw_relabellings
from lva.alignment.nulls.relabelling_group import RelabellingGroup
from lva.alignment.tables.align import as_sets
from lva.alignment.tables.pairs import in_threads

BAND = (2.5, 97.5)  # percent of a null


def precision_curves(
    spaces: Mapping[str, ArrayLike | Sequence[ArrayLike]],
    a: str,
    group: RelabellingGroup,
    k_max: int | None = None,
    permutations: int = 10_000,
    seed: int = 0,
) -> pd.DataFrame:
    """Return P@1 .. P@k_max of the space `a` with each other one: one row per pair and k.

    k_max: `neighbourhood_size` of the items by default. value is the mean over pairs of seeds, low and high their
    extremes; null_* the mean of the permutation null and 95 % of it, relabel_* the same of the relabelling null.
    """
    sets = as_sets(spaces)
    if a not in sets:
        raise ValueError(f"a={a!r} is no space; choose one of {', '.join(sets)}")
    n = len(sets[a][0])
    measures = Measures(kinds=("precision",), k_max=k_max).sized(n)
    ready = {name: [measures.prepare(z, name=name) for z in seeds] for name, seeds in sets.items()}
    draws = {
        "null": draw_permutations(n, permutations, seed),
        "relabel": draw_relabellings(group, permutations, seed)[1],
    }

    def curve(a: str, b: str) -> pd.DataFrame:
        pairs = list(product(ready[a], ready[b]))
        values = np.array([measures.score(x, y) for x, y in pairs])
        table = {"a": a, "b": b, "k": np.arange(1, measures.k_max + 1), "value": values.mean(axis=0)}
        table |= {"low": values.min(axis=0), "high": values.max(axis=0)}
        for name, drawn in draws.items():
            sample = np.mean([measures.permute(x, y, drawn) for x, y in pairs], axis=0)
            low, high = np.percentile(sample, BAND, axis=0)
            table |= {f"{name}_mean": sample.mean(axis=0), f"{name}_low": low, f"{name}_high": high}
        return pd.DataFrame(table)

    return pd.concat(in_threads(curve, [(a, b) for b in sets if b != a]), ignore_index=True)
