"""The table: every pair of spaces, every measure, with its nulls, its baselines and its intervals."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import permutations, product

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from lva.alignment.checks import Array, as_space, check_count, check_seed
from lva.alignment.measures.neighbourhoods import neighbourhood_sizes
from lva.alignment.nulls.measures import KINDS, Measures
from lva.alignment.nulls.permutation import draw_permutations
from lva.alignment.nulls.permuted import Permutations
from lva.alignment.nulls.relabelling import draw_relabellings
from lva.alignment.nulls.relabelling_group import relabelling_group
from lva.alignment.tables.cost import warn_of_minutes
from lva.alignment.tables.intervals import deletion_groups
from lva.alignment.tables.pairs import (
    Findings,
    Pair,
    Spaces,
    findings,
    prepare_all,
    retrieve_pairs,
    score_pairs,
    score_seeds,
)
from lva.alignment.tables.rows import baseline_columns, null_columns, partial_columns, value_columns, with_q

Draw = Callable[[int], tuple[bool, Permutations]]  # how many -> whether they are the whole group, and the draws
EVERY = Measures(kinds=KINDS)
LARGE = 1_000  # items of a table that is timed before it is made


@dataclass(frozen=True)
class Table:
    """Options of `align`."""

    measures: Measures = EVERY
    ks: tuple[int, ...] | None = None  # which P@k get a row; None: `neighbourhood_sizes`, (1, 5, 15) for 108 items
    permutations: int = 10_000  # of each null; the relabelling null is exact if its group is no larger
    refits: int = 200  # permutations for procrustes, which costs an SVD each
    groups: int = 27  # of items, left out in turn for the intervals
    retrieval_k: int | None = 1  # held-out retrieval through a rotation; None leaves it out
    over_seeds: bool = False  # low and high are for other seeds of both spaces too, not only for other items
    seed: int = 0

    def __post_init__(self) -> None:
        for name, least in {"permutations": 1, "refits": 0, "groups": 2}.items():
            check_count(getattr(self, name), name, least)
        if self.retrieval_k is not None:
            check_count(self.retrieval_k, "retrieval_k")
        check_seed(self.seed)
        k_max = self.measures.k_max
        for k in self.ks or ():
            check_count(k, "ks: k")
        if self.ks is not None and not 0 < len(self.ks) == len(set(self.ks)):
            raise ValueError(f"ks={self.ks} must hold at least one k, each once; None chooses by the number of items")
        if "precision" in self.measures.kinds and self.ks and k_max is not None and max(self.ks) > k_max:
            raise ValueError(f"ks={self.ks} go beyond k_max={k_max}; raise k_max or lower ks")

    def sized(self, n: int) -> Table:
        """Return the same options with `ks` and the measures' `k_max` set for `n` items."""
        most = n if self.measures.k_max is None else self.measures.k_max
        ks = self.ks or tuple(k for k in neighbourhood_sizes(n) if k <= most)
        measures = replace(self.measures, k_max=max(ks)) if self.measures.k_max is None else self.measures
        return replace(self, ks=ks, measures=measures.sized(n))

    @property
    def quick(self) -> Measures:
        """The measures that take `permutations` draws; procrustes takes `refits`."""
        return replace(self.measures, kinds=tuple(kind for kind in self.measures.kinds if kind != "procrustes"))

    @property
    def names(self) -> list[str]:
        """All statistics that are computed, in order; retrieval last."""
        return [*self.measures.names, *([f"retrieval@{self.retrieval_k}"] if self.retrieval_k else [])]

    @property
    def shown(self) -> list[str]:
        """The statistics that get a row: of the P@k only those in `ks`."""
        return [name for name in self.names if not name.startswith("P@") or int(name[2:]) in self.ks]


def align(
    spaces: Mapping[str, ArrayLike | Sequence[ArrayLike]],
    factors: ArrayLike | None = None,
    words: ArrayLike | None = None,
    baselines: Mapping[str, ArrayLike | Sequence[ArrayLike]] | None = None,
    table: Table | None = None,
) -> pd.DataFrame:
    """Compare every ordered pair of spaces by every measure; one tidy row each.

    spaces: name -> (n, d), or a sequence of them, one per training seed; your own model is one more entry.
    factors: (n, f) levels and words: (n, v) counts, for the relabelling null (see `relabelling_group`).
    baselines: name -> (n, d), lexical baselines, or several draws of one: each is compared in place of `a`, and all
    (their first draws) are partialled out.

    The columns of a row (a, b, measure):
    - value: mean over the pairs of seeds; seeds: how many pairs; seed_sd; low, high: 95 %, jackknife over items,
      and over seeds with `over_seeds`;
    - ceiling: alignment of a's seeds with one another;
    - null_mean, null_sd, excess, p: the permutation null; q: p adjusted over the pairs (Benjamini-Hochberg);
    - relabel_mean, relabel_excess, relabel_p, relabel_floor: the relabelling null, and the smallest p it allows;
    - baseline: the one that comes closest to b, baseline_value; gain: value - baseline_value, gain_low and
      gain_high: its paired interval, both alignments taken without the same items;
    - partial, partial_p: the measure given all baselines (cka, rsa).
    Only retrieval itself depends on the order (from a, found in b; no null); for the others (a, b) and (b, a)
    differ in baseline and ceiling. What was not asked for, or is not defined, is nan.
    """
    sets = as_sets(spaces)
    base = as_sets(baselines or {}, known=sets)
    n = len(next(iter(sets.values()))[0])
    table = (table or Table()).sized(n)
    if n > LARGE and table.quick.kinds:
        drawn = table.permutations * (1 + (factors is not None) + bool(base))
        warn_of_minutes(sets, base, table.quick, (table.groups + 1, drawn))
    scores, left = scores_and_deletions(sets, base, table, n)
    ceilings = score_seeds(prepare_all(sets, table.measures), table.measures)
    nulls = table_findings(sets, table, lambda count: (False, draw_permutations(n, count, table.seed)))
    relabelled: Findings = {}
    if (factors is None) != (words is None):
        raise ValueError("factors and words go together: relabellings exchange levels and keep overlaps of words")
    if factors is not None:
        group = relabelling_group(factors, words)
        relabelled = table_findings(sets, table, lambda count: draw_relabellings(group, count, table.seed))
    partial = partial_findings(sets, base, table, n) if base else {}
    rows = []
    for (a, b), (i, name) in product(permutations(sets, 2), enumerate(table.names)):
        if name not in table.shown:
            continue
        one = {pair: values[..., i] for pair, values in scores.items()}
        own = dict(zip(table.names, ceilings[a]))
        one_left = {pair: values[:, i] for pair, values in left.items()}
        rows.append(
            {"a": a, "b": b, "measure": name}
            | value_columns(one[a, b], one_left[a, b], own.get(name, np.nan), table.over_seeds)
            | null_columns(nulls.get((a, b, name)), relabelled.get((a, b, name)))
            | baseline_columns((a, b), list(base), one, one_left, table.over_seeds)
            | partial_columns(partial.get((a, b, name)))
        )
    return with_q(pd.DataFrame(rows))


def as_sets(spaces: Mapping[str, ArrayLike | Sequence[ArrayLike]], known: Spaces | None = None) -> Spaces:
    """Turn each entry into a list of embeddings, one per seed, all of the same items."""
    known = known or {}
    sets: Spaces = {}
    for name, entry in spaces.items():
        if name in known:
            raise ValueError(f"{name!r} is both a space and a baseline; rename one of them")
        seeds = entry if isinstance(entry, (list, tuple)) else [entry]
        sets[name] = [as_space(z, name, least=4) for z in seeds]
    if not known and len(sets) < 2:
        raise ValueError(f"{len(sets)} space(s) given, expected at least 2; add a reference")
    sizes = {name: len(z) for name, seeds in (known | sets).items() for z in seeds}
    if len(set(sizes.values())) > 1:
        raise ValueError(f"the spaces have different numbers of items, {sizes}; embed the same instructions")
    return sets


def scores_and_deletions(
    sets: Spaces, base: Spaces, table: Table, n: int
) -> tuple[dict[Pair, Array], dict[Pair, Array]]:
    """Score each space and baseline against each space, with all items and with groups of them left out.

    Returns ordered pair -> (seeds, seeds, m) and ordered pair -> (groups, m), the latter the mean over seeds.
    """
    everything = sets | base
    hits = retrieve_pairs(everything, sets, table.retrieval_k, table.seed) if table.retrieval_k else {}

    def scored(keep: np.ndarray) -> dict[Pair, Array]:
        scores = score_pairs(prepare_all(everything, table.measures, keep), sets, table.measures)
        retrieved = {pair: items[..., keep].mean(axis=-1, keepdims=True) for pair, items in hits.items()}
        return {pair: np.concatenate([s, retrieved[pair]], axis=-1) if retrieved else s for pair, s in scores.items()}

    items = np.arange(n)
    parts = deletion_groups(n, min(table.groups, n), table.seed)
    left = [scored(np.setdiff1d(items, part)) for part in parts]
    full = scored(items)
    return full, {pair: np.stack([scores[pair].mean(axis=(0, 1)) for scores in left]) for pair in full}


def table_findings(sets: Spaces, table: Table, draw: Draw) -> Findings:
    """Compare all pairs with one null: `permutations` draws, and `refits` for procrustes."""
    slow = tuple(kind for kind in table.measures.kinds if kind == "procrustes")
    collected: Findings = {}
    for kinds, count in ((table.quick.kinds, table.permutations), (slow, table.refits)):
        if kinds:
            measures = replace(table.measures, kinds=kinds)
            collected |= findings(prepare_all(sets, measures), measures, *draw(count))
    return collected


def partial_findings(sets: Spaces, base: Spaces, table: Table, n: int) -> Findings:
    """Compare the partial measures given all baselines with their permutation null."""
    kinds = tuple(kind for kind in table.measures.kinds if kind in ("cka", "rsa"))
    if not kinds:
        return {}
    measures = replace(table.measures, kinds=kinds)
    ready = prepare_all(sets, measures, given=[seeds[0] for seeds in base.values()])
    return findings(ready, measures, False, draw_permutations(n, table.permutations, table.seed))
