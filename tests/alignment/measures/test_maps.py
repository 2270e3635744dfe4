"""Maps are fitted on some items and hold for others; a rotation of either space only moves them along."""

from __future__ import annotations

import numpy as np
import pytest

from lva.alignment import Map
from lva.alignment.measures.maps import MAPS

rng = np.random.default_rng(11)
X, NEW = rng.normal(size=(50, 6)) + 3, rng.normal(size=(9, 6)) + 3
Y = X @ rng.normal(size=(6, 8)) + 0.3 * rng.normal(size=(50, 8)) - 5


def turn(d):
    """A random rotation or reflection of d dimensions."""
    return np.linalg.qr(rng.normal(size=(d, d)))[0]


def test_two_anchors_by_hand():
    """(0, 0) -> (1, 0), (2, 0) -> (1, 6): a quarter turn, three times as large; what lies beside the line is lost."""
    fitted = Map("orthogonal", None).fit([[0.0, 0], [2, 0]], [[1.0, 0], [1, 6]])
    assert fitted.scale == pytest.approx(3)
    assert fitted.apply([[1.0, 0], [3, 7]]) == pytest.approx(np.array([[1.0, 3], [1, 9]]))


def test_a_rotation_is_recovered_with_its_scale():
    Q = turn(6)
    fitted = Map("orthogonal").fit(X, 2.5 * X @ Q + 7)
    assert fitted.scale == pytest.approx(2.5)
    assert fitted.apply(NEW) == pytest.approx(2.5 * NEW @ Q + 7)
    assert Map("orthogonal").fit(X, Y).apply(NEW) == pytest.approx(literal_orthogonal(X, Y, NEW))


def literal_orthogonal(x, y, new):
    """The best of the rotations and scales, y padded away: found through the components by hand."""
    s, t = x.mean(axis=0), y.mean(axis=0)
    _, _, A = np.linalg.svd(x - s, full_matrices=False)
    _, _, B = np.linalg.svd(y - t, full_matrices=False)
    A, B = A.T, B[: A.shape[0]].T
    U, S, V = np.linalg.svd(((x - s) @ A).T @ ((y - t) @ B))
    return S.sum() / np.sum((x - s) ** 2) * (new - s) @ A @ U @ V @ B.T + t


@pytest.mark.parametrize("d", [3, 8])
def test_an_affine_map_is_recovered(d):
    """Also one that loses dimensions; a rotation cannot follow it."""
    A, shift = rng.normal(size=(6, d)), rng.normal(size=d)
    assert Map("affine", None).fit(X, X @ A + shift).apply(NEW) == pytest.approx(NEW @ A + shift)
    assert np.abs(Map("orthogonal", None).fit(X, X @ A + shift).apply(NEW) - (NEW @ A + shift)).max() > 0.5


def test_affine_is_least_squares_with_a_constant():
    ones = np.ones((50, 1))
    weights = np.linalg.lstsq(np.hstack([X, ones]), Y, rcond=None)[0]
    assert Map("affine", None).fit(X, Y).apply(NEW) == pytest.approx(np.hstack([NEW, np.ones((9, 1))]) @ weights)


def test_ridge_is_least_squares_with_penalty_rows():
    """Ridge regression is least squares on data with sqrt(lambda) I added as rows, lambda in mean variances."""
    x, y = X - X.mean(axis=0), Y - Y.mean(axis=0)
    root = np.sqrt(0.3 * np.sum(x * x) / 6)
    weights = np.linalg.lstsq(np.vstack([x, root * np.eye(6)]), np.vstack([y, np.zeros((6, 8))]), rcond=None)[0]
    expected = (NEW - X.mean(axis=0)) @ weights + Y.mean(axis=0)
    assert Map("ridge", None, 0.3).fit(X, Y).apply(NEW) == pytest.approx(expected)


def test_ridge_becomes_affine_as_the_penalty_goes_and_the_mean_as_it_grows():
    affine = Map("affine").fit(X, Y).apply(NEW)
    apart = [np.abs(Map("ridge", penalty=p).fit(X, Y).apply(NEW) - affine).max() for p in (1, 1e-2, 1e-4, 0)]
    assert apart[0] > apart[1] > apart[2] > apart[3] and apart[2] < 1e-2
    assert apart[3] == 0
    assert Map("ridge", penalty=1e12).fit(X, Y).apply(NEW) == pytest.approx(np.tile(Y.mean(axis=0), (9, 1)))


@pytest.mark.parametrize("kind", MAPS)
@pytest.mark.parametrize("components", [None, 3])
def test_rotations_and_shifts_of_either_space_move_the_map_along(kind, components):
    here, there = turn(6), turn(8)
    fitted = Map(kind, components, 0.1).fit(X, Y).apply(NEW)
    turned = Map(kind, components, 0.1).fit(X @ here - 2, Y @ there + 4).apply(NEW @ here - 2)
    assert turned == pytest.approx(fitted @ there + 4, abs=1e-9)
    padded = Map(kind, components, 0.1).fit(np.hstack([X, np.ones((50, 4))]), Y)
    assert padded.apply(np.hstack([NEW, np.ones((9, 4))])) == pytest.approx(fitted, abs=1e-9)


def test_components_beyond_the_leading_ones_are_left_out():
    """y follows only the weakest direction of x: with one component nothing of it is seen."""
    x = rng.normal(size=(40, 2)) * [10, 0.1]
    y = x[:, 1:] * 100
    x[:, 0] -= x[:, 0] @ (x[:, 1] - x[:, 1].mean()) / np.sum((x[:, 1] - x[:, 1].mean()) ** 2) * x[:, 1]
    assert Map("affine", 2).fit(x, y).apply(x) == pytest.approx(y)
    assert np.ptp(Map("affine", 1).fit(x, y).apply(x)) < 0.1 * np.ptp(y)


def test_more_dimensions_than_anchors_fit_the_anchors():
    x, y = rng.normal(size=(5, 30)), rng.normal(size=(5, 20))
    assert Map("affine", None).fit(x, y).apply(x) == pytest.approx(y)


@pytest.mark.parametrize("kind", MAPS)
def test_unrelated_spaces_give_no_error(kind):
    """All inner products are zero: the best scale, or the best weights, are zero, and the mean is predicted."""
    x, y = np.array([[1.0], [-1], [1], [-1]]), np.array([[1.0], [1], [-1], [-1]])
    assert Map(kind).fit(x, y).apply([[5.0]]) == pytest.approx(np.zeros((1, 1)))


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: Map().fit(X[:1], Y[:1]), "x has 1 items, this measure needs 2"),
        (lambda: Map().fit(X, Y[:-1]), "x has 50 items and y has 49"),
        (lambda: Map().fit(X, np.ones((50, 2))), "the 50 anchors of y are all the same row"),
        (lambda: Map().fit(X, Y).apply(Y), "x has 8 dimensions, the map was fitted on 6"),
        (lambda: Map("procrustes"), "kind='procrustes' is unknown; choose one of orthogonal, affine, ridge"),
        (lambda: Map(components=0), "components=0 is not valid"),
        (lambda: Map("ridge", penalty=-0.1), "penalty=-0.1 is not valid"),
    ],
)
def test_errors(call, message):
    with pytest.raises(ValueError, match=message):
        call()
