"""Items have the labels of their instructions, and levels that follow the labels."""

import numpy as np

from lva.spaces import factor_levels, item_table
from lva.world import load_grammar

ITEMS = item_table(load_grammar("paper"))


def test_items_are_in_the_order_of_the_texts():
    assert ITEMS.text.tolist() == list(load_grammar("paper").texts)
    assert list(ITEMS) == ["text", "task", "phrase", "color", "kind"]


def test_levels_tell_the_labels_apart_and_nothing_else():
    levels = factor_levels(ITEMS)
    assert levels.shape == (len(ITEMS), 3) and len(np.unique(levels, axis=0)) == len(ITEMS)
    for column, factor in zip(levels.T, ("phrase", "color", "kind")):
        assert len(set(zip(column, ITEMS[factor]))) == ITEMS[factor].nunique() == column.max() + 1
