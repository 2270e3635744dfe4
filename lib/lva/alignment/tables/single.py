"""What each space is on its own: the factors that it is made of, the items that it holds to be nearly the same."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd
from numpy.typing import ArrayLike

from lva.alignment.measures.factors import factor_shares
from lva.alignment.measures.neighbours import nearest_pairs


def factor_table(spaces: Mapping[str, ArrayLike], factors: Mapping[str, Sequence]) -> pd.DataFrame:
    """`factor_shares` of every space: space, factor, share.

    spaces: name -> (n, d); factors: name -> (n,) labels.
    """
    rows = [(name, *share) for name, x in spaces.items() for share in factor_shares(x, factors).items()]
    return pd.DataFrame(rows, columns=["space", "factor", "share"])


def nearest_table(spaces: Mapping[str, ArrayLike], texts: Sequence[str], top: int = 5) -> pd.DataFrame:
    """`nearest_pairs` of every space: space, one, other, cosine.

    spaces: name -> (n, d); texts: (n,) names of the items.
    """
    rows = [(name, texts[i], texts[j], cosine) for name, x in spaces.items() for i, j, cosine in nearest_pairs(x, top)]
    return pd.DataFrame(rows, columns=["space", "one", "other", "cosine"])
