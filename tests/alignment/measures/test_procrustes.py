"""Procrustes and canonical correlations."""

from __future__ import annotations

import numpy as np
import pytest
import scipy.spatial
from hypothesis import given, settings
from hypothesis import strategies as st

from lva.alignment import procrustes, procrustes_disparity, procrustes_distance, pwcca, svcca

from .. import reference

rng = np.random.default_rng(4)
X, Y = rng.normal(size=(30, 5)), rng.normal(size=(30, 5))


def test_hand_computed():
    """A square and the same square with one side doubled: X'Y is diagonal, s = (1 + 2) / sqrt(2 x 5)."""
    square = np.array([[1.0, 1], [1, -1], [-1, 1], [-1, -1]])
    assert procrustes(square, square * [1, 2]) == pytest.approx(3 / np.sqrt(10))
    assert procrustes_distance(square, square * [1, 2]) == pytest.approx(np.sqrt(2 - 6 / np.sqrt(10)))
    assert procrustes_disparity(square, square * [1, 2]) == pytest.approx(0.1)


def test_agrees_with_scipy():
    assert procrustes_disparity(X, Y) == pytest.approx(scipy.spatial.procrustes(X, Y)[2], abs=1e-12)


@pytest.mark.parametrize(("d1", "d2"), [(3, 8), (8, 3), (50, 5), (200, 40), (1, 64)])
def test_unequal_dimensions_need_no_padding(d1, d2):
    x, y = rng.normal(size=(30, d1)), rng.normal(size=(30, d2))
    assert procrustes(x, y) == pytest.approx(reference.procrustes(x, y), abs=1e-12)


def test_a_moved_copy_is_perfectly_alike():
    Q = np.linalg.qr(rng.normal(size=(9, 9)))[0][:, :5]
    moved = 3 * X @ Q.T + 7
    assert procrustes(X, moved) == pytest.approx(1, abs=1e-12)
    assert procrustes_distance(X, moved) < 1e-7
    assert procrustes_disparity(X, moved) < 1e-12


def test_noise_is_alike_when_d_is_large():
    """The bias the docstring warns of."""
    assert procrustes(*np.random.default_rng(0).normal(size=(2, 10, 5000))) > 0.9


@settings(max_examples=40, deadline=None)
@given(st.integers(3, 12), st.integers(1, 30), st.integers(1, 30), st.integers(0, 2**32 - 1))
def test_any_shape(n, d1, d2, seed):
    r = np.random.default_rng(seed)
    x, y = r.normal(size=(n, d1)), r.normal(size=(n, d2))
    assert 0 <= procrustes(x, y) <= 1 + 1e-12
    assert procrustes(x, y) == pytest.approx(procrustes(y, x), abs=1e-12)
    assert procrustes(x, y) == pytest.approx(reference.procrustes(x, y), abs=1e-9)


def test_constant_space_is_an_error():
    with pytest.raises(ValueError, match="all 30 items of y are the same row"):
        procrustes(X, np.full((30, 2), 0.3))


def test_canonical_correlations_against_eigenvalues():
    y = X[:, :3] @ rng.normal(size=(3, 4)) + rng.normal(size=(30, 4))
    rho = reference.canonical_correlations(X, y)
    assert svcca(X, y, variance=1.0) == pytest.approx(rho.mean(), abs=1e-9)
    assert min(rho) < pwcca(X, y) < max(rho)


def test_pwcca_weights_by_variance():
    """x is nearly one direction, which y holds exactly; its other direction is noise."""
    x = np.column_stack([100 * X[:, 0], X[:, 1]])
    y = np.column_stack([X[:, 0], Y[:, 1]])
    assert pwcca(x, y) > 0.98
    assert svcca(x, y, variance=1.0) < 0.8


def test_cca_is_blind_to_linear_maps():
    A = rng.normal(size=(5, 5))
    assert svcca(X @ A, Y, variance=1.0) == pytest.approx(svcca(X, Y, variance=1.0), abs=1e-9)
    assert svcca(X, X @ A, variance=1.0) == pytest.approx(1, abs=1e-9)
    assert pwcca(X, X @ A) == pytest.approx(1, abs=1e-9)


def test_svcca_keeps_the_leading_directions():
    """The second direction holds 1 % of the variance: it counts at 0.999 and not at 0.9."""
    x = np.column_stack([10 * X[:, 0], X[:, 1]])
    y = np.column_stack([10 * X[:, 0], Y[:, 1]])
    assert svcca(x, y, variance=0.9) == pytest.approx(svcca(x[:, :1], y[:, :1]), abs=0.01)
    assert svcca(x, y, variance=0.999) < 0.9


def test_too_many_directions_are_an_error():
    with pytest.raises(ValueError, match="20 and 10 directions of 30 items exceed n - 1 together"):
        svcca(rng.normal(size=(30, 20)), rng.normal(size=(30, 10)), variance=1.0)
    with pytest.raises(ValueError, match=r"variance=0 must lie in \(0, 1\]"):
        svcca(X, Y, variance=0)
