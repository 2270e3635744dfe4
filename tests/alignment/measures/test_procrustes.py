"""Procrustes: by hand, against scipy and a padded version, and its invariances."""

from __future__ import annotations

import numpy as np
import pytest
import scipy.spatial
from hypothesis import given, settings
from hypothesis import strategies as st

from lva.alignment import procrustes

from .. import reference

rng = np.random.default_rng(4)
X, Y = rng.normal(size=(30, 5)), rng.normal(size=(30, 5))


def test_hand_computed():
    """A square and the same square with one side doubled: X'Y is diagonal, s = (1 + 2) / sqrt(2 x 5)."""
    square = np.array([[1.0, 1], [1, -1], [-1, 1], [-1, -1]])
    assert procrustes(square, square * [1, 2]) == pytest.approx(3 / np.sqrt(10))


def test_agrees_with_scipy():
    """Its disparity is what a rotation and a scale leave, 1 - s^2."""
    assert 1 - procrustes(X, Y) ** 2 == pytest.approx(scipy.spatial.procrustes(X, Y)[2], abs=1e-12)


@pytest.mark.parametrize(("d1", "d2"), [(3, 8), (8, 3), (50, 5), (200, 40), (1, 64)])
def test_unequal_dimensions_need_no_padding(d1, d2):
    x, y = rng.normal(size=(30, d1)), rng.normal(size=(30, d2))
    assert procrustes(x, y) == pytest.approx(reference.procrustes(x, y), abs=1e-12)


def test_a_moved_copy_is_perfectly_alike():
    Q = np.linalg.qr(rng.normal(size=(9, 9)))[0][:, :5]
    moved = 3 * X @ Q.T + 7
    assert procrustes(X, moved) == pytest.approx(1, abs=1e-12)


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
