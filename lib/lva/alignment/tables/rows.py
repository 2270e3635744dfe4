"""The columns of the alignment table, from scores and findings to one row."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd

from lva.alignment.checks import Array
from lva.alignment.nulls.null import SAME, Finding, benjamini_hochberg
from lva.alignment.tables.intervals import from_deletions, over_trainings, spread
from lva.alignment.tables.pairs import Pair

Columns = dict[str, float | str]
NAN = float("nan")


def value_columns(values: Array, left: Array, ceiling: float, over_seeds: bool) -> Columns:
    """Describe one measure of one pair. values: (seeds of a, seeds of b); left: (groups,), with items left out."""
    seeds = spread(values.ravel())
    item = from_deletions(seeds.mean, left, others=over_trainings(values) if over_seeds else [])
    return {
        "value": seeds.mean,
        "seeds": seeds.count,
        "seed_sd": seeds.sd,
        "low": item.low,
        "high": item.high,
        "ceiling": ceiling,
    }


def null_columns(permuted: Finding | None, relabelled: Finding | None) -> Columns:
    """Describe both nulls; nan for one that was not computed."""
    nothing = Finding(*[NAN] * len(Finding._fields))
    p, r = permuted or nothing, relabelled or nothing
    return {
        "null_mean": p.mean,
        "null_sd": p.sd,
        "excess": p.excess,
        "p": p.p,
        "relabel_mean": r.mean,
        "relabel_excess": r.excess,
        "relabel_p": r.p,
        "relabel_floor": r.floor,
    }


def baseline_columns(
    pair: Pair, baselines: Sequence[str], values: Mapping[Pair, Array], left: Mapping[Pair, Array], over_seeds: bool
) -> Columns:
    """Describe the baseline that comes closest to b, and how far a is ahead of it, paired over items.

    It is the largest of several values, so its expectation is above that of each. Of baselines that tie up to rounding
    the first is named, so that rounding does not decide.
    """
    if not baselines:
        return {"baseline": "", "baseline_value": NAN, "gain": NAN, "gain_low": NAN, "gain_high": NAN}
    a, b = pair
    means = {baseline: float(values[baseline, b].mean()) for baseline in baselines}
    best = next(baseline for baseline in baselines if means[baseline] >= max(means.values()) - SAME)
    closest = means[best]
    ahead = values[a, b] - values[best, b].mean(axis=0)  # (seeds of a, seeds of b)
    others = over_trainings(ahead) if over_seeds else []
    gain = from_deletions(float(values[a, b].mean()) - closest, left[a, b] - left[best, b], others=others)
    return {
        "baseline": best,
        "baseline_value": closest,
        "gain": gain.estimate,
        "gain_low": gain.low,
        "gain_high": gain.high,
    }


def partial_columns(partial: Finding | None) -> Columns:
    """Describe the measure given all baselines; nan where there is no partial version."""
    return {"partial": partial.observed if partial else NAN, "partial_p": partial.p if partial else NAN}


def with_q(frame: pd.DataFrame) -> pd.DataFrame:
    """Add q after p: p adjusted within each measure over the unordered pairs, each counted once."""
    keys = pd.Series([(min(a, b), max(a, b), m) for a, b, m in frame[["a", "b", "measure"]].values])
    once = frame["a"] < frame["b"]
    adjusted = dict(zip(keys[once], frame[once].groupby("measure")["p"].transform(benjamini_hochberg)))
    frame.insert(frame.columns.get_loc("p") + 1, "q", keys.map(adjusted))
    return frame
