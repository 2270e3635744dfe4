"""Rates over held-out levels and seeds: their score, its interval, and a correction for many of them."""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy.stats import t as student

Cells = pd.DataFrame  # a rate, one column per (level, asked), one row per seed


def cells(table: pd.DataFrame, value: str = "obeyed") -> Cells:
    """How often it was done: from rows with seed, level and asked, a row per seed, a column per level and asked."""
    return table.pivot_table(index="seed", columns=["level", "asked"], values=value)


def score(rates: pd.Series) -> float:
    """The mean over what is asked of the means over levels, of a series by (level, asked)."""
    return float(rates.groupby(level="asked").mean().mean())


def excess_interval(difference: Cells) -> tuple[float, float, float, float]:
    """The score of a difference, its 95 % interval, and the one-sided p of zero or less.

    difference: a row per seed, a column per (level, asked). Its variance is the jackknife's over levels plus that over
    seeds; both are estimates from few, so the interval takes the degrees of freedom of the fewer. Of one level there is
    none: NaN.
    """
    levels = difference.columns.get_level_values("level").unique()
    mean = difference.mean()
    if len(levels) < 2:
        return score(mean), np.nan, np.nan, np.nan
    without = np.array([score(mean.drop(level, level="level")) for level in levels])
    variance = (len(levels) - 1) / len(levels) * np.square(without - without.mean()).sum()
    freedom = len(levels) - 1
    if len(difference) > 1:
        variance += difference.apply(score, axis=1).var() / len(difference)
        freedom = min(freedom, len(difference) - 1)
    estimate, error = score(mean), float(np.sqrt(variance))
    reach = float(student.ppf(0.975, freedom)) * error
    p = float(student.sf(estimate / error, freedom)) if error else float(estimate <= 0)
    return estimate, estimate - reach, estimate + reach, p


def holm(p: pd.Series) -> pd.Series:
    """Holm's correction: each p times the number of those not smaller, made monotone, at most 1."""
    ordered = p.sort_values(kind="stable")
    corrected = (ordered * np.arange(len(p), 0, -1)).cummax().clip(upper=1)
    return corrected.reindex(p.index)
