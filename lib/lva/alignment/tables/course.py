"""The course of learning: what a space is like at each moment, in two tidy tables."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from itertools import product
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from lva.alignment.measures.factors import factor_shares, without_factor
from lva.alignment.measures.neighbourhoods import neighbourhood_size
from lva.alignment.measures.neighbours import precision_at_k
from lva.alignment.nulls.measures import Measures
from lva.alignment.tables.draws import Draws, as_draws, count_items, mean_over_draws

NOTHING = "nothing"  # is taken out


class Moment(NamedTuple):
    """An embedding after some experience."""

    x: str  # the kind of experience, such as "samples"
    at: int  # how much of it
    seed: str  # the name of the training
    embedding: ArrayLike  # (n, d)


def agreement_course(moments: Sequence[Moment], references: Mapping[str, Draws], k: int | None = None) -> pd.DataFrame:
    """P@k of every moment with every reference: x, at, reference, measure, value, seed.

    references: name -> (n, d), or several draws; k: `neighbourhood_size` of the items by default.
    """
    n = count_items(_embeddings(moments) | dict(references))
    k = neighbourhood_size(n) if k is None else k
    shared = partial(mean_over_draws, partial(precision_at_k, k=k))
    rows = [
        (moment.x, moment.at, name, f"P@{k}", shared(moment.embedding, reference), moment.seed)
        for moment, (name, reference) in product(moments, references.items())
    ]
    return pd.DataFrame(rows, columns=["x", "at", "reference", "measure", "value", "seed"])


def composition_course(moments: Sequence[Moment], factors: Mapping[str, Sequence]) -> pd.DataFrame:
    """`factor_shares` of every moment: x, at, factor, share, seed; factors: name -> (n,) labels."""
    count_items(_embeddings(moments))
    rows = [
        (moment.x, moment.at, factor, share, moment.seed)
        for moment in moments
        for factor, share in factor_shares(moment.embedding, factors).items()
    ]
    return pd.DataFrame(rows, columns=["x", "at", "factor", "share", "seed"])


def parts_course(
    moments: Sequence[Moment], references: Mapping[str, Draws], factors: Mapping[str, Sequence]
) -> pd.DataFrame:
    """P@k of every moment with every reference when the part of a factor is taken out of it (`without_factor`).

    What falls without a factor's part was due to it. references: name -> (n, d), or several draws; factors: name ->
    (n,) labels.
    One row per kind of experience, amount, removed factor (`nothing` first) and reference: mean and sd over seeds.
    """
    measures = Measures(kinds=("precision",)).sized(count_items(_embeddings(moments) | dict(references)))
    ready = {
        name: [measures.prepare(y, name=name) for y in as_draws(draws, name)] for name, draws in references.items()
    }
    rows = []
    for moment, removed in product(moments, [NOTHING, *factors]):
        whole = removed == NOTHING
        x = measures.prepare(moment.embedding if whole else without_factor(moment.embedding, factors, removed))
        rows += [
            (moment.x, moment.at, removed, name, measures.names[-1], np.mean([measures.score(x, y)[-1] for y in ys]))
            for name, ys in ready.items()
        ]
    keys = ["x", "at", "removed", "reference", "measure"]
    over_seeds = pd.DataFrame(rows, columns=[*keys, "value"]).groupby(keys, sort=False).value
    return over_seeds.agg(value="mean", sd="std").reset_index()


def _embeddings(moments: Sequence[Moment]) -> dict[str, ArrayLike]:
    return {f"{moment.seed} after {moment.at} {moment.x}": moment.embedding for moment in moments}
