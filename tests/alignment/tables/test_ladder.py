"""Plain scores in bulk: the same numbers as one at a time, and what must come out for planted spaces."""

import numpy as np
import pytest

from lva.alignment import (
    contrast,
    factor_shares,
    ladder,
    overlap_mean,
    precision_at_k,
    precision_curves,
    relabelling_group,
    relabelling_null,
    rsa,
    without_factor,
)

from ..grammars import grammar

RNG = np.random.default_rng(0)
N = 40
ROWS_OF_FIVE = {"row": np.arange(N) // 5, "column": np.arange(N) % 5}


@pytest.fixture(scope="module")
def near_and_far():
    """A space, two noisy copies of it, and two that have nothing to do with it."""
    x = RNG.normal(size=(N, 8))
    near = [x + 0.3 * RNG.normal(size=x.shape) for _ in range(2)]
    return x, near, [RNG.normal(size=(N, 5)) for _ in range(2)]


def test_a_ladder_holds_the_single_scores(near_and_far):
    x, near, far = near_and_far
    table = ladder({"near": near, "far": far[0]}, {"x": x, "near": near}, shown=["P@5", "rsa"])
    table = table.set_index(["rung", "target", "measure"])
    assert ("near", "near", "rsa") not in table.index and ("far", "near", "rsa") in table.index
    each = [precision_at_k(z, x, 5) for z in near]
    row = table.loc["near", "x", "P@5"]
    assert row.value == pytest.approx(np.mean(each)) and row.pairs == 2
    assert (row.low, row.high) == pytest.approx((min(each), max(each)))
    assert table.loc["far", "x", "rsa"].value == pytest.approx(rsa(far[0], x))


def test_a_contrast_is_the_difference_of_means_and_finds_the_planted_one(near_and_far):
    x, near, far = near_and_far
    found = contrast([x, x], near, far, ROWS_OF_FIVE, k=5)
    means = [np.mean([precision_at_k(x, y, 5) for y in group]) for group in (near, far)]
    assert found["difference"] == pytest.approx(means[0] - means[1])
    assert 0 < found["low"] < found["difference"] < found["high"]
    none = contrast(x, far[:1], far[1:], ROWS_OF_FIVE, k=5)
    assert none["low"] < 0 < none["high"]


def test_a_contrast_refuses_labels_of_other_items(near_and_far):
    x, near, far = near_and_far
    with pytest.raises(ValueError, match=r"factor 'row': shape .41,. for 40 items"):
        contrast(x, near, far, {"row": [0] * (N + 1)})


def test_a_contrast_has_the_default_neighbourhood(near_and_far):
    x, near, far = near_and_far
    assert contrast(x, near, far, ROWS_OF_FIVE) == contrast(x, near, far, ROWS_OF_FIVE, k=6)


def test_a_ladder_shows_the_default_neighbourhoods(near_and_far):
    x, near, _ = near_and_far
    assert ladder({"near": near}, {"x": x}).measure.tolist() == ["P@1", "P@2", "P@6", "cka", "rsa", "procrustes"]


def test_curves_are_those_of_the_nulls():
    factors, words, _ = grammar("paper")
    n, group = len(factors), relabelling_group(factors, words)
    a, b = [RNG.normal(size=(n, 6)) for _ in range(2)], words @ RNG.normal(size=(words.shape[1], 9))
    table = precision_curves({"a": a, "b": b}, "a", group, k_max=3, permutations=9_000)
    assert table.k.tolist() == [1, 2, 3] and set(table.b) == {"b"}
    each = [[precision_at_k(x, b, k) for k in (1, 2, 3)] for x in a]
    np.testing.assert_allclose(table.value, np.mean(each, axis=0))
    np.testing.assert_allclose(table.null_mean, [overlap_mean(n, k) for k in (1, 2, 3)], atol=2e-3)
    nulls = [relabelling_null(x, b, group) for x in a]
    np.testing.assert_allclose(table.relabel_mean, np.mean([null.mean[:3] for null in nulls], axis=0), atol=1e-3)
    assert (table.null_low < table.null_mean).all() and (table.null_mean < table.null_high).all()


def test_factor_shares_by_hand():
    """Two factors of two levels; one moves the first axis by 2, the other the second by 1: 4 to 1."""
    x = np.array([[1, 0.5], [1, -0.5], [-1, 0.5], [-1, -0.5]])
    shares = factor_shares(x, {"first": list("aabb"), "second": [0, 1, 0, 1]})
    assert shares == pytest.approx({"first": 0.8, "second": 0.2, "rest": 0})


def test_a_factor_within_another_gets_what_it_adds():
    x = RNG.normal(size=(24, 3)) + np.repeat(np.eye(3), 8, axis=0) * 5
    task, phrase = np.repeat([0, 1, 2], 8), np.repeat(range(6), 4)
    both, alone = factor_shares(x, {"task": task, "phrase": phrase}), factor_shares(x, {"phrase": phrase})
    assert both["task"] + both["phrase"] == pytest.approx(alone["phrase"])
    assert both["task"] > 0.5 > both["phrase"] > 0 and sum(both.values()) == pytest.approx(1)


def test_a_random_space_gives_a_factor_its_degrees_of_freedom():
    shares = [factor_shares(RNG.normal(size=(60, 4)), {"f": np.arange(60) % 6})["f"] for _ in range(200)]
    assert np.mean(shares) == pytest.approx(5 / 59, abs=0.01)


def test_a_space_without_variance_is_refused():
    with pytest.raises(ValueError, match="no variance"):
        factor_shares(np.ones((6, 2)), {"f": list("ababab")})
    with pytest.raises(ValueError, match=r"shape .5,. for 6 items"):
        factor_shares(RNG.normal(size=(6, 2)), {"f": list("ababa")})


def test_what_a_factor_leaves_must_be_numbers():
    largest = np.finfo(float).max * np.array([[1.0], [1.0], [-1.0], [1.0]])
    with pytest.raises(ValueError, match="beyond the largest one; divide x by 10 first"):
        without_factor(largest, {"f": [0, 1, 0, 1]}, "f")
