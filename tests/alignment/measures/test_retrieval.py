"""Held-out retrieval: rotations are found, noise is not, and nothing leaks from the fold."""

from __future__ import annotations

import numpy as np
import pytest

from lva.alignment import Map, RetrievalProtocol, retrieval_at_k
from lva.alignment.measures.maps import MAPS
from lva.alignment.measures.retrieval import hits, similarities

from .. import reference
from ..grammars import grammar

rng = np.random.default_rng(5)
X = rng.normal(size=(60, 8))
Q = np.linalg.qr(rng.normal(size=(8, 8)))[0]
RIDGE = RetrievalProtocol(Map("ridge", penalty=1e-6))
RAW = RetrievalProtocol(None)


@pytest.mark.parametrize("kind", MAPS)
@pytest.mark.parametrize("csls", [None, 5])
def test_a_rotated_copy_is_found(kind, csls):
    found = retrieval_at_k(X, 3 * X @ Q + 2, 1, RetrievalProtocol(Map(kind, penalty=1e-6), csls=csls))
    assert (found.forward, found.backward, found.held_out) == (1.0, 1.0, True)
    assert found.chance == 1 / 60


def test_more_dimensions_than_items():
    y = X @ rng.normal(size=(8, 300))
    assert retrieval_at_k(X, y, 1, RIDGE).forward > 0.95


def test_noise_is_retrieved_in_sample_and_by_chance_held_out():
    """Why the map must not see the items it is tested on: 108 items, 200 dimensions, no relation at all."""
    x, y = rng.normal(size=(2, 108, 200))
    every = Map("ridge", components=107, penalty=1e-6)
    fitted = retrieval_at_k(x, y, 1, RetrievalProtocol(every, in_sample=True))
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
    before, after = (retrieval_at_k(X, z, 1, RetrievalProtocol(folds=folds)).forward_items for z in (y, swapped))
    assert before[2:10].tolist() == after[2:10].tolist()
    assert before[:2].tolist() == [1, 1] and after[:2].tolist() == [0, 0]


def test_none_compares_raw_rows():
    assert retrieval_at_k(X, X, 1, RAW).forward == 1
    assert retrieval_at_k(X, X @ Q, 1, RAW).forward < 0.3


def test_ties_share_the_hit():
    """Each row stands four times: its image is one of four equals, so k = 1 finds it with chance 1/4."""
    x = np.repeat(rng.normal(size=(10, 4)), 4, axis=0)
    for k, expected in ((1, 0.25), (2, 0.5), (4, 1.0), (5, 1.0)):
        found = retrieval_at_k(x, x, k, RAW)
        assert found.forward_items == pytest.approx(np.full(40, expected))
    order = rng.permutation(40)
    folds = rng.integers(0, 4, 40)
    noisy = x @ rng.normal(size=(4, 6)) + np.repeat(rng.normal(size=(10, 6)), 4, axis=0)
    a = retrieval_at_k(x, noisy, 3, RetrievalProtocol(folds=folds))
    b = retrieval_at_k(x[order], noisy[order], 3, RetrievalProtocol(folds=folds[order]))
    assert b.forward_items == pytest.approx(a.forward_items[order], abs=1e-9)


@pytest.mark.parametrize("kind", ["orthogonal", "ridge"])
def test_row_order_does_not_matter_for_bags_of_words(kind):
    """Few dimensions, equal eigenvalues and exact ties: the fold labels move with the rows, so must the hits."""
    words = grammar("natural").words
    y = words @ rng.normal(size=(words.shape[1], 30))
    folds = rng.permutation(np.arange(108) % 6)
    found = retrieval_at_k(words, y, 2, RetrievalProtocol(Map(kind), folds))
    order = rng.permutation(108)
    again = retrieval_at_k(words[order], y[order], 2, RetrievalProtocol(Map(kind), folds[order]))
    assert again.forward_items == pytest.approx(found.forward_items[order], abs=1e-9)
    assert again.backward_items == pytest.approx(found.backward_items[order], abs=1e-9)


@pytest.mark.parametrize("size", [1, 3, 7])
def test_csls_against_loops(size):
    queries, candidates, truth = rng.normal(size=(7, 4)), rng.normal(size=(12, 4)), np.arange(7)
    s = reference.csls(queries, candidates, size)
    expected = [float(sum(row > row[i]) < 2) for i, row in enumerate(s)]
    assert hits(similarities(queries, candidates, size), truth, 2, 1e-12).tolist() == expected


def test_directions_differ():
    """y is x without half of its dimensions: from x one finds y, from y not always x."""
    found = retrieval_at_k(X, X[:, :2] @ rng.normal(size=(2, 8)), 1, RIDGE)
    assert found.forward != found.backward


@pytest.mark.parametrize(
    ("k", "protocol", "message"),
    [
        (60, RetrievalProtocol(), "k=60 must be smaller than the 60 items"),
        (1, RetrievalProtocol(folds=1), "folds=1 must lie between 2 and the 60 items"),
        (1, RetrievalProtocol(folds=[0] * 60), "folds labels 60 items in 1 folds, expected 60 in 2 or more"),
        (1, RetrievalProtocol(folds=[0, 1]), "folds labels 2 items in 2 folds"),
        (1, RAW, "map=None needs equal dimensions, got 8 and 3"),
    ],
)
def test_errors(k, protocol, message):
    with pytest.raises(ValueError, match=message):
        retrieval_at_k(X, X[:, :3], k, protocol)


def test_a_fold_that_leaves_too_few_items_is_an_error():
    protocol = RetrievalProtocol(folds=[0] * 58 + [1, 1])
    with pytest.raises(ValueError, match="2 training items are too few to fit a map, expected 3; change folds"):
        retrieval_at_k(X, X, 1, protocol)
