"""Held-out retrieval: rotations are found, noise is not, and nothing leaks from the fold."""

from __future__ import annotations

import numpy as np
import pytest

from lva.alignment import retrieval_at_k
from lva.alignment.measures.retrieval import Protocol, fit, hits

from .. import reference
from ..grammars import grammar

rng = np.random.default_rng(5)
X = rng.normal(size=(60, 8))
Q = np.linalg.qr(rng.normal(size=(8, 8)))[0]


@pytest.mark.parametrize("mapping", ["procrustes", "ridge"])
@pytest.mark.parametrize("csls", [None, 5])
def test_a_rotated_copy_is_found(mapping, csls):
    found = retrieval_at_k(X, 3 * X @ Q + 2, mapping=mapping, csls=csls, penalty=1e-6)
    assert (found.forward, found.backward, found.held_out) == (1.0, 1.0, True)
    assert found.chance == 1 / 60


def test_more_dimensions_than_items():
    y = X @ rng.normal(size=(8, 300))
    assert retrieval_at_k(X, y, mapping="ridge", penalty=1e-6).forward > 0.95


def test_noise_is_retrieved_in_sample_and_by_chance_held_out():
    """Why the map must not see the items it is tested on: 108 items, 200 dimensions, no relation at all."""
    x, y = rng.normal(size=(2, 108, 200))
    fitted = retrieval_at_k(x, y, mapping="ridge", penalty=1e-6, components=107, in_sample=True)
    assert fitted.forward == 1.0 and not fitted.held_out
    values = [retrieval_at_k(*np.random.default_rng(s).normal(size=(2, 60, 80)), k=6) for s in range(30)]
    shares = [share for value in values for share in (value.forward, value.backward)]
    assert abs(np.mean(shares) - 0.1) < 0.02


def test_the_map_does_not_see_its_fold():
    """Exchanging the images of two held-out items cannot change the map: each is found where the other was."""
    folds = np.arange(60) // 10
    y = X @ Q + 0.1 * rng.normal(size=X.shape)
    swapped = y.copy()
    swapped[[0, 1]] = y[[1, 0]]
    before, after = (retrieval_at_k(X, z, folds=folds).forward_items for z in (y, swapped))
    assert before[2:10].tolist() == after[2:10].tolist()
    assert before[:2].tolist() == [1, 1] and after[:2].tolist() == [0, 0]


def test_none_compares_raw_rows():
    assert retrieval_at_k(X, X, mapping="none").forward == 1
    assert retrieval_at_k(X, X @ Q, mapping="none").forward < 0.3


def test_ties_share_the_hit():
    """Each row stands four times: its image is one of four equals, so k = 1 finds it with chance 1/4."""
    x = np.repeat(rng.normal(size=(10, 4)), 4, axis=0)
    for k, expected in ((1, 0.25), (2, 0.5), (4, 1.0), (5, 1.0)):
        found = retrieval_at_k(x, x, k=k, mapping="none")
        assert found.forward_items == pytest.approx(np.full(40, expected))
    order = rng.permutation(40)
    folds = rng.integers(0, 4, 40)
    noisy = x @ rng.normal(size=(4, 6)) + np.repeat(rng.normal(size=(10, 6)), 4, axis=0)
    a = retrieval_at_k(x, noisy, k=3, folds=folds)
    b = retrieval_at_k(x[order], noisy[order], k=3, folds=folds[order])
    assert b.forward_items == pytest.approx(a.forward_items[order], abs=1e-9)


@pytest.mark.parametrize("mapping", ["procrustes", "ridge"])
def test_row_order_does_not_matter_for_bags_of_words(mapping):
    """Few dimensions, equal eigenvalues and exact ties: the fold labels move with the rows, so must the hits."""
    words = grammar("natural").words
    y = words @ rng.normal(size=(words.shape[1], 30))
    folds = rng.permutation(np.arange(108) % 6)
    found = retrieval_at_k(words, y, k=2, mapping=mapping, folds=folds)
    order = rng.permutation(108)
    again = retrieval_at_k(words[order], y[order], k=2, mapping=mapping, folds=folds[order])
    assert again.forward_items == pytest.approx(found.forward_items[order], abs=1e-9)
    assert again.backward_items == pytest.approx(found.backward_items[order], abs=1e-9)


@pytest.mark.parametrize("size", [1, 3, 7])
def test_csls_against_loops(size):
    queries, candidates, truth = rng.normal(size=(7, 4)), rng.normal(size=(12, 4)), np.arange(7)
    s = reference.csls(queries, candidates, size)
    expected = [float(sum(row > row[i]) < 2) for i, row in enumerate(s)]
    protocol = Protocol(2, "none", truth, 4, 0.1, size, False)
    assert hits(queries, candidates, truth, protocol, 1e-12).tolist() == expected


def test_ridge_is_least_squares_with_penalty_rows():
    """Ridge regression is least squares on data with sqrt(lambda) I added as rows, lambda in mean variances."""
    a, b = rng.normal(size=(30, 4)), rng.normal(size=(30, 4))
    root = np.sqrt(0.3 * np.sum(a * a) / 4)
    rows, targets = np.vstack([a, root * np.eye(4)]), np.vstack([b, np.zeros((4, 4))])
    expected = np.linalg.lstsq(rows, targets, rcond=None)[0]
    assert fit(a, b, Protocol(1, "ridge", np.arange(2), 4, 0.3, None, False)) == pytest.approx(expected)


def test_directions_differ():
    """y is x without half of its dimensions: from x one finds y, from y not always x."""
    found = retrieval_at_k(X, X[:, :2] @ rng.normal(size=(2, 8)), mapping="ridge")
    assert found.forward != found.backward


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"k": 60}, "k=60 must be smaller than the 60 items"),
        ({"mapping": "affine"}, "mapping='affine' is unknown; choose one of procrustes, ridge, none"),
        ({"folds": 1}, "folds=1 must lie between 2 and the 60 items"),
        ({"folds": [0] * 60}, "folds labels 60 items in 1 folds, expected 60 in 2 or more"),
        ({"folds": [0, 1]}, "folds labels 2 items in 2 folds"),
        ({"mapping": "none"}, "mapping='none' needs equal dimensions, got 8 and 3"),
    ],
)
def test_errors(options, message):
    with pytest.raises(ValueError, match=message):
        retrieval_at_k(X, X[:, :3], **options)
