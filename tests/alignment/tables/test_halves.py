"""Choosing on one half and scoring on the other: no optimism where choices are noise, none needed where one is best."""

import numpy as np
import pytest

from lva.alignment import best_of_halves


def test_the_best_of_equal_choices_is_worth_what_each_is():
    values, optimism = [], []
    for seed in range(40):
        noise = np.random.default_rng(seed).normal(size=(6, 60))
        found = best_of_halves(lambda keep, noise=noise: noise[:, keep].mean(axis=1), 60, seed=seed)
        values.append(found.value)
        optimism.append(found.optimism)
    assert np.mean(values) == pytest.approx(0, abs=0.06) and np.mean(optimism) > 0.15


def test_a_choice_that_is_far_ahead_is_chosen_always_and_costs_nothing():
    values = np.random.default_rng(0).normal(size=(3, 50)) + np.array([[0], [9], [0]])
    found = best_of_halves(lambda keep: values[:, keep].mean(axis=1), 50)
    assert found.chosen.tolist() == [0, 1, 0] and found.optimism == pytest.approx(0)
    assert found.value == pytest.approx(values[1].mean())


def test_each_measure_has_its_own_choice():
    by_measure = np.array([[1.0, 0.0], [0.0, 2.0]])
    found = best_of_halves(lambda keep: by_measure, 10, splits=3)
    assert found.value.tolist() == [1, 2] and found.chosen.tolist() == [[1, 0], [0, 1]]


def test_halves_are_disjoint_and_complete():
    seen = []
    best_of_halves(lambda keep: seen.append(keep) or np.zeros(2), 11, splits=2)
    assert all(sorted([*a, *b]) == list(range(11)) for a, b in zip(seen[::2], seen[1::2]))
