"""Colour at any tile size."""

import gymnasium
import numpy as np
import pytest
from minigrid.wrappers import RGBImgPartialObsWrapper

from lva.world import Atlas, World
from lva.world.minigrid.tiles import SAVED_SIZES, draw_tiles
from lva.world.render import SAVED_TILES


@pytest.mark.parametrize("tile_size", [8, 5, 32])
def test_any_tile_size_as_minigrid_draws_it(tile_size):
    envs = [gymnasium.make("lva:LVA-Mixed-v0").unwrapped for _ in range(20)]
    for seed, env in enumerate(envs):
        env.reset(seed=seed)
    pictures = World.from_minigrid(envs).render(tile_size)
    for env, picture in zip(envs, pictures):
        np.testing.assert_array_equal(picture, RGBImgPartialObsWrapper(env, tile_size).observation({})["image"])


@pytest.mark.parametrize("tile_size", SAVED_SIZES)
def test_saved_tiles_are_those_that_minigrid_draws(tile_size):
    """If a new version of MiniGrid draws otherwise, `lva.world.minigrid.tiles.save_tiles()` follows it."""
    with np.load(SAVED_TILES) as saved:
        assert set(saved) == {str(size) for size in SAVED_SIZES}
    np.testing.assert_array_equal(Atlas(tile_size).tiles, draw_tiles(tile_size))


def test_no_tile_is_a_mistake():
    with pytest.raises(ValueError, match="at least 1 pixel"):
        Atlas(0)
