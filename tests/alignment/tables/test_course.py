"""The course of learning: a space that moves from one reference to another, by hand and by the single scores."""

import numpy as np
import pytest

from lva.alignment import Moment, agreement_course, composition_course, factor_shares, precision_at_k

RNG = np.random.default_rng(0)
FROM, TO = RNG.normal(size=(2, 40, 6))
MOMENTS = [Moment("samples", 0, "seed-0", FROM), Moment("samples", 100, "seed-0", TO), Moment("days", 1, "one", FROM)]


def test_the_agreement_follows_the_space():
    table = agreement_course(MOMENTS, {"from": FROM, "to": TO})
    assert list(table) == ["x", "at", "reference", "measure", "value", "seed"] and set(table.measure) == {"P@6"}
    value = table.set_index(["x", "at", "reference"]).value
    assert value["samples", 0, "from"] == value["samples", 100, "to"] == value["days", 1, "from"] == 1
    assert value["samples", 0, "to"] == pytest.approx(precision_at_k(FROM, TO, 6)) and value["samples", 0, "to"] < 0.5
    assert table.seed.tolist() == ["seed-0"] * 4 + ["one"] * 2


def test_the_neighbourhood_may_be_given():
    assert set(agreement_course(MOMENTS, {"to": TO}, k=3).measure) == {"P@3"}


def test_the_composition_has_the_shares_of_every_moment():
    factors = {"half": np.arange(40) % 2, "fifth": np.arange(40) % 5}
    table = composition_course(MOMENTS, factors)
    assert list(table) == ["x", "at", "factor", "share", "seed"]
    for moment, shares in zip(MOMENTS, table.share.to_numpy().reshape(3, 3)):
        assert dict(zip(["half", "fifth", "rest"], shares)) == factor_shares(moment.embedding, factors)
