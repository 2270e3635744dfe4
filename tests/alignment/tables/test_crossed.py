"""Levels of factors left out: by hand, with nested factors, and how often the interval covers the truth."""

import numpy as np
import pytest
from scipy import stats

from lva.alignment import crossed_interval, crossed_jackknife, jackknife, rescaled

TASK = np.repeat([0, 1, 2], 12)
PHRASE = np.repeat(np.arange(6), 6)
COLOR = np.tile(np.repeat(np.arange(3), 2), 6)
ROWS, COLUMNS = np.divmod(np.arange(48), 6)


def seeds_of(*values):
    return lambda keep: np.array([value[keep].mean() for value in values])


def test_the_variance_of_a_mean_is_that_of_the_means_of_levels():
    values = np.random.default_rng(0).normal(size=36)
    found = crossed_jackknife(lambda keep: values[keep].mean(), {"phrase": PHRASE})["phrase"]
    means = values.reshape(6, 6).mean(axis=1)
    assert found.variance == pytest.approx(means.var(ddof=1) / 6) and found.degrees == 5


def test_by_hand_with_two_factors_and_two_seeds():
    values = np.random.default_rng(1).normal(size=(2, 36))
    found = crossed_interval(seeds_of(*values), {"phrase": PHRASE, "color": COLOR})
    mean = values.mean(axis=0)
    of_colors = np.array([mean[of].mean() for of in (COLOR == 0, COLOR == 1, COLOR == 2)])
    phrase, color = mean.reshape(6, 6).mean(axis=1).var(ddof=1) / 6, of_colors.var(ddof=1) / 3
    seed = values.mean(axis=1).var(ddof=1) / 2
    total = phrase + color + seed
    degrees = total**2 / (phrase**2 / 5 + color**2 / 2 + seed**2 / 1)
    half = stats.t.ppf(0.975, degrees) * np.sqrt(total)
    assert (found.low, found.high) == pytest.approx((values.mean() - half, values.mean() + half))


def test_of_nested_factors_the_larger_variance_counts():
    by_task, by_phrase = TASK.astype(float), PHRASE % 2.0
    for values, larger in ((by_task, TASK), (by_phrase, PHRASE)):
        both = crossed_interval(seeds_of(values), {"task": TASK, "phrase": PHRASE})
        assert both.se == pytest.approx(crossed_interval(seeds_of(values), {"larger": larger}).se)
    twice = crossed_interval(seeds_of(by_task), {"one": TASK, "same": TASK})
    assert twice.se == pytest.approx(crossed_interval(seeds_of(by_task), {"one": TASK}).se) and twice.se > 0


def test_several_values_are_treated_one_by_one():
    a, b = np.random.default_rng(2).normal(size=(2, 36))
    factors = {"task": TASK, "phrase": PHRASE, "color": COLOR}
    both = crossed_interval(lambda keep: np.array([[a[keep].mean(), b[keep].mean()]]), factors)
    for i, one in enumerate((a, b)):
        alone = crossed_interval(seeds_of(one), factors)
        assert (both.low[i], both.high[i]) == pytest.approx((alone.low, alone.high))


def test_it_covers_the_truth_where_items_share_levels_and_the_jackknife_over_items_does_not():
    crossed, items = 0, 0
    for seed in range(200):
        rng = np.random.default_rng(seed)
        rows, columns, seeds = rng.normal(size=8), rng.normal(size=6), rng.normal(size=3)
        values = rows[ROWS] + columns[COLUMNS] + seeds[:, None] + 0.5 * rng.normal(size=(3, 48))
        found = crossed_interval(seeds_of(*values), {"row": ROWS, "column": COLUMNS})
        crossed += found.low <= 0 <= found.high
        alone = jackknife(lambda keep, v=values: v[:, keep].mean(), 48)
        items += alone.low <= 0 <= alone.high
    assert crossed >= 184 and items < 120


def test_k_keeps_its_share_of_the_others():
    assert [rescaled(15, kept, 108) for kept in (108, 90, 72, 54)] == [15, 12, 10, 7]
    assert rescaled(1, 20, 108) == 1


def test_a_factor_of_one_level_is_refused():
    with pytest.raises(ValueError, match="factor 'color' has one level"):
        crossed_jackknife(lambda keep: 0.0, {"color": np.zeros(5)})
