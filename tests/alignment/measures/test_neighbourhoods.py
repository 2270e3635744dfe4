"""Neighbourhoods are a share of the items, and one that is too large for the set is warned of."""

from __future__ import annotations

import warnings

import numpy as np
import pytest

from lva.alignment import (
    Measures,
    Table,
    align,
    neighbourhood_size,
    neighbourhood_sizes,
    permutation_null,
    precision_curves,
    relabelling_group,
)

from ..grammars import instructions

rng = np.random.default_rng(14)
SMALL = instructions(("go to", "reach", "avoid"), colors=("red", "blue", "green"), kinds=("ball", "box"))


@pytest.mark.parametrize(
    ("n", "ks"), [(108, (1, 5, 15)), (18, (1, 3)), (60, (1, 3, 8)), (216, (1, 10, 30)), (4, (1,)), (2, (1,))]
)
def test_sizes_are_a_share_of_the_items(n, ks):
    assert neighbourhood_sizes(n) == ks and neighbourhood_size(n) == ks[-1]


@pytest.mark.parametrize("n", [18, 108, 216])
def test_tables_and_measures_take_the_default(n):
    assert Table().sized(n).ks == neighbourhood_sizes(n)
    assert Table().sized(n).measures.k_max == Measures().sized(n).k_max == neighbourhood_size(n)


def test_tables_of_a_small_grammar_have_its_neighbourhoods():
    spaces = {"agent": rng.normal(size=(18, 5)), "model": rng.normal(size=(18, 4))}
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        table = align(spaces, SMALL.factors, SMALL.words, table=Table(permutations=9, refits=3, groups=3))
        curves = precision_curves(spaces, "agent", relabelling_group(SMALL.factors, SMALL.words), permutations=9)
    assert table.measure.unique().tolist() == ["P@1", "P@3", "cka", "rsa", "procrustes", "retrieval@1"]
    assert curves.k.tolist() == [1, 2, 3]


def test_a_neighbourhood_that_chance_fills_is_warned_of():
    """15 of 18 items: 15 / 17 by chance. 5 of 18 are just below 0.3, 6 above."""
    x, y = rng.normal(size=(2, 18, 3))
    with pytest.warns(UserWarning, match="k=15 of 18 items: neighbourhoods overlap by 0.88 by chance.* default is 3"):
        align({"x": x, "y": y}, table=Table(Measures(("precision",), k_max=15), permutations=9, groups=18))
    with pytest.warns(UserWarning, match="k=6 of 18"):
        permutation_null(x, y, Measures(k_max=6), permutations=9)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        permutation_null(x, y, Measures(k_max=5), permutations=9)


def test_ks_and_k_max_may_be_given():
    assert Table(ks=(2, 7)).sized(108).measures.k_max == 7
    assert Table(Measures(k_max=4)).sized(108).ks == (1,)
    assert Table(Measures(("cka",))).sized(108).shown == ["cka", "retrieval@1"]


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: neighbourhood_size(1), "n=1 is not valid; expected a whole number from 2"),
        (lambda: Measures().names, r"k_max=None has no names .* call sized\(n\) first"),
        (lambda: Measures(k_max=20).sized(20), "k=20 must be smaller than the 20 items"),
    ],
)
def test_errors(call, message):
    with pytest.raises(ValueError, match=message):
        call()
