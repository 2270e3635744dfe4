"""The hypothesis as a kernel: by hand, against a literal translation, and its weight from a planted space."""

import numpy as np
import pytest

from lva.alignment import precision_at_k
from lva.spaces.words import bag_of_words, one_hot
from lva.studies.prefix.kernel import fit_weight, prefix_space
from lva.studies.prefix.orders import FIRST, OBJECT_FIRST, ORDERS, TWICE, Sentence, say
from lva.studies.prefix.readouts import READOUTS, read_out
from lva.world import load_grammar

PAPER = load_grammar("paper")
PHRASES, COLORS = ([getattr(i, name) for i in PAPER.instructions] for name in ("phrase", "color"))


def test_by_hand():
    """Four words and three: two shared words, the first of them as a shared beginning."""
    x = prefix_space([Sentence(("go", "to", "red", "ball")), Sentence(("go", "red", "box"))], 0.25)
    assert x[0] @ x[1] == pytest.approx(0.75 * 2 / 12 + 0.25 * 1 / 12)
    assert x[0] @ x[0] == pytest.approx(1 / 4)


@pytest.mark.parametrize("order", ORDERS)
def test_the_kernel_is_what_its_formula_says(order):
    sentences = say(PAPER, order)[::7]
    x = prefix_space(sentences, 0.3)
    for i, a in enumerate(sentences):
        for j, b in enumerate(sentences):
            words = np.mean([one == other for one in a.read for other in b.read])
            prefixes = np.mean([one == other for one in a.prefixes for other in b.prefixes])
            assert x[i] @ x[j] == pytest.approx(0.7 * words + 0.3 * prefixes)


def test_without_prefixes_it_is_a_bag_of_words():
    bag = bag_of_words(PAPER.texts)
    assert precision_at_k(prefix_space(say(PAPER, OBJECT_FIRST), 0), bag, 15) == pytest.approx(
        precision_at_k(bag, bag, 15)
    )


def test_prefixes_alone_know_what_comes_first():
    first, last = (prefix_space(say(PAPER, order), 1) for order in (FIRST, OBJECT_FIRST))
    assert precision_at_k(first, one_hot(PHRASES), 15) > 0.8 > 0.3 > precision_at_k(last, one_hot(PHRASES), 15)
    assert precision_at_k(last, one_hot(COLORS), 15) > 0.8


def test_said_twice_no_two_sentences_have_read_the_same():
    x = prefix_space(say(PAPER, TWICE), 1)
    assert np.count_nonzero(x @ x.T) == len(x)


@pytest.mark.parametrize("weight", [0.1, 0.5, 0.9])
def test_a_planted_weight_is_found_in_any_basis_and_scale(weight):
    sentences = say(PAPER, FIRST)
    x = prefix_space(sentences, weight)
    turned = 3 * x @ np.linalg.qr(np.random.default_rng(0).normal(size=(x.shape[1],) * 2))[0]
    assert fit_weight(turned, sentences) == pytest.approx((weight, 1))


def test_readouts_by_hand():
    states = [np.array([[1.0], [2], [6], [8]]), np.array([[1.0], [2], [6]])]
    expected = {"mean": [4.25, 3], "last": [8, 6], "mean of last 2": [7, 4], "mean of last 3": [16 / 3, 3]}
    expected |= {"first": [1, 1], "second": [2, 2], "third": [6, 6], "last but one": [6, 2], "last but two": [2, 1]}
    assert set(expected) == set(READOUTS)
    for name, values in expected.items():
        np.testing.assert_allclose(read_out(states, name)[:, 0], values)
