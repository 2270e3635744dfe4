"""The neighbour lists: by hand, against loops, and the same neighbours that P@k counts."""

import math

import numpy as np
import pytest

from lva.alignment import precision_at_k
from lva.alignment.measures.neighbours import neighbours
from lva.figures.browser.neighbours import check_spaces, compare, nearest, nearest_to, shared
from lva.world import load_grammar

GRAMMAR = load_grammar("paper")
WORDS = np.array([[word in text.split() for word in GRAMMAR.vocabulary] for text in GRAMMAR.texts], float)
rng = np.random.default_rng(0)
X, Y = rng.normal(size=(2, 40, 7))
FAN = np.array([[math.cos(angle), math.sin(angle)] for angle in (0, 0.1, 0.3, -0.2, 3)]) * [[1], [5], [2], [1], [9]]


def test_a_fan_by_hand():
    ranked = nearest(FAN, 0, 3)
    assert ranked.items.tolist() == [1, 3, 2]
    assert ranked.similarities == pytest.approx([math.cos(0.1), math.cos(0.2), math.cos(0.3)])
    assert ranked.ranks.tolist() == [1, 2, 3] and ranked.places == ["1", "2", "3"] and ranked.left_out == 0
    assert ranked.membership.tolist() == [0, 1, 1, 1, 0]


def by_loops(vectors, item, k):
    cosines = []
    for other, row in enumerate(vectors):
        dot = sum(a * b for a, b in zip(vectors[item], row))
        lengths = math.sqrt(sum(a * a for a in vectors[item])) * math.sqrt(sum(b * b for b in row))
        cosines.append((-dot / lengths, other))
    best = sorted(pair for pair in cosines if pair[1] != item)[:k]
    return [other for _, other in best], [-negative for negative, _ in best]


@pytest.mark.parametrize("k", [1, 5, 39])
def test_against_loops(k):
    for item in range(len(X)):
        ranked, (items, cosines) = nearest(X, item, k), by_loops(X.tolist(), item, k)
        assert ranked.items.tolist() == items
        assert ranked.similarities == pytest.approx(cosines)


def test_a_duplicate_is_a_neighbour_and_the_item_itself_is_not():
    twice = np.vstack([X, X[3]])
    assert nearest(twice, 3, 1).items.tolist() == [40]
    assert nearest(twice, 40, 1).items.tolist() == [3]


def test_ties_share_a_rank_and_say_who_was_left_out():
    """One word differs in 8 instructions (3 of 4 shared), so the third place is one of eight equals."""
    item = GRAMMAR.texts.index("go to red ball")
    ranked = nearest(WORDS, item, 3)
    assert ranked.places == ["=1", "=1", "=1"] and ranked.left_out == 5
    assert ranked.similarities == pytest.approx([0.75] * 3)
    assert ranked.items.tolist() == sorted(ranked.items)
    assert np.unique(ranked.membership).tolist() == [0, 3 / 8]


@pytest.mark.parametrize("k", [1, 4, 15])
def test_they_are_the_neighbours_that_the_kernel_counts(k):
    for vectors in (X, WORDS):
        expected = neighbours(vectors).membership(k)
        for item in range(len(vectors)):
            np.testing.assert_array_equal(nearest(vectors, item, k).membership, expected[item])


def test_the_overlap_of_two_lists_is_the_precision_of_the_item():
    spaces = {"words": WORDS, "sums": WORDS @ rng.normal(size=(16, 8))}
    found = [compare(spaces, {name: x[item] for name, x in spaces.items()}, 15, item) for item in range(108)]
    expected = precision_at_k(*spaces.values(), 15, per_item=True)
    assert [one.overlap for one in found] == pytest.approx(expected.tolist())
    assert {one.chance for one in found} == {15 / 107}


def test_unrelated_spaces_overlap_by_chance():
    spaces = {name: rng.normal(size=(108, 20)) for name in "abc"}
    found = [compare(spaces, {name: x[item] for name, x in spaces.items()}, 30, item) for item in range(108)]
    overlaps = [one.overlap for one in found]
    assert np.mean(overlaps) == pytest.approx(found[0].chance, abs=4 * np.std(overlaps) / 108**0.5)
    assert found[0].chance == pytest.approx(30 / 107)


def test_every_two_of_many_lists_have_their_overlap():
    spaces = {"words": WORDS, "sums": WORDS @ rng.normal(size=(16, 8)), "chance": rng.normal(size=(108, 8))}
    pairs = compare(spaces, {name: x[7] for name, x in spaces.items()}, 15, 7).pairs
    assert list(pairs) == [("words", "sums"), ("words", "chance"), ("sums", "chance")]
    for (a, b), share in pairs.items():
        assert share == pytest.approx(precision_at_k(spaces[a], spaces[b], 15, per_item=True)[7])


def test_rotation_scale_and_row_order_do_not_matter():
    Q, order = np.linalg.qr(rng.normal(size=(16, 16)))[0], rng.permutation(108)
    for item in (0, 50, 107):
        plain, turned = nearest(WORDS, item, 15), nearest(3.7 * WORDS @ Q, item, 15)
        assert turned.items.tolist() == plain.items.tolist()
        shuffled = nearest(WORDS[order], int(np.flatnonzero(order == item)[0]), 15)
        np.testing.assert_allclose(shuffled.membership, plain.membership[order])


def test_a_new_vector_has_every_row_as_a_candidate():
    ranked = nearest_to(2 * X[6], X, 2)
    assert ranked.items[0] == 6 and ranked.similarities[0] == pytest.approx(1)
    assert compare({"a": X, "b": Y}, {"a": X[6], "b": Y[6]}, 4).candidates == 40


def test_shared_items_stand_in_every_list():
    lists = [nearest(FAN, 0, 2), nearest(FAN, 2, 2), nearest(FAN, 4, 3)]
    assert [ranked.items.tolist() for ranked in lists] == [[1, 3], [1, 0], [2, 1, 0]]
    assert shared(lists) == {1} and shared(lists[:1]) == shared([]) == set()


def test_a_comparison_in_words():
    spaces = {"a": X, "b": X, "c": Y}
    vectors = {name: x[0] for name, x in spaces.items()}
    assert str(compare(spaces, {"a": X[0], "b": X[0]}, 5, 0)) == "5 of 5 neighbours are in both lists"
    assert str(compare(spaces, vectors, 39, 0)) == (
        "39 of 39 neighbours are in all 3 lists; any two lists share 100 to 100 %"
    )
    assert str(compare(spaces, {"a": X[0]}, 5, 0)).startswith("to compare, choose two or more spaces")


@pytest.mark.parametrize(
    ("vector", "k", "message"),
    [
        (X[0], 40, "k=40 must be smaller than the 40 items"),
        (X[0], 0, "k=0 is not valid; expected a whole number from 1"),
        (X[0][:3], 3, r"the vector has shape \(3,\), expected \(7,\)"),
        (X[0] * np.nan, 3, "the vector holds NaN"),
        (X[0] * 0, 3, "row 0 of the vector is zero"),
    ],
)
def test_errors_name_value_expectation_and_remedy(vector, k, message):
    with pytest.raises(ValueError, match=message):
        nearest_to(vector, X, k)


@pytest.mark.parametrize(
    ("spaces", "message"),
    [
        ({"a": X}, "1 spaces cannot be compared; give two or more"),
        ({"a": X, "b": Y[:30]}, "space 'b' has 30 rows; there are 40 instructions"),
        ({"a": X, "b": np.where(np.arange(40)[:, None] == 7, np.nan, Y)}, "space 'b' holds NaN or infinity in row 7"),
        ({"a": np.where(np.arange(40)[:, None] == 9, 0, X), "b": Y}, "row 9 of space 'a' is zero"),
        ({"a": X, "b": Y[0]}, r"space 'b' has shape \(7,\)"),
    ],
)
def test_a_space_that_cannot_be_browsed_is_refused_by_name(spaces, message):
    with pytest.raises(ValueError, match=message):
        check_spaces(spaces, 40)
