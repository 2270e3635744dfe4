"""The relabelling null: shared words pass it unchanged, shared meaning exceeds it, independence is uniform."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import kstest

from lva.alignment import Measures, precision_at_k, relabelling_group, relabelling_null
from lva.alignment.nulls.measures import KINDS
from lva.alignment.nulls.relabelling_group import automorphisms, exchangeable, level_relations

from .. import reference
from ..grammars import grammar, instructions, tf_idf

EVERY = Measures(kinds=KINDS)
FAST = Measures(kinds=("precision", "cka", "rsa"), k_max=5)
ACTIONS = {"natural": [0, 0, 1, 1, 2, 2], "paper": [0, 0, 1, 1, 2, 2]}  # of the six phrases


def embed(words, seed, d=40):
    """A fixed random vector per word, summed: what an untrained model with random word vectors does."""
    return words @ np.random.default_rng(seed).normal(size=(words.shape[1], d))


def meaning_of(factors, seed, column, levels, d=40):
    """A random vector per group of levels, the same for all items of the group."""
    table = np.random.default_rng(seed).normal(size=(max(levels) + 1, d))
    return table[np.array(levels)[factors[:, column]]]


@pytest.mark.parametrize(("name", "vocabulary", "sizes"), [("paper", 16, (2, 720, 6)), ("natural", 19, (36, 720, 6))])
def test_what_is_left_of_the_group(name, vocabulary, sizes):
    """The claim at the head of relabelling.py."""
    g = grammar(name)
    assert len(g.vocabulary) == vocabulary
    group = relabelling_group(g.factors, g.words)
    assert tuple(level.size for level in group.groups) == sizes
    assert group.size == np.prod(sizes)


def test_the_reversal_is_what_paper_keeps_of_its_phrases():
    """go to, run to, pick up, pick, escape from, run from -> escape from, run from, pick up, pick, go to, run to."""
    g = grammar("paper")
    assert relabelling_group(g.factors, g.words).groups[0].elements.tolist() == [[0, 1, 2, 3, 4, 5], [4, 5, 2, 3, 0, 1]]


def test_natural_keeps_phrases_of_equal_length_together_and_synonyms_in_one_case_of_six():
    g = grammar("natural")
    elements = relabelling_group(g.factors, g.words).groups[0].elements
    length = np.array([2, 1, 2, 1, 2, 1])
    assert (length[elements] == length).all()
    action = np.array(ACTIONS["natural"])
    kept = [len({(a, b) for a, b in zip(action, action[e])}) == 3 for e in elements]
    assert sum(kept) == 6


@pytest.mark.parametrize("name", ["paper", "natural"])
def test_every_relabelling_keeps_every_word_overlap(name):
    g = grammar(name)
    K = g.words @ g.words.T
    draws = relabelling_group(g.factors, g.words).sample(300, seed=1)
    assert all(np.array_equal(K[np.ix_(p, p)], K) for p in draws)
    assert len({tuple(p) for p in draws}) > 250


@pytest.mark.parametrize(
    "phrases",
    [("go to", "run to", "run from"), ("go", "run", "pick up"), ("go", "run", "take"), ("go to", "to go", "go")],
)
def test_listed_group_against_all_products(phrases):
    """On small grammars: try every product of permutations, keep those which keep the Gram matrix."""
    g = instructions(phrases, colors=("red", "blue", "light blue"), kinds=("ball", "box"), article="the")
    group = relabelling_group(g.factors, g.words)
    listed = {tuple(p) for p in group.every()}
    assert listed == reference.relabellings(g.factors, g.words)
    assert len(listed) == group.size


def test_items_may_come_in_any_order_and_levels_have_any_name():
    g = grammar("natural")
    order = np.random.default_rng(0).permutation(108)
    names = np.array(["zero", "one", "two", "three", "four", "five"])[g.factors[order]]
    group = relabelling_group(names, g.words[order])
    assert sorted(level.size for level in group.groups) == [6, 36, 720]
    K = (g.words @ g.words.T)[np.ix_(order, order)]
    assert all(np.array_equal(K[np.ix_(p, p)], K) for p in group.sample(50, seed=0))


def test_factors_held_fixed():
    g = grammar("natural")
    group = relabelling_group(g.factors, g.words, vary=[1])
    assert group.size == 720
    for p in group.sample(20, seed=0):
        assert np.array_equal(g.factors[p][:, [0, 2]], g.factors[:, [0, 2]])


def test_a_factor_too_large_to_list_is_shuffled_within_classes():
    """Ten colors of one word and two of two words: 10! x 2!, every shuffle keeps the overlaps."""
    colors = (*"abcdefghij", "light red", "dark blue")
    g = instructions(("go", "take"), colors=colors, kinds=("ball", "box"))
    group = relabelling_group(g.factors, g.words)
    assert group.size == 2 * (3628800 * 2) * 2
    K = g.words @ g.words.T
    draws = group.sample(50, seed=0)
    assert all(np.array_equal(K[np.ix_(p, p)], K) for p in draws)
    assert len({tuple(p) for p in draws}) == 50


def test_shuffles_are_a_subgroup_of_the_automorphisms():
    g = grammar("natural")
    K = (g.words @ g.words.T).astype(int)
    C = level_relations(K, g.factors, 0)
    assert [c.tolist() for c in exchangeable(C)] == [[0, 2, 4], [1, 3, 5]]
    assert len(automorphisms(C)) == 36


def test_phrases_that_share_words_with_different_phrases_are_not_exchangeable():
    """`go to` and `escape from` are as long as each other, but share their words with different phrases."""
    g = grammar("paper")
    C = level_relations((g.words @ g.words.T).astype(int), g.factors, 0)
    assert [c.tolist() for c in exchangeable(C)] == [[0], [1], [2], [3], [4], [5]]


@pytest.mark.parametrize("name", ["paper", "natural"])
@pytest.mark.parametrize("other", ["tf-idf", "binary", "random vectors", "one of them rotated"])
def test_two_bags_of_words_never_exceed_it(name, other):
    """Whatever y is, if x knows only the words the null is constant at the observed value: no excess, p = 1."""
    g = grammar(name)
    y = {
        "tf-idf": tf_idf(g.words),
        "binary": (g.words > 0) * 2.0,
        "random vectors": embed(g.words, 1),
        "one of them rotated": g.words
        @ np.linalg.qr(np.random.default_rng(0).normal(size=(len(g.vocabulary),) * 2))[0],
    }[other]
    group = relabelling_group(g.factors, g.words)
    for a, b in ((g.words, y), (y, g.words)):
        null = relabelling_null(a, b, group, EVERY, permutations=60)
        assert null.excess == pytest.approx(np.zeros(18), abs=1e-9)
        assert null.p.tolist() == [1] * 18
        assert null.floor.tolist() == [1] * 18


def test_ignoring_phrase_length_would_find_meaning_in_two_bags_of_words():
    """Why the group is restricted: with all 720 phrase permutations a bag of words exceeds the null of another."""
    for name in ("paper", "natural"):
        g = grammar(name)
        x, y = g.words, tf_idf(g.words)
        null = relabelling_null(x, y, relabelling_group(g.factors, None, vary=[0]), FAST)
        assert null.exact and len(null.sample) == 720
        assert null["cka"].excess > 0.01 and null["cka"].p < 0.06


@pytest.mark.parametrize("seed", range(3))
def test_shared_meaning_exceeds_it(seed):
    """Two models with word vectors of their own and one meaning: near synonyms, near colors, actions in order.

    The words alone already align them; only the meaning is left in the excess.
    """
    g = grammar("natural")
    shared = 1.5 * meaning_of(g.factors, 50 + seed, 0, ACTIONS["natural"]) + meaning_of(
        g.factors, 60 + seed, 1, [0, 0, 1, 1, 2, 3]
    )
    x, y = (embed(g.words, seed * 10 + s) + shared for s in (1, 2))
    group = relabelling_group(g.factors, g.words)
    null = relabelling_null(x, y, group, FAST, permutations=2000)
    alone = relabelling_null(*(embed(g.words, seed * 10 + s) for s in (1, 2)), group, FAST, permutations=2000)
    for name in ("P@5", "cka", "rsa"):
        assert null[name].excess > 0.05 and null[name].p < 0.02, name
        assert alone[name].observed > 0.3 and alone[name].excess < 0.5 * null[name].excess, name


def test_synonymy_alone_is_found_up_to_its_floor():
    """`go to` near `reach`, and so on: six of the 36 phrase permutations keep the pairs, so p = 1/6 at best."""
    g = grammar("natural")
    synonyms = np.eye(3)[np.array(ACTIONS["natural"])[g.factors[:, 0]]]
    x, y = (np.hstack([g.words, 2 * synonyms]), np.hstack([tf_idf(g.words), 3 * synonyms]))
    null = relabelling_null(x, y, relabelling_group(g.factors, g.words, vary=[0]), FAST)
    for name in ("cka", "rsa"):
        assert null[name].excess > 0.05
        assert null[name].p == null[name].floor == pytest.approx(1 / 6)


def test_in_paper_synonymy_is_not_told_from_shared_words():
    g = grammar("paper")
    synonyms = np.eye(3)[np.array(ACTIONS["paper"])[g.factors[:, 0]]]
    x, y = (np.hstack([g.words, 2 * synonyms]), np.hstack([tf_idf(g.words), 3 * synonyms]))
    null = relabelling_null(x, y, relabelling_group(g.factors, g.words, vary=[0]), FAST)
    assert null.exact and len(null.sample) == 2
    assert null.p == pytest.approx(np.ones(7))


@pytest.mark.parametrize("name", ["paper", "natural"])
def test_p_is_uniform_when_meanings_are_independent(name):
    """Both spaces hold the words and meanings of their own: word overlap aligns them, and p stays uniform."""
    g = grammar(name)
    group, measures = relabelling_group(g.factors, g.words), Measures(kinds=("cka", "rsa"))
    p = []
    for seed in range(150):
        x, y = (
            embed(g.words, 1000 * s + seed) + np.random.default_rng(9000 * s + seed).normal(size=(108, 40))
            for s in (1, 2)
        )
        p.append(relabelling_null(x, y, group, measures, permutations=99, seed=seed).p)
    for column in np.array(p).T:
        assert kstest(column - 0.005, "uniform").pvalue > 0.01
        assert (column <= 0.05).mean() < 0.11


def test_exact_null_is_every_relabelling():
    g = instructions(("go", "run", "pick up"), colors=("red", "blue"), kinds=("ball", "box"))
    x, y = (np.random.default_rng(s).normal(size=(12, 5)) for s in (1, 2))
    null = relabelling_null(x, y, relabelling_group(g.factors, g.words), Measures(kinds=("precision",), k_max=3))
    every = sorted(reference.relabellings(g.factors, g.words))
    expected = sorted(precision_at_k(x, y[list(p)], 2) for p in every)
    assert null.exact and len(null.sample) == len(every) == 8
    assert np.sort(null.sample[:, 1]) == pytest.approx(expected)
    observed = precision_at_k(x, y, 2)
    assert null["P@2"].p == np.mean([value >= observed - 1e-9 for value in expected])


def test_sampled_null_approaches_the_exact_one():
    g = grammar("paper")
    x, y = (embed(g.words, s) + np.random.default_rng(s).normal(size=(108, 40)) for s in (3, 4))
    group = relabelling_group(g.factors, g.words)
    exact, sampled = relabelling_null(x, y, group, FAST), relabelling_null(x, y, group, FAST, permutations=3000)
    assert exact.exact and not sampled.exact and len(exact.sample) == 8640
    assert (np.abs(exact.mean - sampled.mean) < 4 * exact.sd / np.sqrt(3000)).all()
    assert sampled.p == pytest.approx(exact.p, abs=0.04)


@pytest.mark.parametrize(
    ("factors", "words", "options", "message"),
    [
        (grammar("paper").factors[:-1], None, {}, "107 items hold 107 of the 108 combinations of levels"),
        (np.zeros((4, 2)), None, {}, "4 items hold 1 of the 1 combinations"),
        (np.arange(4), None, {}, r"factors has shape \(4,\)"),
        (grammar("paper").factors, np.ones((4, 2)), {}, "words has 4 items, factors 108"),
        (grammar("paper").factors, None, {"vary": [3]}, r"vary=\[3\] must name columns of factors, 0..2"),
    ],
)
def test_errors(factors, words, options, message):
    with pytest.raises(ValueError, match=message):
        relabelling_group(factors, words, **options)
