"""The box: success against alignment, every checkpoint of every reading a dot."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import pandas as pd
from numpy.typing import ArrayLike, NDArray

from lva.alignment import factor_shares, neighbourhood_size, precision_at_k
from lva.spaces import item_factors
from lva.studies.multiverse.rule import ROOMS
from lva.studies.multiverse.training import Tried

OBJECT = ("color", "kind")


def box_table(tried: Sequence[Tried], references: Mapping[str, ArrayLike], items: pd.DataFrame) -> pd.DataFrame:
    """Where every reading lies before its training and at every snapshot, with every reference; items: of `item_table`.

    Columns: reading, seed, samples, success_own, success_crowded (of the worst task, sampled; nan before training),
    task, phrase, object (shares of E_L's variance), reference, measure (P@k of the nearest and of the wide
    neighbourhood), value.
    """
    rows = [
        {**about, "reference": name, "measure": f"P@{k}", "value": precision_at_k(e_l, reference, k)}
        for one in tried
        for about, e_l in _moments(one, items)
        for name, reference in references.items()
        for k in (1, neighbourhood_size(len(items)))
    ]
    return pd.DataFrame(rows)


def reading_table(tried: Sequence[Tried]) -> pd.DataFrame:
    """What every reading chose: reading, option, choice."""
    readings = {one.reading.name: one.reading for one in tried}
    rows = [(name, *chosen) for name, reading in readings.items() for chosen in reading.choices.items()]
    return pd.DataFrame(rows, columns=["reading", "option", "choice"]).astype({"choice": str})


def success_table(tried: Sequence[Tried]) -> pd.DataFrame:
    """Success of every reading at every snapshot: reading, seed, samples, rooms, policy, task, success."""
    named = [one.success.assign(reading=one.reading.name, seed=one.reading.seed) for one in tried]
    return pd.concat(named)[["reading", "seed", "samples", "rooms", "policy", "task", "success"]]


def able_agents(tried: Sequence[Tried], least: float) -> dict[tuple, NDArray]:
    """E_L at the end of each training after which every task succeeds so often, in the rooms of the training."""
    able = {}
    for one in tried:
        last = max(one.run.traces)
        if _worst(one).get(("own", last), 0) >= least:
            able[one.reading.name, one.reading.seed, last] = one.run.traces[last].double().numpy()
    return able


def agents_of(tried: Sequence[Tried]) -> dict[tuple, NDArray]:
    """E_L of every reading at every moment: (reading, seed, samples) -> (n, d)."""
    return {
        (one.reading.name, one.reading.seed, samples): trace.double().numpy()
        for one in tried
        for samples, trace in one.run.traces.items()
    }


def _moments(one: Tried, items: pd.DataFrame) -> Iterator[tuple[dict, NDArray]]:
    """What a training is like before it begins and at every snapshot, and E_L then."""
    worst = _worst(one)
    for samples in (0, *one.run.snapshots):
        e_l = one.run.traces[samples].double().numpy()
        shares = factor_shares(e_l, item_factors(items))
        about = {"reading": one.reading.name, "seed": one.reading.seed, "samples": samples}
        about |= {f"success_{rooms}": worst.get((rooms, samples), float("nan")) for rooms in ROOMS}
        about |= {"task": shares["task"], "phrase": shares["phrase"]}
        yield about | {"object": sum(shares[factor] for factor in OBJECT)}, e_l


def _worst(one: Tried) -> pd.Series:
    """Success of the worst task, sampled, by rooms and samples."""
    sampled = one.success[one.success.policy == "sampled"]
    return sampled.groupby(["rooms", "samples"]).success.min()
