"""The table of synonyms: one row per draw, each the single rate."""

import numpy as np
import pytest

from lva.alignment import synonym_choice, synonym_choice_table, synonym_rate, synonym_table


def test_every_draw_of_every_space_has_its_own_rate():
    rng = np.random.default_rng(0)
    same, meaning = np.repeat([0, 1], 6), np.tile(np.repeat([0, 1, 2], 2), 2)
    knows = np.eye(3)[meaning]
    spaces = {"knows": (knows,), "random": tuple(rng.normal(size=(12, 4)) for _ in range(3))}
    table = synonym_table(spaces, same, meaning)
    assert list(table) == ["space", "draw", "rate", "chance"]
    assert table.space.tolist() == ["knows", "random", "random", "random"] and table.draw.tolist() == [0, 0, 1, 2]
    assert table.rate[0] == 1 and table.chance.tolist() == pytest.approx([1 / 5] * 4)
    assert table.rate.tolist()[1:] == [synonym_rate(x, same, meaning).rate for x in spaces["random"]]
    length = np.tile([1, 1, 2], 4)
    choices = synonym_choice_table(spaces, same, meaning, length)
    assert list(choices) == list(table) and set(choices.chance) == {0.5}
    assert choices.rate.tolist() == [
        synonym_choice(x, same, meaning, length).rate for xs in spaces.values() for x in xs
    ]
