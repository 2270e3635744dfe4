"""Which measure predicts: planted relations, and a bootstrap that draws references whole."""

import numpy as np
import pandas as pd
import pytest

from lva.studies.function.geometry import prediction_table, spearman


def geometry(references=6, each=5):
    rng = np.random.default_rng(0)
    scores = rng.random((references, each))
    rows = [
        {"reference": f"r{i}", "layer": j, "pooling": "mean", "scheme": "phrase", "score": scores[i, j]}
        | {"measure": name, "value": value}
        for i in range(references)
        for j in range(each)
        for name, value in (("rising", scores[i, j] ** 3), ("falling", -scores[i, j]), ("noise", rng.random()))
    ]
    return pd.DataFrame(rows)


def test_a_measure_that_follows_the_score_predicts_it():
    table = prediction_table(geometry(), draws=200).set_index("measure")
    assert table.correlation["rising"] == pytest.approx(1) and table.low["rising"] == pytest.approx(1)
    assert table.correlation["falling"] == pytest.approx(-1)
    assert table.low["noise"] < 0 < table.high["noise"]
    assert (table.readouts == 30).all() and (table.references == 6).all()


def test_many_layers_of_one_reference_are_no_independent_cases():
    """The same dots, but all layers of a reference alike: the interval stays as wide as six cases make it."""
    few = geometry(each=1)
    many = pd.concat([few.assign(layer=i) for i in range(20)])
    a, b = (prediction_table(one, draws=300).set_index("measure").loc["noise"] for one in (few, many))
    assert b.high - b.low == pytest.approx(a.high - a.low, abs=0.15)


def test_a_constant_has_no_correlation():
    assert np.isnan(spearman([1, 1, 1], [1, 2, 3]))
