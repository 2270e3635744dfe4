"""What each space is on its own: what it is made of, which items it holds to be nearly the same, who could match it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from lva.alignment.checks import as_labels
from lva.alignment.measures.ceilings import class_ceiling
from lva.alignment.measures.factors import factor_shares
from lva.alignment.measures.neighbourhoods import neighbourhood_size
from lva.alignment.measures.neighbours import nearest_pairs
from lva.alignment.tables.draws import Draws, as_draws, count_items, mean_over_draws


def factor_table(spaces: Mapping[str, Draws], factors: Mapping[str, Sequence]) -> pd.DataFrame:
    """`factor_shares` of every space: space, factor, share.

    spaces: name -> (n, d), or several draws; factors: name -> (n,) labels.
    """
    rows = []
    for name, draws in spaces.items():
        shares = [factor_shares(x, factors) for x in as_draws(draws, name)]
        rows += [(name, factor, np.mean([each[factor] for each in shares])) for factor in shares[0]]
    return pd.DataFrame(rows, columns=["space", "factor", "share"])


def ceiling_table(spaces: Mapping[str, Draws], classes: Mapping[str, Sequence], k: int | None = None) -> pd.DataFrame:
    """`class_ceiling` of every space for what knows only these classes: space, knows, measure, value.

    spaces: name -> (n, d), or several draws; classes: name -> (n,) labels; k: `neighbourhood_size` of the
    items by default.
    """
    n = count_items(spaces)
    k = neighbourhood_size(n) if k is None else k
    rows = [
        (name, knows, f"P@{k}", mean_over_draws(lambda x, labels=labels: class_ceiling(x, labels, k), draws))
        for name, draws in spaces.items()
        for knows, labels in classes.items()
    ]
    return pd.DataFrame(rows, columns=["space", "knows", "measure", "value"])


def nearest_table(spaces: Mapping[str, ArrayLike], texts: Sequence[str], top: int = 5) -> pd.DataFrame:
    """`nearest_pairs` of every space: space, one, other, cosine.

    spaces: name -> (n, d); texts: (n,) names of the items.
    """
    texts = as_labels(texts, count_items(spaces), "texts")
    rows = [(name, texts[i], texts[j], cosine) for name, x in spaces.items() for i, j, cosine in nearest_pairs(x, top)]
    return pd.DataFrame(rows, columns=["space", "one", "other", "cosine"])
