"""The course of learning: what a space is like at each moment, in two tidy tables."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import product
from typing import NamedTuple

import pandas as pd
from numpy.typing import ArrayLike

from lva.alignment.measures.factors import factor_shares
from lva.alignment.measures.neighbourhoods import neighbourhood_size
from lva.alignment.measures.neighbours import precision_at_k


class Moment(NamedTuple):
    """An embedding after some experience."""

    x: str  # the kind of experience, such as "samples"
    at: int  # how much of it
    seed: str  # the name of the training
    embedding: ArrayLike  # (n, d)


def agreement_course(
    moments: Sequence[Moment], references: Mapping[str, ArrayLike], k: int | None = None
) -> pd.DataFrame:
    """P@k of every moment with every reference: x, at, reference, measure, value, seed.

    references: name -> (n, d); k: `neighbourhood_size` of the items by default.
    """
    k = k or neighbourhood_size(len(moments[0].embedding))
    rows = [
        (moment.x, moment.at, name, f"P@{k}", precision_at_k(moment.embedding, reference, k), moment.seed)
        for moment, (name, reference) in product(moments, references.items())
    ]
    return pd.DataFrame(rows, columns=["x", "at", "reference", "measure", "value", "seed"])


def composition_course(moments: Sequence[Moment], factors: Mapping[str, Sequence]) -> pd.DataFrame:
    """`factor_shares` of every moment: x, at, factor, share, seed; factors: name -> (n,) labels."""
    rows = [
        (moment.x, moment.at, factor, share, moment.seed)
        for moment in moments
        for factor, share in factor_shares(moment.embedding, factors).items()
    ]
    return pd.DataFrame(rows, columns=["x", "at", "factor", "share", "seed"])
