"""Spaces know what they are: kinds, draws, one number of items, and joining without overwriting."""

import numpy as np
import pytest

from lva.spaces import KINDS, Spaces, make_space

X, Y, OTHER = np.eye(4), np.arange(8.0).reshape(4, 2), np.eye(3)


def test_a_space_has_a_kind_and_one_number_of_items():
    space = make_space("mine", "reference", X, Y)
    assert space.items == 4 and len(space.draws) == 2
    np.testing.assert_array_equal(space.first, X)
    assert repr(space) == "Space('mine', reference of own: 2 x (4, 4), as given)"
    with pytest.raises(ValueError, match=r"kind='baseline' of 'mine' is unknown; choose one of agent, control"):
        make_space("mine", "baseline", X)
    for draws in ((), (X, OTHER), (X[0],)):
        with pytest.raises(ValueError, match="'mine' has draws of shape"):
            make_space("mine", "reference", *draws)


def test_spaces_are_chosen_by_kind_in_the_order_asked_for():
    names = [f"a {kind}" for kind in KINDS]
    spaces = Spaces(make_space(name, kind, X) for name, kind in zip(names, KINDS))
    assert list(spaces) == names and spaces.kinds == dict(zip(names, KINDS))
    assert list(spaces.of("words", "agent")) == ["a words", "a agent"]
    assert list(spaces.of("words", "agent").without(["a agent"])) == ["a words"]
    with pytest.raises(ValueError, match="kind='lexical' is unknown"):
        spaces.of("lexical")


def test_joining_keeps_the_order_and_refuses_the_same_name_or_other_items():
    one, two = Spaces([make_space("one", "agent", X)]), Spaces([make_space("two", "words", Y, X)])
    both = one | two
    assert list(both) == ["one", "two"] and [len(draws) for draws in both.draws.values()] == [1, 2]
    np.testing.assert_array_equal(both.first["two"], Y)
    with pytest.raises(ValueError, match="two spaces are named 'one'"):
        both | one
    with pytest.raises(ValueError, match="different numbers of items"):
        one | Spaces([make_space("three", "words", OTHER)])
