"""Tables of single spaces hold what the kernels give, space by space."""

import numpy as np
import pytest

from lva.alignment import ceiling_table, class_ceiling, factor_shares, factor_table, nearest_pairs, nearest_table

RNG = np.random.default_rng(0)
SPACES = {"one": RNG.normal(size=(8, 3)), "two": RNG.normal(size=(8, 5))}


def test_the_shares_are_those_of_each_space():
    factors = {"half": np.arange(8) % 2, "pair": np.arange(8) // 2}
    table = factor_table(SPACES, factors)
    for name, x in SPACES.items():
        rows = table[table.space == name]
        assert dict(zip(rows.factor, rows.share)) == pytest.approx(factor_shares(x, factors))


def test_the_nearest_pairs_are_named():
    texts = list("abcdefgh")
    table = nearest_table(SPACES, texts, top=2)
    (i, j, cosine), _ = nearest_pairs(SPACES["two"], 2)
    assert table.space.tolist() == ["one", "one", "two", "two"]
    assert table.loc[2, ["one", "other", "cosine"]].tolist() == [texts[i], texts[j], cosine]


def test_the_ceilings_are_those_of_each_space_and_class():
    halves = np.arange(8) % 2
    table = ceiling_table(SPACES, {"half": halves}, k=3)
    assert table.measure.tolist() == ["P@3", "P@3"] and table.space.tolist() == ["one", "two"]
    assert table.value.tolist() == [class_ceiling(x, halves, 3) for x in SPACES.values()]
