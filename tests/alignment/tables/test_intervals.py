"""Intervals over items, and the spread over seeds."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from lva.alignment import cka, jackknife, spread
from lva.alignment.tables.intervals import deletion_groups

rng = np.random.default_rng(7)
VALUES = rng.normal(size=40)


def mean_of(values):
    return lambda keep: values[keep].mean()


def test_jackknife_of_a_mean_is_the_textbook_interval():
    found = jackknife(mean_of(VALUES), 40)
    se = VALUES.std(ddof=1) / np.sqrt(40)
    low, high = stats.t.interval(0.95, 39, VALUES.mean(), se)
    assert (found.se, found.low, found.high, found.estimate) == pytest.approx((se, low, high, VALUES.mean()))


def test_grouped_jackknife_of_a_mean_is_that_of_group_means():
    groups = deletion_groups(40, 8, seed=0)
    means = [VALUES[group].mean() for group in groups]
    assert jackknife(mean_of(VALUES), 40, groups=8).se == pytest.approx(np.std(means, ddof=1) / np.sqrt(8))


def test_vector_statistics():
    both = jackknife(lambda keep: np.array([VALUES[keep].mean(), VALUES[keep].max()]), 40)
    assert both.se[0] == pytest.approx(jackknife(mean_of(VALUES), 40).se)
    assert both.low.shape == (2,)


def test_items_are_never_repeated():
    seen = []
    jackknife(lambda keep: seen.append(keep) or 0.0, 10, groups=3)
    assert all(len(set(keep)) == len(keep) for keep in seen)
    assert sorted(len(keep) for keep in seen) == [6, 7, 7, 10]


def test_interval_covers_the_value_of_a_larger_sample():
    """95 % intervals of cka from 40 items cover the value of the population they were drawn from."""

    def draw(n, seed):
        r = np.random.default_rng(seed)
        z = r.normal(size=(n, 3))
        return z + r.normal(size=(n, 3)), z + r.normal(size=(n, 3))

    truth = cka(*draw(3000, 0))
    covered = 0
    for seed in range(1, 81):
        x, y = draw(40, seed)
        found = jackknife(lambda keep, x=x, y=y: cka(x[keep], y[keep]), 40, groups=20)
        covered += found.low <= truth <= found.high
    assert 68 <= covered <= 80


def test_spread():
    found = spread([1, 2, 6])
    assert (found.mean, found.sd, found.low, found.high, found.count) == (3, np.sqrt(7), 1, 6, 3)
    assert np.isnan(spread([1.0]).sd)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: jackknife(mean_of(VALUES), 40, groups=41), "groups=41 must lie between 2 and the 40 items"),
        (lambda: jackknife(mean_of(VALUES), 40, level=1.5), r"level=1.5 is not valid; expected a number above 0"),
        (lambda: spread([]), "no values to describe"),
    ],
)
def test_errors(call, message):
    with pytest.raises(ValueError, match=message):
        call()
