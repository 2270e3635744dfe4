"""The specification curve: estimates of many universes sorted, each beside its null, and what moves them.

Simonsohn, Simmons & Nelson, *Specification curve analysis*, 2020; Steegen et al., *Increasing transparency through a
multiverse analysis*, 2016.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from lva.alignment.tables.crossed import crossed_interval
from lva.studies.multiverse.universes import Judge, features

SHOWN = 300  # universes of the curve
BAND = (0.025, 0.975)
AGENT = ("reading", "seed", "samples")  # the key of an agent
READOUT = ("reference", "layer", "pooling")  # the key of a read-out


class Universe(NamedTuple):
    """One comparison: keys of the two spaces, and the judge."""

    agent: tuple
    reference: tuple
    judge: Judge


def draw_universes(
    agents: Sequence[tuple], references: Sequence[tuple], judges: Sequence[Judge], shown: int = SHOWN
) -> list[Universe]:
    """Draw universes at random, without replacement; all of them if there are no more."""
    every = len(agents) * len(references) * len(judges)
    if not every:
        raise ValueError("an empty multiverse: no agent, no reference or no judge is left to draw universes from")
    drawn = np.random.default_rng(0).permutation(every)[:shown]
    where = np.unravel_index(np.sort(drawn), (len(agents), len(references), len(judges)))
    return [Universe(agents[a], references[b], judges[c]) for a, b, c in zip(*where, strict=True)]


class Spaces(NamedTuple):
    """The spaces that universes are about, by key."""

    agents: Mapping[tuple, ArrayLike]
    references: Mapping[tuple, ArrayLike]


def specification_table(
    universes: Sequence[Universe], spaces: Spaces, factors: Mapping[str, Sequence], nulls: Mapping[str, NDArray]
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The curve, and what all its universes say together.

    factors: as `crossed_interval` takes them; nulls: name -> permutations of the items, (count, n).
    The first table has a row per universe, in the order given: value, low, high, and for each null its mean and the
    ends of its band. The second has a row per null: the median over universes, its p, the share of universes above
    their own band, and that share's p; both p count permutations, the same one applied to every universe at once.
    """
    found = crossed_interval(lambda keep: _values(universes, spaces, keep)[None], factors)
    table, joint = pd.DataFrame({"value": found.estimate, "low": found.low, "high": found.high}), []
    for name, permutations in nulls.items():
        permuted = _permuted(universes, spaces, permutations)
        low, high = np.quantile(permuted, BAND, axis=0)
        table = table.assign(**{f"{name}_mean": permuted.mean(0), f"{name}_low": low, f"{name}_high": high})
        joint.append({"null": name, "universes": len(universes), **_together(found.estimate, permuted, high)})
    return table, pd.DataFrame(joint)


def name_universes(universes: Sequence[Universe]) -> pd.DataFrame:
    """What each universe is: the columns AGENT, READOUT and those of a judge."""
    rows = [(*universe.agent, *universe.reference, *universe.judge) for universe in universes]
    return pd.DataFrame(rows, columns=[*AGENT, *READOUT, *Judge._fields])


def choice_shares(universes: pd.DataFrame, readings: pd.DataFrame, measure: str) -> pd.DataFrame:
    """The share of the variance of one measure that each choice explains by itself, largest first: option, share.

    share = sum_g n_g (mean_g - mean)^2 / sum (x - mean)^2 over the choices g of an option. Options that were not varied
    against each other in full may share what they explain. universes: of `universe_table`; readings: of
    `reading_table`.
    """
    rows = universes[(universes.measure == measure) & universes.value.notna()]
    options = readings.pivot(index="reading", columns="option", values="choice")
    choices = {option: rows.reading.map(options[option]) for option in options}
    choices |= {"training": rows.samples, "seed": rows.seed, "similarity": rows.metric + rows.centred.astype(str)}
    choices |= {name: rows[name] for name in READOUT}
    total = ((rows.value - rows.value.mean()) ** 2).sum()
    shares = {
        option: ((rows.value.groupby(chosen).transform("mean") - rows.value.mean()) ** 2).sum() / total
        for option, chosen in choices.items()
    }
    table = pd.DataFrame(list(shares.items()), columns=["option", "share"])
    return table.sort_values("share", ascending=False, ignore_index=True, kind="stable")


def _values(universes: Sequence[Universe], spaces: Spaces, keep: NDArray) -> NDArray:
    """The estimate of each universe from the items kept."""
    left, right = _features(universes, spaces, keep)
    return np.einsum("uij,uij->u", left, right, dtype=np.float64)


def _permuted(universes: Sequence[Universe], spaces: Spaces, permutations: NDArray) -> NDArray:
    """The same with the items of every agent permuted: (permutations, universes)."""
    left, right = _features(universes, spaces, np.arange(permutations.shape[1]))
    return np.stack([np.einsum("uij,uij->u", left[:, p][:, :, p], right) for p in permutations])


def _features(universes: Sequence[Universe], spaces: Spaces, keep: NDArray) -> tuple[NDArray, NDArray]:
    """What the judges compare of both sides of each universe: (universes, n, n) twice."""
    sides = []
    for side in ("agent", "reference"):
        embeddings = getattr(spaces, f"{side}s")
        keys = [getattr(universe, side) for universe in universes]
        made = {key: features(np.asarray(embeddings[key])[keep], len(embeddings[key])) for key in dict.fromkeys(keys)}
        vectors = np.stack([made[key][universe.judge] for key, universe in zip(keys, universes, strict=True)])
        sides.append(vectors.reshape(len(universes), len(keep), len(keep)))
    return sides[0], sides[1]


def _together(values: NDArray, permuted: NDArray, high: NDArray) -> dict[str, float]:
    """Is the median, and the number of universes above their own band, more than a permutation gives?"""
    medians, above = np.median(permuted, 1), (permuted > high).mean(1)
    median, share = float(np.median(values)), float((values > high).mean())
    return {
        "median": median,
        "null_median": float(np.median(medians)),
        "p": float((1 + (medians >= median).sum()) / (1 + len(medians))),
        "above": share,
        "p_above": float((1 + (above >= share).sum()) / (1 + len(above))),
    }
