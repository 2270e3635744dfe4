"""The mean of static vectors of words: by hand, blind to order, and absent where a word has no vector."""

import numpy as np
import pytest

from lva.models import ReferenceUnavailable
from lva.spaces import static
from lva.spaces.static import static_spaces

VECTORS = {"go": [1.0, 0.0], "to": [0.0, 1.0], "red": [4.0, 2.0]}


@pytest.fixture(autouse=True)
def vectors(monkeypatch):
    def known(words):
        if missing := set(words) - set(VECTORS):
            raise ReferenceUnavailable(f"{missing}")
        return np.array([VECTORS[word] for word in words])

    monkeypatch.setattr(static, "word_vectors", known)


def test_a_sentence_is_the_mean_of_its_words_by_hand():
    space = static_spaces(["go to", "go go red"])["wordllama"]
    assert space.kind == "static" and len(space.draws) == 1
    np.testing.assert_allclose(space.first, [[0.5, 0.5], [2, 2 / 3]])


def test_word_order_is_not_read():
    x = static_spaces(["go to red", "red to go"])["wordllama"].first
    np.testing.assert_allclose(x[0], x[1])


def test_without_vectors_of_every_word_there_is_no_such_space():
    assert not static_spaces(["go to", "go home"])
