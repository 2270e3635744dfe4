"""Calibrated alignment: by hand, in step with p, and not fooled by having looked at many choices."""

import numpy as np
import pytest

from lva.alignment import Measures, calibrated, largest_of, permutation_null, threshold

RNG = np.random.default_rng(3)


def test_by_hand():
    sample = np.arange(1, 20) / 100  # the 19th of 19 draws is the threshold of 5 %
    assert threshold(sample) == 0.19 and threshold(sample, 0.5) == 0.10
    assert calibrated([0.1, 0.19, 0.595, 1.0], sample[:, None]) == pytest.approx([0, 0, 0.5, 1])
    assert calibrated(3.0, sample, most=3.0) == 1


def test_it_is_above_zero_exactly_where_p_is_small():
    for seed in range(15):
        x, y = np.random.default_rng(seed).normal(size=(2, 30, 4))
        null = permutation_null(x, 0.4 * x + y, permutations=199)
        assert ((calibrated(null.observed, null.sample) > 0) == (null.p <= 0.05)).all()


def test_the_largest_of_many_choices_is_no_discovery():
    """Of 20 random choices the best one passes its own threshold more often than not, that of the maximum in 5 %."""
    y, chance, alone = RNG.normal(size=(40, 5)), [], []
    for _ in range(60):
        nulls = [permutation_null(RNG.normal(size=(40, 5)), y, Measures(("cka",)), permutations=99) for _ in range(20)]
        observed, sample = np.array([n.observed[-1] for n in nulls]), np.stack([n.sample[:, -1] for n in nulls], 1)
        value, drawn = largest_of(observed, sample)
        assert value == observed.max() and (drawn == sample.max(axis=1)).all()
        chance.append(calibrated(value, drawn) > 0)
        alone.append((calibrated(observed, sample) > 0).any())
    assert np.mean(alone) > 0.4 and np.mean(chance) < 0.15


def test_a_null_that_reaches_the_end_of_the_scale_leaves_nothing():
    assert calibrated(1.0, np.ones(30)) == 0


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: threshold(np.zeros(10)), "level=0.05 cannot be resolved by 10 draws; draw at least 20"),
        (lambda: largest_of(np.zeros(3), np.zeros((5, 2))), r"observed is \(3,\) and sample \(5, 2\)"),
    ],
)
def test_errors(call, message):
    with pytest.raises(ValueError, match=message):
        call()
