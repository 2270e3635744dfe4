"""The ceiling of what knows only classes: by hand, by search over all orders, and never below a space that does."""

from itertools import permutations

import numpy as np
import pytest

from lva.alignment import class_ceiling, precision_at_k

RNG = np.random.default_rng(0)


def best_of_all_orders(y, labels, k):
    """The slow literal version: for each class, every order of the others, ties taken by chance."""
    n, total = len(y), 0.0
    names = list(dict.fromkeys(labels))
    S = (y / np.linalg.norm(y, axis=1, keepdims=True)) @ (y / np.linalg.norm(y, axis=1, keepdims=True)).T
    np.fill_diagonal(S, -np.inf)
    near = [set(np.argsort(-row)[:k]) for row in S]
    for name in names:
        members = [i for i in range(n) if labels[i] == name]
        scores = []
        for order in permutations([other for other in names if other != name]):
            score = 0.0
            for i in members:
                left = k
                for group in (name, *order):
                    others = [j for j in range(n) if labels[j] == group and j != i]
                    taken = min(left, len(others))
                    score += taken * np.mean([j in near[i] for j in others]) if others else 0
                    left -= taken
            scores.append(score)
        total += max(scores)
    return total / (n * k)


@pytest.mark.parametrize("k", [1, 3, 6, 10])
def test_it_is_the_best_of_all_orders(k):
    y, labels = RNG.normal(size=(12, 4)), list("aaabbbbccddd")
    assert class_ceiling(y, labels, k) == pytest.approx(best_of_all_orders(y, labels, k))


def test_classes_that_y_does_not_tell_apart_are_no_loss():
    labels = np.repeat(range(6), 4)
    assert class_ceiling(np.eye(6)[labels], labels, 3) == pytest.approx(1)


def test_classes_larger_than_the_neighbourhood_leave_no_choice():
    labels, y = np.repeat(range(3), 8), RNG.normal(size=(24, 5))
    assert class_ceiling(y, labels, 5) == pytest.approx(precision_at_k(np.eye(3)[labels], y, 5))


def test_no_space_of_classes_exceeds_it():
    y, labels = RNG.normal(size=(20, 4)), np.arange(20) // 2
    ceiling = class_ceiling(y, labels, 5)
    assert all(precision_at_k(RNG.normal(size=(10, 6))[labels], y, 5) <= ceiling for _ in range(50))


def test_labels_are_one_per_item():
    with pytest.raises(ValueError, match=r"labels: shape .3,. for 4 items"):
        class_ceiling(RNG.normal(size=(4, 2)), [0, 1, 2], 1)
