"""How much the choice of layer, pooling and metric matters: planted choices, and the single scores."""

import numpy as np
import pytest

from lva.alignment import best_choice, metric_table, permutation_null, precision_at_k

RNG = np.random.default_rng(0)
N = 40


@pytest.fixture(scope="module")
def x():
    return RNG.normal(size=(N, 8))


@pytest.fixture(scope="module")
def near(x):
    return x + 0.3 * RNG.normal(size=x.shape)


@pytest.fixture(scope="module")
def far():
    return RNG.normal(size=(N, 5))


def test_the_best_choice_is_corrected_for_having_looked(x, near, far):
    table = best_choice({"good": near, (1, "mean"): far}, x, permutations=500)
    good, bad = table.value
    assert good == pytest.approx(precision_at_k(near, x, 6)) and good > bad and set(table.measure) == {"P@6"}
    alone = permutation_null(far, x, permutations=500)["P@6"].p
    assert table.p_adjusted[0] < 0.01 < alone <= table.p_adjusted[1]


def test_the_metric_table_holds_the_single_scores(x, near, far):
    table = metric_table({"near": near + 2, "far": far}, [x, near], k=5).set_index(["reference", "metric", "centred"])
    assert len(table) == 8 and set(table.measure) == {"P@5"}
    for metric in ("cosine", "euclidean"):
        for centred in (False, True):
            each = [precision_at_k(z, near + 2, 5, metric, centred) for z in (x, near)]
            assert table.loc[("near", metric, centred), "value"] == pytest.approx(np.mean(each))


def test_the_centre_matters_to_the_cosine_alone(x, near):
    at = metric_table({"moved": near + 5}, [x]).set_index(["metric", "centred"]).value
    assert at["euclidean", False] == at["euclidean", True]
    assert at["cosine", False] < at["cosine", True]
