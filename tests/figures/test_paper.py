"""Rooms on paper: the same room, in colours that print."""

import numpy as np
import pytest
from matplotlib.colors import to_rgb
from minigrid.core.constants import COLORS
from minigrid.core.grid import Grid
from minigrid.core.world_object import Ball, Box, Door, Key, Wall

from lva.figures.paper import FLOOR, UNLIT, on_paper
from lva.figures.style import PAINT

GREY = (255 * np.array(to_rgb(PAINT["grey"]))).round()


def tile(thing, lit, size=24):
    """A tile of MiniGrid's, and the same on paper."""
    screen = Grid.render_tile(thing, highlight=lit, tile_size=size).astype(np.uint8)
    return screen, on_paper(screen, size)


def luminance(pixel):
    linear = [v / 12.92 if v <= 0.03928 else ((v + 0.055) / 1.055) ** 2.4 for v in np.asarray(pixel) / 255]
    return np.dot(linear, [0.2126, 0.7152, 0.0722])


def contrast(a, b):
    low, high = sorted((luminance(a), luminance(b)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("lit", [True, False])
@pytest.mark.parametrize("color", COLORS)
def test_a_ball_has_the_colour_of_its_name_on_a_light_floor(color, lit):
    _, paper = tile(Ball(color), lit)
    painted = 255 * np.array(to_rgb(PAINT[color]))
    np.testing.assert_allclose(paper[12, 12], painted, atol=1)
    np.testing.assert_array_equal(paper[-1, -1], FLOOR if lit else UNLIT)


@pytest.mark.parametrize("lit", [True, False])
def test_walls_are_grey_whether_they_are_seen_or_not(lit):
    _, paper = tile(Wall(), lit)
    np.testing.assert_allclose(paper, np.broadcast_to(GREY, paper.shape), atol=1)


@pytest.mark.parametrize("thing", [Key, Ball, Box])
def test_blue_is_seen_where_it_was_not(thing):
    screen, paper = tile(thing("blue"), lit=False, size=32)
    plain = tile(None, lit=False, size=32)
    there = (screen != plain[0]).any(axis=-1)
    before = max(contrast(a, b) for a, b in zip(screen[there], plain[0][there]))
    after = max(contrast(a, b) for a, b in zip(paper[there], plain[1][there]))
    assert before < 3 < 4 < after


@pytest.mark.parametrize("thing", [Key("green"), Ball("grey"), Box("purple"), Door("red", is_locked=True), None])
def test_what_stands_in_a_cell_does_not_depend_on_its_light(thing):
    """Each pixel is as far from its floor, lit or not, but for MiniGrid's rounding."""
    lit, dark = (tile(thing, lit)[1].astype(float) for lit in (True, False))
    covered = (np.abs(lit - FLOOR).max(axis=-1) > 150) & (np.abs(dark - UNLIT).max(axis=-1) > 120)
    np.testing.assert_allclose(lit[covered], dark[covered], atol=12)


def test_a_picture_is_repainted_tile_by_tile():
    tiles = [tile(thing, lit, 8) for thing, lit in [(Ball("red"), True), (Wall(), False), (None, True), (None, False)]]
    screen, paper = (np.vstack([np.hstack(row) for row in (part[:2], part[2:])]) for part in zip(*tiles))
    np.testing.assert_array_equal(on_paper(screen, 8), paper)
