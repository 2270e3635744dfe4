"""What a claim must beat: by hand, and what each baseline can and cannot tell."""

from functools import lru_cache

import numpy as np
import pytest

from lva.spaces.words import (
    LEXICAL,
    bag_of_words,
    character_trigrams,
    edit_distance,
    factor_spaces,
    instruction_length,
    levenshtein,
    lexical_spaces,
    one_hot,
    random_words,
    scramble,
    tf_idf,
)
from lva.world import load_grammar

GRAMMAR = load_grammar("paper")
TEXTS = GRAMMAR.texts


def test_counts_by_hand():
    assert bag_of_words(["go to red", "to to go"]).tolist() == [[1, 1, 1], [1, 2, 0]]
    rare = tf_idf(["go to", "go"])
    assert rare.tolist() == [[1, np.log(3 / 2) + 1], [1, 0]]


def test_trigrams_by_hand():
    """' ab ' has ' ab' and 'ab '; ' aba ' has ' ab', 'aba' and 'ba '."""
    assert character_trigrams(["ab", "aba"]).tolist() == [[1, 1, 0, 0], [1, 0, 1, 1]]


@lru_cache
def slow_distance(a, b):
    """Levenshtein's recursion as it is written down."""
    if not a or not b:
        return len(a) + len(b)
    same = slow_distance(a[1:], b[1:]) + (a[0] != b[0])
    return min(same, slow_distance(a[1:], b) + 1, slow_distance(a, b[1:]) + 1)


def test_levenshtein_is_the_recursion():
    rng = np.random.default_rng(0)
    for _ in range(100):
        a, b = (tuple(rng.choice(["go", "to", "red"], rng.integers(0, 6)).tolist()) for _ in range(2))
        assert levenshtein(a, b) == slow_distance(a, b)


def test_edit_distance_keeps_the_kernel_where_lengths_agree():
    texts = [text for text in TEXTS if len(text.split()) == 4]
    x = edit_distance(texts)
    shared = [[np.mean([p == q for p, q in zip(a.split(), b.split())]) for b in texts] for a in texts]
    np.testing.assert_allclose(x @ x.T, shared, atol=1e-9)


@pytest.mark.parametrize("grammar", ["paper", "natural"])
def test_edit_distance_has_no_arbitrary_basis(grammar):
    """Texts in another order give the same coordinates in that order: eigenvectors alone would come out otherwise."""
    texts = load_grammar(grammar).texts
    order = np.random.default_rng(0).permutation(len(texts))
    x, again = edit_distance(texts), edit_distance([texts[i] for i in order])
    np.testing.assert_allclose(again, x[np.ix_(order, order)], atol=1e-9)


def test_lengths_are_told_apart_and_nothing_else():
    x = instruction_length(["pick red ball", "pick up red ball", "run to red ball"])
    assert x.tolist() == [[1, 0], [0, 1], [0, 1]]


def test_random_words_are_a_bag_seen_at_random():
    assert not np.array_equal(random_words(TEXTS, 0), random_words(TEXTS, 1))
    np.testing.assert_allclose(random_words(["a b"], 3), random_words(["b a"], 3))
    x = random_words(["go to red ball", "ball red to go"])
    np.testing.assert_allclose(x[0], x[1])


@pytest.mark.parametrize("name", [*LEXICAL, "random words"])
def test_each_has_a_row_an_instruction_and_none_is_zero(name):
    for x in lexical_spaces(TEXTS)[name].draws:
        assert x.shape[0] == len(TEXTS) and np.isfinite(x).all() and (np.linalg.norm(x, axis=1) > 0).all()


def test_factors_are_one_hots():
    spaces = factor_spaces(GRAMMAR).first
    assert {name: x.shape[1] for name, x in spaces.items()} == {
        "task": 3, "phrase": 6, "color": 6, "kind": 3, "all factors": 18,
    }  # fmt: skip
    same_task = spaces["task"] @ spaces["task"].T
    assert same_task.sum() == 3 * 36**2 and set(np.unique(same_task)) == {0, 1}
    assert one_hot(["b", "a"]).tolist() == [[0, 1], [1, 0]]


def test_scrambled_instructions_have_the_same_words_in_another_order():
    for before, after in zip(TEXTS, scramble(TEXTS)):
        assert sorted(before.split()) == sorted(after.split()) and before != after
    assert scramble(TEXTS) == scramble(TEXTS) != scramble(TEXTS, seed=1)
    assert scramble(["go", "go go"]) == ["go", "go go"]
