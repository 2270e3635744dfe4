"""Maps that have not seen what they predict."""

import numpy as np
import pytest

from lva.alignment import Map, best_penalty, cross_fitted, explained_variance, fit_known, fit_relative
from lva.alignment.measures.crossfit import PENALTIES

RNG = np.random.default_rng(0)
X = RNG.standard_normal((40, 6))
FOLDS = [np.arange(40) % 4 == i for i in range(4)]
RIDGE = Map("ridge", None)


def test_a_linear_relation_is_found_and_noise_is_not():
    y = X @ RNG.standard_normal((6, 9)) + 3
    assert explained_variance(y, cross_fitted(X, y, FOLDS, RIDGE)) > 0.999
    noise = RNG.standard_normal((40, 9))
    assert explained_variance(noise, cross_fitted(X, noise, FOLDS, RIDGE)) < 0.1
    assert explained_variance(y, np.broadcast_to(y.mean(0), y.shape)) == pytest.approx(0)


def test_nothing_is_known_of_a_fold_when_it_is_predicted():
    """Neither the map nor its penalty changes with the vectors of the items that are held out."""
    y = X @ RNG.standard_normal((6, 3)) + RNG.standard_normal((40, 3))
    before = cross_fitted(X, y, FOLDS, RIDGE)[FOLDS[1]]
    changed = np.where(FOLDS[1][:, None], 1_000 * RNG.standard_normal(y.shape), y)
    np.testing.assert_array_equal(cross_fitted(X, changed, FOLDS, RIDGE)[FOLDS[1]], before)


def test_it_is_one_map_a_fold_written_out():
    y = X @ RNG.standard_normal((6, 3)) + RNG.standard_normal((40, 3))
    found = cross_fitted(X, y, FOLDS, Map("affine", None))
    for out in FOLDS:
        with_one = np.column_stack([X, np.ones(40)])
        weights = np.linalg.lstsq(with_one[~out], y[~out], rcond=None)[0]
        np.testing.assert_allclose(found[out], with_one[out] @ weights, atol=1e-8)


def test_noise_asks_for_a_larger_penalty_than_a_clear_relation():
    clear, noise = X @ RNG.standard_normal((6, 3)), RNG.standard_normal((40, 3))
    known, inner = ~FOLDS[0], FOLDS[1:]
    assert best_penalty(X, clear, known, inner, RIDGE).penalty == PENALTIES[0]
    assert best_penalty(X, noise, known, inner, RIDGE).penalty >= 10


@pytest.mark.parametrize(
    ("folds", "message"),
    [
        (FOLDS[:1], "folds holds 1 masks of items, expected two or more"),
        (FOLDS[:3], "hold out item 3 0 times"),
        ([*FOLDS, FOLDS[2]], "hold out item 2 2 times"),
        ([np.ones(40, bool), np.zeros(40, bool)], "held out once"),
        ([np.ones(3, bool), np.zeros(3, bool)], "true or false for 40 items"),
    ],
)
def test_a_map_that_has_seen_an_item_is_refused(folds, message):
    with pytest.raises(ValueError, match=message):
        cross_fitted(X, X, folds, RIDGE)


def test_a_turned_and_scaled_copy_has_the_same_relative_representation():
    turn = np.linalg.qr(RNG.standard_normal((6, 6)))[0]
    y = X / np.linalg.norm(X, axis=1, keepdims=True)
    y = np.vstack([y, -y])  # centred, rows of length 1: so the direction is all there is
    x = 5 * y @ turn + 2
    np.testing.assert_allclose(fit_relative(x[::2], y[::2]).apply(x)[1::2], y[1::2], atol=0.35)
    both = np.arange(len(y)) % 40 < 20  # with each row its opposite, so that the anchors are centred as well
    np.testing.assert_allclose(fit_relative(x[both], y[both]).apply(x), y, atol=1e-8)


def test_a_map_of_known_items_has_seen_no_other():
    y, known = X @ RNG.standard_normal((6, 3)) + 0.1 * RNG.standard_normal((40, 3)), ~FOLDS[0]
    found = fit_known(X, y, known, RIDGE).apply(X[~known])
    assert explained_variance(y[~known], found) > 0.9
    changed = np.where(known[:, None], y, 1_000)
    np.testing.assert_array_equal(fit_known(X, changed, known, RIDGE).apply(X[~known]), found)
