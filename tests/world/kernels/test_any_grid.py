"""Grids that no level draws: hypothesis fills them, MiniGrid says what happens there."""

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from minigrid.core.grid import Grid
from minigrid.core.mission import MissionSpace
from minigrid.core.world_object import Ball, Box, Door, Floor, Goal, Key, Lava, Wall
from minigrid.minigrid_env import MiniGridEnv
from minigrid.wrappers import RGBImgPartialObsWrapper

from lva.world import World
from lva.world.kernels.codes import CODE_OF_TRIPLE, N_CODES, code_of, object_of
from lva.world.kernels.sight import SWEEP

COLORS = ("red", "green", "blue", "purple", "yellow", "grey")
colors = st.sampled_from(COLORS)
portable = st.builds(lambda kind, color: kind(color), st.sampled_from([Ball, Key, Box]), colors)
doors = st.builds(Door, colors, is_open=st.booleans(), is_locked=st.booleans())
boxes = st.builds(Box, colors, contains=st.none() | portable | doors)
others = st.one_of(st.builds(Lava), st.builds(lambda kind, color: kind(color), st.sampled_from([Goal, Floor]), colors))
# One fresh object a cell: `none` often, so that there are ways through.
things = st.one_of(st.none(), st.none(), st.none(), portable, doors, boxes, others, st.builds(Wall, colors))


class AnyEnv(MiniGridEnv):
    """A MiniGrid environment around a grid as given."""

    def __init__(self, width, height, objects, position, heading, held):
        super().__init__(MissionSpace(lambda: "look"), width=width, height=height, max_steps=1000)
        self.state = objects, position, heading
        self.reset()
        self.carrying = held

    def _gen_grid(self, width, height):
        objects, self.agent_pos, self.agent_dir = self.state
        self.grid = Grid(width, height)
        self.grid.grid = list(objects)
        x, y = self.agent_pos
        self.grid.set(x, y, None)


@st.composite
def environments(draw):
    width, height = draw(st.integers(3, 25)), draw(st.integers(3, 25))
    filled = draw(st.lists(things, min_size=20, max_size=60))
    generator = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    picked = generator.integers(0, len(filled), width * height)
    objects = [copy_of(filled[i]) for i in picked]
    position = (int(generator.integers(width)), int(generator.integers(height)))
    return AnyEnv(width, height, objects, position, draw(st.integers(0, 3)), draw(st.none() | portable | boxes))


def copy_of(obj):
    copied = object_of(code_of(obj))
    if obj is not None and obj.contains is not None:
        copied.contains = copy_of(obj.contains)
    return copied


@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(environments(), st.lists(st.integers(0, 6), max_size=40))
def test_any_grid_looks_and_behaves_as_in_minigrid(env, actions):
    world, colored = World.from_minigrid([env]), RGBImgPartialObsWrapper(env)
    for action in [*actions, 6]:
        np.testing.assert_array_equal(world.observe()[0], env.gen_obs()["image"])
        np.testing.assert_array_equal(world.render()[0], colored.observation({})["image"])
        x, y = env.front_pos
        if not (0 <= x < env.width and 0 <= y < env.height):
            action = 0  # MiniGrid's assertion fails when an agent at the edge faces outward and does anything but turn
            env.agent_dir = (env.agent_dir - 1) % 4
            world.step(np.array([action]))
            continue
        _, _, terminated, _, _ = env.step(action)
        assert (world.step(np.array([action]))[0] == 2) == terminated
        again = World.from_minigrid([env])
        for name in ("cells", "inside", "carrying", "pose"):
            np.testing.assert_array_equal(getattr(world, name), getattr(again, name), err_msg=name)


def test_the_sweep_table_is_a_literal_process_vis():
    """Each of the 128 x 128 rows against the two loops of MiniGrid, cell by cell."""
    for reached in range(0, 128, 3):
        for opaque in range(128):
            mask, up = [bool(reached >> i & 1) for i in range(7)], [False] * 7
            for i in range(6):
                if mask[i] and not opaque >> i & 1:
                    mask[i + 1] = up[i + 1] = up[i] = True
            for i in reversed(range(1, 7)):
                if mask[i] and not opaque >> i & 1:
                    mask[i - 1] = up[i - 1] = up[i] = True
            expected = sum(m << i for i, m in enumerate(mask)) | sum(u << 7 + i for i, u in enumerate(up))
            assert SWEEP[reached, opaque] == expected


def test_codes_round_trip():
    for code in range(N_CODES):
        if code in CODE_OF_TRIPLE and code & 15 > 1:
            assert code_of(object_of(code)) == code


def test_a_key_alone_unlocks_a_door_of_its_color():
    for color, opens in (("red", True), ("blue", False)):
        objects = [None] * 9
        objects[5] = Door("red", is_locked=True)
        env = AnyEnv(3, 3, objects, (1, 1), 0, Key(color))
        world = World.from_minigrid([env])
        world.step(np.array([5]))
        assert (world.cells[0, 1, 2] == code_of(Door("red", is_open=True))) == opens


def test_a_box_gives_up_what_it_holds_and_keeps_it_when_carried():
    objects = [None] * 9
    objects[5] = Box("green", contains=Key("yellow"))
    world = World.from_minigrid([AnyEnv(3, 3, objects, (1, 1), 0, None)])
    for action in (3, 1, 4, 5):  # pick up, turn right, drop, open
        world.step(np.array([action]))
    assert world.cells[0, 2, 1] == code_of(Key("yellow")) and world.cells[0, 1, 2] == code_of(None)


def test_worlds_of_different_sizes_do_not_mix():
    with pytest.raises(ValueError, match="worlds of one size"):
        World.from_minigrid([AnyEnv(n, n, [None] * n * n, (1, 1), 0, None) for n in (3, 4)])


def test_boxes_nest_once():
    objects = [Box("red", contains=Box("red", contains=Key("red")))] + [None] * 8
    with pytest.raises(ValueError, match="one deep"):
        World.from_minigrid([AnyEnv(3, 3, objects, (1, 1), 0, None)])
