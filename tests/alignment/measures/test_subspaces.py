"""Subspaces of factors: planted ones are found, and exchanging them exchanges nothing else."""

import numpy as np
import pytest

from lva.alignment import factor_subspace, interchange, random_subspace

RNG = np.random.default_rng(0)
LEVELS = np.repeat(["red", "green", "blue"], 12)
AXES = np.linalg.qr(RNG.standard_normal((10, 10)))[0]
COLOURS = {"red": 0, "green": 1, "blue": 2}
PLACE = RNG.standard_normal((3, 2))[[COLOURS[level] for level in LEVELS]]
REST = np.tile(RNG.standard_normal((12, 4)), (3, 1))  # the same for each colour
X = PLACE @ AXES[:, :2].T + REST @ AXES[:, 2:6].T


def test_a_planted_subspace_is_found():
    basis = factor_subspace(X, LEVELS)
    assert basis.shape == (10, 2)
    np.testing.assert_allclose(basis @ basis.T, AXES[:, :2] @ AXES[:, :2].T, atol=1e-9)
    one = factor_subspace(X, LEVELS, rank=1)
    np.testing.assert_allclose(one, basis[:, :1], atol=1e-9)


def test_exchanging_the_factor_gives_the_item_that_differs_in_it_alone():
    basis = factor_subspace(X, LEVELS)
    red, green = X[:12], X[12:24]
    np.testing.assert_allclose(interchange(red, green, basis), green, atol=1e-9)
    other = X[12:24][::-1]  # another rest: it stays where it was
    np.testing.assert_allclose(interchange(red, other, basis), green, atol=1e-9)
    np.testing.assert_allclose(interchange(red, green, basis, dose=0.5), (red + green) / 2, atol=1e-9)
    np.testing.assert_array_equal(interchange(red, green, basis, dose=0), red)


def test_a_random_subspace_lies_where_the_items_vary():
    basis = random_subspace(X, 3, np.random.default_rng(1))
    np.testing.assert_allclose(basis.T @ basis, np.eye(3), atol=1e-9)
    np.testing.assert_allclose(AXES[:, 6:].T @ basis, 0, atol=1e-9)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: factor_subspace(X, ["red"] * 36), "one level 'red'"),
        (lambda: factor_subspace(X, LEVELS[:5]), "labels: shape .5,. for 36 items"),
        (lambda: factor_subspace(X, LEVELS, 3), "rank=3 is more than the 2 directions"),
        (lambda: factor_subspace(X, LEVELS, 0), "rank=0 is not valid"),
        (lambda: random_subspace(X, 7, RNG), "rank=7 is more than the 6 directions"),
        (lambda: interchange(X, X, np.zeros((3, 1))), "basis have 10, 10 and 3 dimensions"),
    ],
)
def test_what_cannot_be_is_named(call, message):
    with pytest.raises(ValueError, match=message):
        call()
