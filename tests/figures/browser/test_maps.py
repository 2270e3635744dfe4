"""The maps: true to the space, turned alike, and nothing hidden below anything."""

from xml.etree import ElementTree

import numpy as np
import pytest

from lva.figures.browser.maps import HEIGHT, SHAPES, WIDTH, Marks, fit, lay_out, lay_out_all, map_svg, spread
from lva.world import load_grammar

GRAMMAR = load_grammar("paper")
WORDS = np.array([[word in text.split() for word in GRAMMAR.vocabulary] for text in GRAMMAR.texts], float)
TASKS = [instruction.task for instruction in GRAMMAR.instructions]
rng = np.random.default_rng(0)
X = rng.normal(size=(40, 7))
Q = np.linalg.qr(rng.normal(size=(7, 7)))[0]


def distances(points):
    return np.linalg.norm(points[:, None] - points[None], axis=-1)


def test_a_plane_is_laid_out_as_it_is():
    angles = rng.uniform(0, 2, size=20)
    circle = np.stack([np.cos(angles), np.sin(angles)], axis=1)
    layout = lay_out(rng.uniform(1, 9, size=(20, 1)) * circle @ rng.normal(size=(2, 2)) @ np.eye(2, 5))
    assert layout.explained == pytest.approx(1)
    flat = lay_out(3 * circle @ np.eye(2, 5))
    np.testing.assert_allclose(distances(flat.points), distances(circle), atol=1e-12)


def test_the_plane_keeps_the_two_largest_variances():
    x = X / np.linalg.norm(X, axis=1, keepdims=True)
    values = np.linalg.eigvalsh(np.cov(x.T, bias=True))[::-1]
    layout = lay_out(X)
    np.testing.assert_allclose(layout.points.var(axis=0), values[:2])
    assert layout.explained == pytest.approx(values[:2].sum() / values.sum())


def test_rotation_and_scale_do_not_move_the_map():
    np.testing.assert_allclose(lay_out(5 * X @ Q).points, lay_out(X).points, atol=1e-9)


def test_a_row_is_placed_on_its_own_point():
    layout = lay_out(X, like=lay_out(rng.normal(size=(40, 3))))
    np.testing.assert_allclose([layout.place(row) for row in X], layout.points, atol=1e-12)


def test_maps_are_turned_to_resemble_the_first():
    """Mirrored and rotated in the plane, a map comes back; nothing but a turn is done to it."""
    first, other = lay_out(X), rng.normal(size=(40, 5))
    same, turned = lay_out_all({"a": X, "b": X @ Q, "c": other}).values(), lay_out(other, like=first)
    same = list(same)
    np.testing.assert_allclose(same[1].points, first.points, atol=1e-9)
    np.testing.assert_allclose(distances(turned.points), distances(lay_out(other).points), atol=1e-9)
    assert (turned.points * first.points).sum() >= (lay_out(other).points * first.points).sum()


def test_rounding_is_not_drawn_large():
    """An untrained agent gives sentences of one length the same vector, but for float32."""
    same = np.ones((40, 8)) + rng.normal(size=(40, 8)) * 1e-8
    layout = lay_out(same)
    assert not layout.points.any() and layout.explained == 1
    assert lay_out(np.ones((5, 1))).points.tolist() == [[0, 0]] * 5


def test_the_picture_holds_every_point_in_true_proportion():
    points = rng.normal(size=(50, 2)) * (9, 1)
    places = fit(points)
    assert (places >= 0).all() and (places <= (WIDTH, HEIGHT)).all()
    ratio = distances(places)[0, 1:] / distances(points)[0, 1:]
    assert np.ptp(ratio) < 1e-9
    assert places[points[:, 1].argmax(), 1] == places[:, 1].min()


def test_items_in_one_place_are_set_side_by_side_and_the_others_stay():
    places = np.array([[50.0, 50], [50.2, 50], [100, 80], [50, 50.1]])
    found = spread(places)
    np.testing.assert_allclose(found[[0, 2]], places[[0, 2]])
    assert distances(found)[np.triu_indices(4, 1)].min() > 3


def test_no_two_words_of_a_bag_lie_on_each_other_and_none_leaves_the_picture():
    places = spread(fit(lay_out(WORDS).points))
    assert len(np.unique(fit(lay_out(WORDS).points).round(), axis=0)) < 54
    assert len(np.unique(places, axis=0)) == 108
    crowd = spread(fit(np.zeros((108, 2)) + (np.arange(108) % 2)[:, None]))
    assert (crowd > 0).all() and (crowd < (WIDTH, HEIGHT)).all()


def drawn(marks, here=None):
    layout = lay_out(WORDS)
    return ElementTree.fromstring(
        map_svg(layout, GRAMMAR.texts, TASKS, marks, layout.points[0] if here is None else here, "map of <words>")
    )


def test_every_instruction_is_drawn_once_in_the_shape_of_its_task():
    signs = {int(path.get("data-i")): path for path in drawn(Marks(0)).iter("path") if path.get("data-i")}
    assert sorted(signs) == list(range(108))
    assert all(signs[i].get("d") == SHAPES[TASKS[i]] for i in range(108))
    names = {int(text.get("data-i")): text.text for text in drawn(Marks(0)).iter("text")}
    assert names == dict(enumerate(GRAMMAR.texts))


def test_marks_stand_out_and_lie_in_front():
    paths = [path for path in drawn(Marks(0, {1, 2, 3}, {2})).iter("path") if path.get("data-i")]
    looks = {int(path.get("data-i")): path.get("class") for path in paths}
    assert {i: look for i, look in looks.items() if look != "far"} == {0: "near", 1: "near", 2: "shared", 3: "near"}
    assert paths[-1].get("data-i") == "2"


def test_the_cross_is_on_the_instruction_or_where_a_new_one_falls():
    def cross(svg):
        return next(path.get("transform") for path in svg.iter("path") if path.get("class") == "here")

    svg = drawn(Marks(5), lay_out(WORDS).points[5])
    own = next(path.get("transform") for path in svg.iter("path") if path.get("data-i") == "5")
    assert cross(svg) == own
    assert cross(drawn(Marks(None), np.zeros(2))) != own
