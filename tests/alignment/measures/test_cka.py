"""CKA and its partial version."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lva.alignment import cka
from lva.alignment.measures.cka import u_centred

from .. import reference
from ..grammars import grammar

rng = np.random.default_rng(2)
X, Y, Z = rng.normal(size=(15, 4)), rng.normal(size=(15, 40)), rng.normal(size=(15, 3))


def test_hand_computed():
    """Four items on a line, K_ij = x_i x_j with x = 0, 0, 1, 1: off the diagonal only K_34 = 1 is not zero.

    Row sums / (n - 2) are 0, 0, 1/2, 1/2 and the total / ((n - 1)(n - 2)) is 1/3.
    """
    K = np.outer([0.0, 0, 1, 1], [0.0, 0, 1, 1])
    sixth = 1 / 6 * np.array([[0, 2, -1, -1], [2, 0, -1, -1], [-1, -1, 0, 2], [-1, -1, 2, 0]])
    assert u_centred(K) == pytest.approx(sixth)


@pytest.mark.parametrize("pair", [(X, Y), (X, X + 0.5 * rng.normal(size=X.shape)), (Y, Z)])
def test_against_literal_formulas(pair):
    assert cka(*pair) == pytest.approx(reference.cka_debiased(*pair), abs=1e-12)
    assert cka(*pair, debiased=False) == pytest.approx(reference.cka_biased(*pair), abs=1e-12)


def test_partial_against_the_literal_formula():
    z = X @ rng.normal(size=(4, 3)) + rng.normal(size=(15, 3))
    assert cka(X, Y, given=[z]) == pytest.approx(reference.cka_partial(X, Y, z), abs=1e-12)


@pytest.mark.parametrize("scale", [1e-3, 1e-5])
def test_self_similarity_is_exactly_one_when_nearly_collinear(scale):
    """The Gram matrix of these rows is constant to 6 digits; centring it afterwards loses the signal."""
    x = (100 * np.ones((30, 50)) + scale * 100 * rng.normal(size=(30, 50))).astype(np.float32)
    assert cka(x, x) == 1.0
    assert cka(x, x.astype(np.float64).copy()) == 1.0
    y = rng.normal(size=(30, 3))
    assert cka(x, y) == pytest.approx(reference.cka_debiased(x - np.float64(x.mean(axis=0)), y), abs=1e-9)


@pytest.mark.parametrize("scale", [1e-200, 1e200])
def test_extreme_scales_neither_overflow_nor_vanish(scale):
    assert cka(X * scale, Y) == pytest.approx(cka(X, Y), abs=1e-12)
    assert cka(X * scale, X * scale) == 1.0


@pytest.mark.parametrize("debiased", [True, False])
def test_invariances(debiased):
    Q = np.linalg.qr(rng.normal(size=(4, 4)))[0]
    order = rng.permutation(15)
    value = cka(X, Y, debiased)
    assert cka(3 * X @ Q + 5, Y, debiased) == pytest.approx(value, abs=1e-12)
    assert cka(X[order], Y[order], debiased) == pytest.approx(value, abs=1e-12)
    assert cka(Y, X, debiased) == pytest.approx(value, abs=1e-12)
    assert cka(np.hstack([X, np.full((15, 2), 7.0)]), Y, debiased) == pytest.approx(value, abs=1e-12)


def test_debiased_is_zero_on_average_and_biased_is_not():
    pairs = [np.random.default_rng(s).normal(size=(2, 20, 30)) for s in range(300)]
    debiased, biased = [cka(x, y) for x, y in pairs], [cka(x, y, debiased=False) for x, y in pairs]
    assert abs(np.mean(debiased)) < 3 * np.std(debiased) / np.sqrt(300)
    assert min(debiased) < 0
    assert np.mean(biased) > 0.5


def test_partial_removes_what_the_given_spaces_explain():
    words = grammar("natural").words
    noise = rng.normal(size=(2, 108, 20))
    x, y = (words @ rng.normal(size=(words.shape[1], 20)) + 0.5 * e for e in noise)
    assert cka(x, y) > 0.4
    assert cka(x, y, given=[words]) < 0.6 * cka(x, y)
    assert np.isnan(cka(words, y, given=[words]))
    assert cka(x, y, given=[]) == cka(x, y)


@settings(max_examples=40, deadline=None)
@given(st.integers(4, 10), st.integers(1, 30), st.integers(1, 30), st.integers(0, 2**32 - 1))
def test_any_shape(n, d1, d2, seed):
    r = np.random.default_rng(seed)
    x, y = r.normal(size=(n, d1)), r.normal(size=(n, d2))
    assert -1 - 1e-12 <= cka(x, y) <= 1 + 1e-12
    assert cka(x, x) == 1.0
    assert cka(x, y) == pytest.approx(reference.cka_debiased(x - x.mean(axis=0), y - y.mean(axis=0)), abs=1e-9)


@pytest.mark.parametrize(
    ("x", "message"),
    [
        (np.full((15, 3), 0.1), "all 15 items of x are the same row"),
        (np.ones((3, 2)), "x has 3 items, this measure needs 4"),
        (np.where(np.arange(15)[:, None] == 4, np.inf, X), "x holds NaN or infinity in row 4"),
    ],
)
def test_errors(x, message):
    with pytest.raises(ValueError, match=message):
        cka(x, Y)


def test_given_spaces_must_have_the_same_items():
    with pytest.raises(ValueError, match=r"given\[1\] has 14 items, expected 15"):
        cka(X, Y, given=[Z, Z[:-1]])
