"""The permutation null, its closed forms, and the corrections for many tests."""

from __future__ import annotations

from dataclasses import replace
from itertools import permutations

import numpy as np
import pytest
from scipy.stats import false_discovery_control, kstest

from lva.alignment import (
    Measures,
    Null,
    benjamini_hochberg,
    cka,
    max_t,
    overlap_mean,
    permutation_null,
    precision_at_k,
    procrustes,
    rsa,
)
from lva.alignment.measures.cka import gram
from lva.alignment.measures.neighbours import neighbours
from lva.alignment.measures.rsa import dissimilarity
from lva.alignment.nulls.measures import KINDS
from lva.alignment.nulls.permutation import draw_permutations

from .. import reference

pytestmark = pytest.mark.filterwarnings("ignore:k=")  # of neighbourhoods that chance fills

rng = np.random.default_rng(6)
X, Y = rng.normal(size=(20, 6)), rng.normal(size=(20, 9))
TIED = np.column_stack([rng.integers(0, 3, size=(20, 2)), np.full(20, 5)])  # few distinct rows, none constant
EVERY = Measures(kinds=KINDS, k_max=6)


def kernels(x, y, measures):
    """Every statistic by the public kernels, one call each."""
    curve = [precision_at_k(x, y, k, measures.metric, measures.center) for k in range(1, measures.k_max + 1)]
    others = (cka(x, y, measures.debiased), rsa(x, y, measures.distance, measures.compare), procrustes(x, y))
    return np.array([*curve, *others])


@pytest.mark.parametrize("y", [Y, TIED], ids=["random", "tied"])
@pytest.mark.parametrize("x", [X, TIED[::-1]], ids=["random", "tied"])
@pytest.mark.parametrize(
    "options", [{}, {"metric": "euclidean", "distance": "euclidean", "compare": "pearson", "debiased": False}]
)
def test_lookups_equal_recomputation(x, y, options):
    """The fast null is the kernel on permuted rows."""
    measures = Measures(kinds=KINDS, k_max=6, **options)
    null = permutation_null(x, y, measures, permutations=15, seed=3)
    assert null.names == (*(f"P@{k}" for k in range(1, 7)), "cka", "rsa", "procrustes")
    assert null.observed == pytest.approx(kernels(x, y, measures), abs=1e-12)
    expected = [kernels(x, y[p], measures) for p in draw_permutations(20, 15, 3)]
    assert null.sample == pytest.approx(np.array(expected), abs=1e-12)


def test_partial_null_permutes_what_is_left():
    z = X @ rng.normal(size=(6, 4)) + rng.normal(size=(20, 4))
    null = permutation_null(X, Y, Measures(kinds=("cka", "rsa")), given=[z], permutations=50)
    assert null.observed == pytest.approx([cka(X, Y, given=[z]), rsa(X, Y, given=[z])], abs=1e-12)
    assert np.abs(null.mean).max() < 0.1


def test_seed_decides():
    a, b, c = (permutation_null(X, Y, EVERY, permutations=20, seed=s) for s in (1, 1, 2))
    assert np.array_equal(a.sample, b.sample) and not np.array_equal(a.sample, c.sample)


def test_permutations_are_uniform():
    """All 24 orders of four items, each as often as the others."""
    draws = draw_permutations(4, 24_000, 0)
    _, counts = np.unique(draws, axis=0, return_counts=True)
    assert len(counts) == 24
    assert ((counts - 1000) ** 2 / 1000).sum() < 52.6  # chi-square, 23 degrees of freedom, p = 0.0004


@pytest.mark.parametrize("y", [Y[:6], TIED[:6]], ids=["random", "tied"])
def test_closed_forms_are_the_mean_over_all_permutations(y):
    """All 720 permutations of six items: no sampling error."""
    x, every = TIED[6:12], list(permutations(range(6)))
    for k in (1, 3):
        values = [precision_at_k(x, y[list(p)], k) for p in every]
        assert np.mean(values) == pytest.approx(overlap_mean(6, k), abs=1e-12)
        mean, variance = reference.mantel_moments(
            neighbours(x.astype(float)).membership(k), neighbours(y.astype(float)).membership(k)
        )
        assert (mean / (6 * k), variance / (6 * k) ** 2) == pytest.approx((np.mean(values), np.var(values)))


@pytest.mark.parametrize("make", [gram, dissimilarity, lambda z: np.random.default_rng(len(z[0])).normal(size=(6, 6))])
def test_mantel_moments_of_any_matrices(make):
    A, B = make(X[:6]), make(Y[:6])
    off = ~np.eye(6, dtype=bool)
    values = [np.sum((A * B[np.ix_(p, p)])[off]) for p in permutations(range(6))]
    assert reference.mantel_moments(A, B) == pytest.approx((np.mean(values), np.var(values)), abs=1e-10)


def test_sampled_null_agrees_with_closed_forms():
    null = permutation_null(X, TIED, EVERY, permutations=4000)
    error = null.sd / np.sqrt(4000)
    expected = [*(overlap_mean(20, k) for k in range(1, 7)), 0, 0]
    assert (np.abs(null.mean[:8] - expected) < 4 * error[:8]).all()
    A, B = dissimilarity(X), dissimilarity(TIED)
    sd = np.sqrt(reference.mantel_moments(A, B)[1] / (np.vdot(A, A) * np.vdot(B, B)))
    assert null["rsa"].sd == pytest.approx(sd, rel=0.05)


def test_p_is_add_one():
    """A copy beats every permutation: p = 1 / (b + 1), never zero. The whole group needs no one added."""
    null = permutation_null(X, X, EVERY, permutations=99)
    assert null.p == pytest.approx(np.full(9, 0.01))
    assert null["cka"].observed == pytest.approx(1)
    assert null["cka"].excess == pytest.approx(1 - null["cka"].mean)
    worst = Null(("a", "b"), np.array([-1.0, 0.5]), np.array([[0.0, 0], [1, 1], [2, 0]]), False, ())
    assert worst.p == pytest.approx([1, 0.5])
    assert replace(worst, exact=True).p == pytest.approx([1, 1 / 3])


def test_p_counts_equal_values():
    """With all neighbours tied every permutation gives the observed value: p = 1, not 1 / (b + 1)."""
    null = permutation_null(np.eye(20), Y, Measures(("precision",), k_max=5), permutations=99)
    assert null.p.tolist() == [1] * 5 and null.floor.tolist() == [1] * 5


def test_p_is_uniform_under_independence():
    """200 independent pairs, 99 permutations: p of cka and rsa is uniform on 0.01 .. 1."""
    measures = Measures(kinds=("cka", "rsa"))
    pairs = (np.random.default_rng(s).normal(size=(2, 15, 4)) for s in range(200))
    p = np.array([permutation_null(x, y, measures, permutations=99, seed=s).p for s, (x, y) in enumerate(pairs)])
    for column in p.T:
        assert kstest(column - 0.005, "uniform").pvalue > 0.01
        assert (column <= 0.05).mean() < 0.1


def layers(seed, related=False):
    r = np.random.default_rng(seed)
    x = r.normal(size=(15, 4))
    y = [r.normal(size=(15, 4)) for _ in range(4)]
    if related:
        y[2] = x + 0.5 * y[2]
    return x, y


def test_max_t_against_its_definition():
    x, y = layers(0, related=True)
    nulls = [permutation_null(x, z, Measures(kinds=("cka", "rsa")), permutations=60) for z in y]
    values = np.hstack([np.vstack([null.observed, null.sample]) for null in nulls])
    t = (values - values.mean(axis=0)) / values.std(axis=0)
    expected = [np.mean([row.max() >= value - 1e-9 for row in t]) for value in t[0]]
    assert max_t(nulls) == pytest.approx(expected)
    assert (max_t(nulls) >= np.concatenate([null.p for null in nulls]) - 1e-12).all()
    assert max_t(nulls)[4] == pytest.approx(1 / 61)


def test_max_t_keeps_the_family_wise_error():
    """The smallest of 8 plain p is below 0.1 in half of all cases; the smallest adjusted one in a tenth."""
    measures = Measures(kinds=("cka", "rsa"))
    plain, adjusted = [], []
    for seed in range(150):
        x, y = layers(seed)
        nulls = [permutation_null(x, z, measures, permutations=99, seed=seed) for z in y]
        plain.append(min(null.p.min() for null in nulls))
        adjusted.append(max_t(nulls).min())
    assert np.mean(np.array(plain) <= 0.1) > 0.3
    assert abs(np.mean(np.array(adjusted) <= 0.1) - 0.1) < 0.06


def test_max_t_needs_common_permutations():
    nulls = [permutation_null(X, Y, EVERY, permutations=20, seed=s) for s in (0, 1)]
    with pytest.raises(ValueError, match="max_t needs nulls of the same draw"):
        max_t(nulls)


def test_benjamini_hochberg():
    """By hand: 0.01, 0.04, 0.03 of three give 0.03, 0.04, 0.04; and as scipy on random p."""
    assert benjamini_hochberg([0.01, 0.04, 0.03]) == pytest.approx([0.03, 0.04, 0.04])
    p = rng.uniform(size=50) ** 2
    assert benjamini_hochberg(p) == pytest.approx(false_discovery_control(p))
    assert benjamini_hochberg([np.nan, 0.02, 0.5]) == pytest.approx([np.nan, 0.04, 0.5], nan_ok=True)
    with pytest.raises(ValueError, match=r"p=1.5 is not a p-value"):
        benjamini_hochberg([0.5, 1.5])


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: permutation_null(X, Y[:-1]), "x has 20 items and y has 19"),
        (lambda: permutation_null(X, Y, permutations=0), "permutations=0 is not valid; expected a whole number from 1"),
        (lambda: permutation_null(X, Y, Measures(k_max=20)), "k=20 must be smaller than the 20 items"),
        (lambda: Measures(kinds=("cca",)), "kind='cca' is unknown"),
        (lambda: Measures(compare="kendall"), "compare='kendall' is unknown; choose one of spearman, pearson"),
        (lambda: permutation_null(X, Y, given=[Y]), "precision has no partial version"),
    ],
)
def test_errors(call, message):
    with pytest.raises(ValueError, match=message):
        call()


def test_unknown_statistic():
    with pytest.raises(KeyError, match="'P@7' is not among the statistics P@1"):
        permutation_null(X, Y, EVERY, permutations=5)["P@7"]
