"""RSA: against loops, rsatoolbox and scipy; ties; partial correlation."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from scipy.stats import kendalltau

from lva.alignment import rsa
from lva.alignment.measures.rsa import dissimilarity

from .. import reference
from ..grammars import grammar, tf_idf

rng = np.random.default_rng(3)
X, Y, Z = rng.normal(size=(14, 6)), rng.normal(size=(14, 9)), rng.normal(size=(14, 4))
X[3] = X[4]  # a duplicate
DISTANCES = ("correlation", "cosine", "euclidean")


def test_hand_computed():
    """Distances 1, 3, 2 and 2, 7, 5 of three points on a line have the same order; 1, 3, 2 and 5, 7, 2 not."""
    line = np.array([[0.0], [1], [3]])
    assert rsa(line, np.array([[0.0], [2], [7]]), "euclidean") == pytest.approx(1)
    assert rsa(line, np.array([[0.0], [5], [7]]), "euclidean") == pytest.approx(0.5)
    assert rsa(line, np.array([[0.0], [5], [7]]), "euclidean", "kendall") == pytest.approx(1 / 3)


@pytest.mark.parametrize(("distance", "compare"), list(product(DISTANCES, ("spearman", "pearson"))))
def test_against_loops(distance, compare):
    assert rsa(X, Y, distance, compare) == pytest.approx(reference.rsa(X, Y, distance, compare), abs=1e-12)


@pytest.mark.parametrize("distance", DISTANCES)
def test_kendall_against_scipy(distance):
    a, b = (reference.distance_vector(z, distance).round(9) for z in (X, Y))
    assert rsa(X, Y, distance, "kendall") == pytest.approx(kendalltau(a, b).statistic, abs=1e-12)


def test_agrees_with_rsatoolbox():
    toolbox = pytest.importorskip("rsatoolbox")
    names = {"spearman": "spearman", "pearson": "corr", "kendall": "tau-b"}
    rdms = [toolbox.rdm.calc_rdm(toolbox.data.Dataset(z), method="correlation") for z in (X, Y)]
    for compare, name in names.items():
        expected = toolbox.rdm.compare(*rdms, method=name).item()
        assert rsa(X, Y, "correlation", compare) == pytest.approx(expected, abs=1e-6), compare


@pytest.mark.parametrize("distance", DISTANCES)
def test_row_order_does_not_matter_with_ties(distance):
    words = grammar("paper").words
    y = tf_idf(words) @ rng.normal(size=(words.shape[1], 30))
    value = rsa(words, y, distance)
    for seed in range(3):
        order = np.random.default_rng(seed).permutation(108)
        assert rsa(words[order], y[order], distance) == pytest.approx(value, abs=1e-12)


def test_equal_distances_share_a_rank():
    """The cosines of a bag of words take few values; rounding must not make thousands of ranks of them."""
    words = grammar("paper").words
    exact = {round(v, 9) for v in reference.distance_vector(words, "cosine")}
    ranks = dissimilarity(words, "cosine")[np.triu_indices(108, 1)]
    assert len(np.unique(ranks)) == len(exact) < 20


@pytest.mark.parametrize("distance", ["cosine", "euclidean"])
def test_rotation_and_scale_do_not_matter(distance):
    Q = np.linalg.qr(rng.normal(size=(6, 6)))[0]
    assert rsa(4 * X @ Q, Y, distance) == pytest.approx(rsa(X, Y, distance), abs=1e-12)
    assert rsa(X, 2 * X @ Q, distance) == pytest.approx(1, abs=1e-12)


@pytest.mark.parametrize("compare", ["spearman", "pearson"])
def test_partial_is_the_textbook_formula(compare):
    z = X @ rng.normal(size=(6, 5)) + rng.normal(size=(14, 5))
    a, b, c = (dissimilarity(v, "cosine", compare)[np.triu_indices(14, 1)] for v in (X, Y, z))
    expected = reference.partial_correlation(a, b, c)
    assert rsa(X, Y, "cosine", compare, given=[z]) == pytest.approx(expected, abs=1e-12)


def test_partial_of_an_explained_space_is_not_defined():
    assert np.isnan(rsa(X, Y, given=[Z, 2 * X]))


@pytest.mark.parametrize(
    ("x", "options", "message"),
    [
        (
            np.where(np.arange(14)[:, None] == 2, 0.1, X),
            {"distance": "correlation"},
            "row 2 of x is zero or constant, its correlation",
        ),
        (np.where(np.arange(14)[:, None] == 2, 0.0, X), {"distance": "cosine"}, "row 2 of x is zero"),
        (np.eye(14), {}, "all 91 distances of x are equal"),
        (X, {"compare": "pearsons"}, "compare='pearsons' is unknown; choose one of spearman"),
        (X, {"distance": "cos"}, "distance='cos' is unknown"),
        (X, {"compare": "kendall", "given": [Z]}, "compare='kendall' has no partial version"),
    ],
)
def test_errors(x, options, message):
    with pytest.raises(ValueError, match=message):
        rsa(x, Y, **options)
