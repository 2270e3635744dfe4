"""Precision@k: hand-computed, against loops, and where others go wrong (ties, duplicates)."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from lva.alignment import nearest_pairs, precision_at_k, precision_chunked
from lva.alignment.measures.neighbours import neighbours

from .. import reference
from ..grammars import grammar, tf_idf

rng = np.random.default_rng(1)
X, Y = rng.normal(size=(12, 5)), rng.normal(size=(12, 7))
TIED = rng.integers(0, 2, size=(12, 4)) + np.array([1, 0, 0, 0])  # no zero rows, many equal cosines
METRICS = ("cosine", "correlation", "euclidean")


def curve(x, y, k_max, metric="cosine"):
    return np.array([precision_at_k(x, y, k, metric) for k in range(1, k_max + 1)])


def test_hand_computed():
    """On a line the nearest neighbours can be read off: 0-1, 1-0, 3-1, 7-3 and 0-5, 5-6, 6-5, 10-6."""
    x, y = np.array([[0.0], [1], [3], [7]]), np.array([[0.0], [5], [6], [10]])
    shared = precision_at_k(x, y, 1, metric="euclidean", per_item=True)
    assert shared.tolist() == [1, 0, 1, 1]
    assert precision_at_k(x, y, 1, metric="euclidean") == 0.75


def test_all_tied_is_chance():
    """Orthogonal rows are all alike: each other item is the nearest with chance 1/3, in y and with itself."""
    assert precision_at_k(np.eye(4), rng.normal(size=(4, 2)), 1) == pytest.approx(1 / 3)
    assert curve(np.eye(4), np.eye(4), 3) == pytest.approx([1 / 3, 2 / 3, 1])


@pytest.mark.parametrize("metric", METRICS)
@pytest.mark.parametrize("pair", [(X, Y), (X, TIED), (TIED, TIED[:, :3] + 1)])
def test_against_loops(pair, metric):
    x, y = (z + np.array([0.0, 0.3, *[0.1] * (z.shape[1] - 2)]) for z in pair)  # no constant rows
    expected = [reference.precision(x, y, k, metric) for k in (1, 4, 11)]
    assert curve(x, y, 11, metric)[[0, 3, 10]] == pytest.approx(expected, abs=1e-12)


@pytest.mark.parametrize("k", [1, 2, 3])
def test_ties_are_the_mean_over_all_tie_breaks(k):
    x, y = TIED[:5], np.array([[1, 0], [1, 0], [1, 1], [0, 1], [0, 1]])
    assert precision_at_k(x, y, k) == pytest.approx(reference.precision_over_tie_breaks(x, y, k), abs=1e-12)


def test_self_is_excluded_by_index_among_duplicates():
    """Of two equal rows each is the other's nearest neighbour, and never its own."""
    x = np.repeat(rng.normal(size=(5, 3)), 2, axis=0)
    assert precision_at_k(x, x, 1) == 1.0
    assert np.diag(neighbours(x).membership(1)).max() == 0
    assert neighbours(x).membership(1)[0, 1] == 1


@pytest.mark.parametrize("name", ["paper", "natural"])
def test_row_order_does_not_matter(name):
    """Most rows of a bag of words tie at k = 15; breaking ties by index would move the result by percents."""
    words = grammar(name).words
    x, y = words, tf_idf(words) @ rng.normal(size=(words.shape[1], 30))
    values = curve(x, y, 15)
    for seed in range(5):
        order = np.random.default_rng(seed).permutation(len(x))
        assert curve(x[order], y[order], 15) == pytest.approx(values, abs=1e-12)
        assert precision_at_k(x[order].astype(np.float32), y[order], 15) == pytest.approx(values[-1], abs=1e-12)


def test_breaking_ties_by_index_would_fail_the_test_above():
    words = grammar("natural").words
    u = words / np.linalg.norm(words, axis=1, keepdims=True)
    y = tf_idf(words) @ np.random.default_rng(0).normal(size=(words.shape[1], 30))
    v = y / np.linalg.norm(y, axis=1, keepdims=True)

    def by_index(order):
        near = [np.argsort(-(z[order] @ z[order].T) + 9 * np.eye(108), axis=1)[:, :15] for z in (u, v)]
        return np.mean([len(set(a) & set(b)) / 15 for a, b in zip(*near)])

    orders = [np.random.default_rng(s).permutation(108) for s in range(5)]
    assert np.ptp([by_index(order) for order in orders]) > 0.005


@pytest.mark.parametrize("x", [X, grammar("paper").words], ids=["random", "bag of words"])
def test_rotation_and_scale_do_not_matter(x):
    y = rng.normal(size=(len(x), 6))
    Q = np.linalg.qr(rng.normal(size=(x.shape[1], x.shape[1])))[0]
    assert curve(7.3 * x @ Q, y, 10) == pytest.approx(curve(x, y, 10), abs=1e-12)
    for metric in ("cosine", "euclidean"):
        assert precision_at_k(x @ Q, y, 5, metric) == pytest.approx(precision_at_k(x, y, 5, metric), abs=1e-12)


def test_centring_only_matters_for_directions():
    shifted = X + 100.0
    assert precision_at_k(shifted, Y, 3, center=True) == pytest.approx(precision_at_k(X, Y, 3, center=True))
    assert precision_at_k(shifted, Y, 3) != precision_at_k(X, Y, 3)
    assert precision_at_k(shifted, Y, 3, "euclidean") == precision_at_k(X, Y, 3, "euclidean")


def test_anisotropic_float32_keeps_its_order():
    """Cosines within 1e-6 of one another are not ties: the data are taken as given."""
    x = (1000 + rng.normal(size=(60, 40))).astype(np.float32)
    exact = reference.similarity(x.astype(np.longdouble), "cosine")
    nearest = np.argsort(-np.array(exact) + 9 * np.eye(60), axis=1)[:, :5]
    assert all(
        set(np.flatnonzero(row)) == set(near) for row, near in zip(neighbours(x.astype(float)).membership(5), nearest)
    )


@settings(max_examples=60, deadline=None)
@given(st.integers(3, 9), st.integers(1, 5), st.integers(1, 5), st.data())
def test_any_shape(n, d1, d2, data):
    """On small integers, full of ties and duplicates: rows sum to k, the result is a symmetric share."""
    x = data.draw(arrays(np.float64, (n, d1), elements=st.integers(-2, 2)))
    y = data.draw(arrays(np.float64, (n, d2), elements=st.integers(-2, 2)))
    k = data.draw(st.integers(1, n - 1))
    assert neighbours(x, "euclidean").membership(k).sum(axis=1) == pytest.approx(np.full(n, k))
    value = precision_at_k(x, y, k, "euclidean")
    assert 0 <= value <= 1 + 1e-12
    assert value == pytest.approx(precision_at_k(y, x, k, "euclidean"))
    assert value == pytest.approx(reference.precision(x, y, k, "euclidean"), abs=1e-9)
    zero = np.flatnonzero(~x.any(axis=1))
    if zero.size:
        with pytest.raises(ValueError, match=f"row {zero[0]} of x is zero"):
            precision_at_k(x, np.ones((n, 1)), k)


@pytest.mark.parametrize("metric", METRICS)
@pytest.mark.parametrize("center", [False, True])
@pytest.mark.parametrize("chunk_bytes", [1, 8 * 108 * 10, 2**27])
def test_chunks_agree(metric, center, chunk_bytes, monkeypatch):
    monkeypatch.setattr("lva.alignment.measures.chunked.CHUNK_BYTES", chunk_bytes)
    words = grammar("natural").words
    y = (words @ rng.normal(size=(words.shape[1], 20)) + rng.normal(size=(108, 20))).astype(np.float32)
    expected = precision_at_k(words, y, 15, metric, center)
    found = precision_chunked(words, y, 15, metric, center)
    assert found == pytest.approx(expected, abs=1e-12)
    each = precision_at_k(words, y, 15, metric, center, per_item=True)
    monkeypatch.setattr("lva.alignment.measures.neighbours.LARGE", 100)  # in chunks from here on
    assert precision_at_k(words, y, 15, metric, center) == found
    np.testing.assert_allclose(precision_at_k(words, y, 15, metric, center, per_item=True), each, atol=1e-12)


@pytest.mark.parametrize(
    ("x", "k", "message"),
    [
        (np.ones((5, 2)), 5, "k=5 must be smaller than the 5 items; lower k or embed more instructions"),
        (np.ones((5, 2)), 0, "k=0 is not valid; expected a whole number from 1"),
        (np.array([[1.0, 1]] * 3 + [[np.nan, 1]] + [[1, 1]]), 1, "x holds NaN or infinity in row 3"),
        (np.array([[1.0, 1]] * 2 + [[0, 0]] + [[1, 1]] * 2), 1, "row 2 of x is zero"),
        (np.ones((4, 2)), 1, "x has 4 items and y has 5"),
        (np.ones(5), 1, r"x has shape \(5,\)"),
        (np.ones((5, 0)), 1, r"x has shape \(5, 0\)"),
    ],
)
def test_errors_name_value_expectation_and_remedy(x, k, message):
    y = np.ones((5, 1))
    with pytest.raises(ValueError, match=message):
        precision_at_k(x, y, k)
    with pytest.raises(ValueError, match=message):
        precision_chunked(x, y, k)


def test_a_row_at_the_mean_has_no_direction():
    x = np.array([[1.0, 0], [-1, 0], [0, 0.1 + 0.2 - 0.3], [0, 1], [0, -1]]) + 0.1
    for measure in (precision_at_k, precision_chunked):
        with pytest.raises(ValueError, match="row 2 of x is zero or constant"):
            measure(x, np.eye(5), 1, center=True)


def test_unknown_metric():
    with pytest.raises(ValueError, match="metric='manhattan' is unknown; choose one of cosine"):
        precision_at_k(X, Y, 1, "manhattan")


def test_nearest_pairs_by_hand():
    x = [[1, 0], [0, 1], [1, 0.1], [1, 0]]
    pairs = nearest_pairs(x, 3)
    assert [pair[:2] for pair in pairs] == [(0, 3), (0, 2), (2, 3)]
    assert pairs[0][2] == pytest.approx(1) and pairs[1][2] == pytest.approx(1 / 1.01**0.5)
    with pytest.raises(ValueError, match="top=7 must be at most 6, the pairs of 4 items"):
        nearest_pairs(x, 7)
