"""How certain the agent's alignment is: for other seeds, phrases, colours and kinds, and beside an honest baseline."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from lva.alignment.checks import Array, as_factors
from lva.alignment.measures.neighbourhoods import neighbourhood_sizes, overlap_mean
from lva.alignment.nulls.measures import Measures
from lva.alignment.tables.crossed import crossed_interval, rescaled
from lva.alignment.tables.draws import Draws, as_draws, count_items
from lva.alignment.tables.halves import best_of_halves
from lva.alignment.tables.pairs import in_threads

MEASURES = Measures(kinds=("precision", "cka", "rsa"))


@dataclass(frozen=True, eq=False)
class Scored:
    """Spaces against one target, by measures whose k follows the number of items."""

    spaces: Sequence[ArrayLike]  # one (n, d) each
    target: ArrayLike  # (n, d)

    @property
    def ks(self) -> tuple[int, ...]:
        """The k of all items."""
        return neighbourhood_sizes(len(self.target))

    @property
    def names(self) -> list[str]:
        """The measures, named by the k of all items."""
        return [*(f"P@{k}" for k in self.ks), "cka", "rsa"]

    def __call__(self, keep: NDArray[np.int64]) -> Array:
        """Score every space by the items kept: (spaces, measures); chance for one that no longer varies."""
        ks = [rescaled(k, len(keep), len(self.target)) for k in self.ks]
        measures = replace(MEASURES, k_max=max(ks))
        shown = [*(k - 1 for k in ks), max(ks), max(ks) + 1]
        y = measures.prepare(np.asarray(self.target)[keep], name="target")
        nothing = np.array([*(overlap_mean(len(keep), k) for k in ks), 0.0, 0.0])

        def score(x: Array) -> Array:
            return nothing if (x == x[0]).all() else measures.score(measures.prepare(x), y)[shown]

        return np.array([score(np.asarray(x)[keep]) for x in self.spaces])


def certainty_table(
    seeds: Sequence[ArrayLike],
    references: Mapping[str, Draws],
    baselines: Mapping[str, Sequence[ArrayLike]],
    factors: Mapping[str, Sequence],
) -> pd.DataFrame:
    """Intervals over seeds and levels of the factors, and the lead on the closest baseline without its optimism.

    seeds: one (n, d) per training of the agent; references: name -> (n, d), or one per training; baselines: name ->
    draws; factors: name -> (n,) labels, whose levels are left out in turn (`crossed_interval`).
    One row per reference and measure: value, low, high; baseline, the closest to the reference; optimism, by how much
    it is too close for having been chosen (`best_of_halves`); gain = value - (the baseline's value - optimism),
    gain_low, gain_high.
    """
    n = count_items({"seeds": list(seeds), **references, **{name: list(x) for name, x in baselines.items()}})
    factors = as_factors(factors, n)

    def rows(name: str) -> pd.DataFrame:
        targets = as_draws(references[name], name)
        agents = [Scored(seeds, target) for target in targets]
        words = [_Baselines(baselines, target) for target in targets]
        everything = np.arange(len(targets[0]))

        def alone(keep: NDArray[np.int64]) -> Array:
            return np.mean([each(keep) for each in words], axis=0)

        best = alone(everything).argmax(axis=0)

        def value_and_lead(keep: NDArray[np.int64]) -> Array:
            own = np.stack([each(keep) for each in agents], axis=1)  # (seeds, draws, measures)
            closest = np.array([np.take_along_axis(each(keep), best[None], axis=0)[0] for each in words])
            return np.stack([own, own - closest], axis=2)

        found = crossed_interval(value_and_lead, factors, sides=2)
        optimism = best_of_halves(alone, len(everything)).optimism
        columns = {"reference": name, "measure": agents[0].names}
        columns |= {"value": found.estimate[0], "low": found.low[0], "high": found.high[0]}
        columns |= {"baseline": [list(baselines)[i] for i in best], "optimism": optimism}
        columns |= {"gain": found.estimate[1], "gain_low": found.low[1], "gain_high": found.high[1]}
        table = pd.DataFrame(columns)
        gains = ["gain", "gain_low", "gain_high"]
        table[gains] = table[gains].add(optimism, axis=0)
        return table

    return pd.concat(in_threads(rows, [(name,) for name in references]), ignore_index=True)


class _Baselines:
    """Every baseline against a target, as the mean over its draws: (baselines, measures) by the items kept."""

    def __init__(self, baselines: Mapping[str, Sequence[ArrayLike]], target: ArrayLike):
        self.scored = [Scored(draws, target) for draws in baselines.values()]

    def __call__(self, keep: NDArray[np.int64]) -> Array:
        return np.array([scored(keep).mean(axis=0) for scored in self.scored])
