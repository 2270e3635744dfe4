"""Alignment above what a null gives, for the chosen read-out and for the largest of all read-outs."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from lva.alignment.measures.neighbourhoods import neighbourhood_size
from lva.alignment.measures.neighbours import precision_at_k
from lva.alignment.nulls.calibration import calibrated, largest_of, threshold
from lva.alignment.nulls.measures import Measures
from lva.alignment.nulls.null import Null
from lva.alignment.nulls.permutation import draw_permutations
from lva.alignment.nulls.permuted import Permutations
from lva.alignment.nulls.relabelling import draw_relabellings
from lva.alignment.nulls.relabelling_group import RelabellingGroup
from lva.alignment.tables.crossed import rescaled
from lva.alignment.tables.draws import Draws, as_draws, count_items, mean_over_draws
from lva.alignment.tables.halves import best_of_halves
from lva.alignment.tables.pairs import in_threads

MEASURES = Measures(kinds=("precision", "cka", "rsa"))


@dataclass(frozen=True)
class Choices:
    """The read-outs of one reference, and the one that was fixed before any number was seen."""

    spaces: Mapping[Hashable, Draws]  # layer and pooling, say -> (n, d), or one per training
    fixed: Hashable

    def __post_init__(self) -> None:
        if self.fixed not in self.spaces:
            raise ValueError(f"fixed={self.fixed!r} is not among the choices {', '.join(map(str, self.spaces))}")


def calibrated_table(
    references: Mapping[str, Choices],
    seeds: Sequence[ArrayLike],
    group: RelabellingGroup,
    permutations: int = 1_000,
    seed: int = 0,
) -> pd.DataFrame:
    """Alignment of the agent with each reference, as `calibrated` by both nulls.

    seeds: one (n, d) per training of the agent; statistics and nulls are means over them and over the draws of a
    reference. null: `chance` (items paired at random) or `words` (`relabelling_null`). choice: `fixed`, or `largest`,
    the read-out with the largest value beside the null of that very maximum. other_half: the P@k of the choice made on
    one half of the items, on the other half; nan for what is no choice, and for other measures.
    One row per reference, choice, null and measure: value, threshold (what 5 % of the null reach), calibrated, p.
    """
    n = count_items(
        {"seeds": list(seeds), **{name: x for one in references.values() for name, x in one.spaces.items()}}
    )
    measures = MEASURES.sized(n)
    shown = {f"P@{measures.k_max}": measures.k_max - 1, "cka": measures.k_max, "rsa": measures.k_max + 1}
    agents = [measures.prepare(z) for z in seeds]
    nulls = {
        "chance": (False, draw_permutations(n, permutations, seed)),
        "words": draw_relabellings(group, permutations, seed),
    }

    def sampled(choices: Choices, draws: Permutations) -> tuple[NDArray, NDArray]:
        ready = [
            [measures.prepare(z, name=str(name)) for z in as_draws(x, str(name))] for name, x in choices.spaces.items()
        ]
        observed = [np.mean([measures.score(*pair) for pair in product(agents, ys)], axis=0) for ys in ready]
        sample = [np.mean([measures.permute(*pair, draws) for pair in product(agents, ys)], axis=0) for ys in ready]
        return np.array(observed), np.stack(sample, axis=1)

    def rows(name: str) -> list[dict]:
        choices = references[name]
        at, table = list(choices.spaces).index(choices.fixed), []
        other_half = _other_half(choices, seeds)
        for null, (exact, draws) in nulls.items():
            observed, sample = sampled(choices, draws)
            for measure, i in shown.items():
                largest = largest_of(observed[:, i], sample[:, :, i])
                for choice, (value, drawn) in {
                    "fixed": (observed[at, i], sample[:, at, i]),
                    "largest": largest,
                }.items():
                    p = Null((measure,), np.array([value]), drawn[:, None], exact, ()).p[0]
                    row = {"reference": name, "choice": choice, "of": len(observed), "null": null, "measure": measure}
                    row |= {
                        "value": value,
                        "threshold": threshold(drawn),
                        "calibrated": calibrated(value, drawn),
                        "p": p,
                    }
                    halves = other_half if choice == "largest" and measure.startswith("P@") else np.nan
                    table.append(row | {"other_half": halves})
        return table

    return pd.DataFrame([row for one in in_threads(rows, [(name,) for name in references]) for row in one])


def _other_half(choices: Choices, seeds: Sequence[ArrayLike]) -> float:
    """P@k of the read-out chosen on one half of the items, on the other half, averaged over seeds."""
    n = len(seeds[0])

    def scores(keep: NDArray[np.int64]) -> NDArray:
        k = rescaled(neighbourhood_size(n), len(keep), n)

        def shared(z, x) -> float:
            return precision_at_k(z[keep], x[keep], k)

        return np.array([mean_over_draws(shared, list(seeds), x) for x in choices.spaces.values()])

    return float(best_of_halves(scores, n).value)
