"""Synonyms: by hand, for bags of words, and for a space that knows what is meant."""

import numpy as np
import pytest

from lva.alignment import synonym_choice, synonym_rate

from ..grammars import COLORS, KINDS, grammar

TASK = np.repeat([0, 1, 2], 36)
THING = np.tile(np.arange(len(COLORS) * len(KINDS)), 6)


def test_by_hand():
    """Of a's three alternatives the nearest, b, is its synonym; c and d are each other's, but nearer to b."""
    x = [[1, 0], [1, 0.5], [0.5, 1], [0.4, -1]]
    assert synonym_rate(x, [0] * 4, [0, 0, 1, 1]) == (0.5, pytest.approx(1 / 3))


def test_of_alternatives_that_tie_each_counts_in_part():
    assert synonym_rate([[1, 0], [0, 1], [0, 1]], [0] * 3, ["a", "a", "b"]) == (0.25, 0.5)


@pytest.mark.parametrize("name", ["paper", "natural"])
def test_a_bag_of_words_agrees_with_the_literal_version(name):
    words = grammar(name).words
    found = synonym_rate(words, THING, TASK)
    assert found.chance == pytest.approx(0.2)
    slow = np.mean([slow_rate(words, i) for i in range(len(words))])
    assert found.rate == pytest.approx(slow)


def slow_rate(x, i):
    others = [j for j in range(len(x)) if THING[j] == THING[i] and j != i]
    cosines = [round(x[i] @ x[j] / np.sqrt((x[i] @ x[i]) * (x[j] @ x[j])), 9) for j in others]
    nearest = [j for j, cosine in zip(others, cosines) if cosine == max(cosines)]
    return np.mean([TASK[j] == TASK[i] for j in nearest])


def test_a_space_of_tasks_knows_every_synonym_and_noise_none():
    rng = np.random.default_rng(0)
    meaning = np.eye(3)[TASK] + 0.1 * rng.normal(size=(108, 3))
    assert synonym_rate(meaning, THING, TASK).rate == 1
    noise = [synonym_rate(rng.normal(size=(108, 8)), THING, TASK).rate for _ in range(40)]
    assert np.mean(noise) == pytest.approx(0.2, abs=0.03)


def test_labels_without_synonyms_are_refused():
    with pytest.raises(ValueError, match="no item has both"):
        synonym_rate(np.eye(3), [0, 0, 0], [0, 1, 2])
    with pytest.raises(ValueError, match="no item has a synonym and an equally long"):
        synonym_choice(np.eye(3), [0, 0, 0], [0, 0, 1], [2, 2, 1])


def test_the_choice_by_hand():
    """a's synonym is b; c is as long as b and nearer to a, d is longer. b's synonym a has no rival of its length."""
    x = [[1, 0], [1, 1], [1, 0.5], [1, 0]]
    assert synonym_choice(x, [0] * 4, [0, 0, 1, 2], [1, 2, 2, 3]) == (0.0, 0.5)
    assert synonym_choice([[1, 0], [1, 0.2], *x[2:]], [0] * 4, [0, 0, 1, 2], [1, 2, 2, 3]) == (1.0, 0.5)


def lengths(words):
    return words.sum(axis=1)


@pytest.mark.parametrize("name", ["paper", "natural"])
def test_what_knows_only_lengths_chooses_by_chance(name):
    """By the rate it is far from chance in `natural`, where synonyms always differ in length."""
    words = grammar(name).words
    of_length = np.eye(9)[lengths(words).astype(int)]
    assert synonym_choice(of_length, THING, TASK, lengths(words)).rate == 0.5
    if name == "natural":
        assert synonym_rate(of_length, THING, TASK).rate == 0


def test_random_vectors_of_words_choose_by_chance_where_synonyms_share_none():
    words, rng = grammar("natural").words, np.random.default_rng(0)
    draws = [words @ rng.standard_normal((words.shape[1], 64)) for _ in range(100)]
    rates = [synonym_choice(x, THING, TASK, lengths(words)).rate for x in draws]
    assert np.mean(rates) == pytest.approx(0.5, abs=0.06)


@pytest.mark.parametrize("name", ["paper", "natural"])
def test_a_space_of_tasks_chooses_every_synonym(name):
    meaning = np.eye(3)[TASK] + 0.1 * np.random.default_rng(0).normal(size=(108, 3))
    assert synonym_choice(meaning, THING, TASK, lengths(grammar(name).words)).rate == 1
