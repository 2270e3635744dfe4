"""What is held out: each item once, in balance, and few anchors within many."""

import numpy as np
import pandas as pd
import pytest

from lva.spaces import item_table
from lva.studies.function.folds import SCHEMES, anchor_sets, held_out
from lva.world import load_grammar

ITEMS = item_table(load_grammar("paper"))


@pytest.mark.parametrize(
    ("scheme", "folds"), [("items", 6), ("pairs", 6), ("phrase", 6), ("color", 6), ("kind", 3), ("task", 3)]
)
def test_each_item_is_held_out_once(scheme, folds):
    masks = held_out(ITEMS, scheme)
    assert len(masks) == folds and len({mask.sum() for mask in masks.values()}) == 1
    assert (np.sum(list(masks.values()), axis=0) == 1).all()


def test_folds_over_items_hold_out_no_level_and_no_pair():
    for mask in held_out(ITEMS, "items").values():
        known = ITEMS[~mask]
        for factor in ("phrase", "color", "kind"):
            assert known[factor].nunique() == ITEMS[factor].nunique()
            assert ITEMS[mask][factor].value_counts().nunique() == 1
        assert len(known[["color", "kind"]].drop_duplicates()) == 18


def test_pairs_are_held_out_whole_and_their_levels_are_known():
    for mask in held_out(ITEMS, "pairs").values():
        pairs = {tuple(pair) for pair in ITEMS[mask][["color", "kind"]].to_numpy()}
        assert len(pairs) == 3 and mask.sum() == 18
        assert ITEMS[~mask].color.nunique() == 6 and ITEMS[~mask].kind.nunique() == 3


def test_fewer_anchors_lie_among_more_and_are_in_balance():
    sets = anchor_sets(ITEMS, (9, 18, 36))
    assert [(~mask).sum() for mask in sets.values()] == [9, 18, 36]
    assert (~sets[9] <= ~sets[18]).all() and (~sets[18] <= ~sets[36]).all()
    counts = ITEMS[~sets[36]]
    for factor in ("phrase", "color", "kind"):
        assert np.ptp(counts[factor].value_counts()) <= 2


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: held_out(ITEMS, "colour"), "scheme='colour' is unknown; choose one of " + ", ".join(SCHEMES)),
        (lambda: held_out(ITEMS[ITEMS.color == "red"], "color"), "one level 'red'"),
        (lambda: anchor_sets(ITEMS, (1,)), "from 2 and below the 108"),
        (lambda: anchor_sets(ITEMS, (108,)), "from 2 and below the 108"),
    ],
)
def test_what_cannot_be_held_out_is_named(call, message):
    with pytest.raises(ValueError, match=message):
        call()


def test_the_masks_are_those_of_the_table_in_any_order():
    shuffled = ITEMS.sample(frac=1, random_state=0).reset_index(drop=True)
    for level, mask in held_out(shuffled, "phrase").items():
        assert set(shuffled[mask].phrase) == {level}
        pd.testing.assert_series_equal(shuffled.phrase == level, pd.Series(mask, name="phrase"))
