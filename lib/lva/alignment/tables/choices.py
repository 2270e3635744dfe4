"""How much the choice of layer and pooling matters, corrected for having looked at all, and that of the metric."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence
from itertools import product

import pandas as pd
from numpy.typing import ArrayLike

from lva.alignment.measures.neighbourhoods import neighbourhood_size
from lva.alignment.measures.neighbours import precision_at_k
from lva.alignment.nulls.null import max_t
from lva.alignment.nulls.permutation import permutation_null
from lva.alignment.tables.draws import Draws, count_items, mean_over_draws

METRICS = ("cosine", "euclidean")


def best_choice(
    choices: Mapping[Hashable, ArrayLike], target: ArrayLike, measure: str | None = None, permutations: int = 1_000
) -> pd.DataFrame:
    """Score every choice (layer and pooling, say) and correct p for having looked at all of them (max-T).

    measure: by default P@k, k the `neighbourhood_size` of the items.
    """
    n = count_items({"target": target, **choices})
    measure = measure or f"P@{neighbourhood_size(n)}"
    nulls = {name: permutation_null(x, target, permutations=permutations) for name, x in choices.items()}
    names = nulls[next(iter(choices))].names
    if measure not in names:
        raise ValueError(f"measure={measure!r} is unknown; choose one of {', '.join(names)}")
    at = names.index(measure)
    adjusted = max_t(list(nulls.values())).reshape(len(nulls), -1)[:, at]
    values = [null.observed[at] for null in nulls.values()]
    return pd.DataFrame({"choice": list(nulls), "measure": measure, "value": values, "p_adjusted": adjusted})


def metric_table(references: Mapping[str, Draws], seeds: Sequence[ArrayLike], k: int | None = None) -> pd.DataFrame:
    """Mean P@k over the seeds under each metric, raw and centred: reference, metric, centred, measure, value.

    references: name -> (n, d), or several draws; seeds: one (n, d) each; k: `neighbourhood_size` of the items by
    default. Centred: with the mean item subtracted, which changes no Euclidean distance.
    """
    n = count_items({"seeds": list(seeds), **references})
    k = neighbourhood_size(n) if k is None else k

    def shared(metric: str, centred: bool) -> Callable:
        return lambda x, y: precision_at_k(x, y, k, metric, centred)

    rows = [
        (name, metric, centred, f"P@{k}", mean_over_draws(shared(metric, centred), list(seeds), x))
        for (name, x), metric, centred in product(references.items(), METRICS, (False, True))
    ]
    return pd.DataFrame(rows, columns=["reference", "metric", "centred", "measure", "value"])
