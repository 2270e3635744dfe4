"""The kernels against MiniGrid: every registered BabyAI level, every step, every byte."""

import contextlib
import io

import gymnasium
import minigrid  # noqa: F401  (registers BabyAI)
import numpy as np
import pytest
from minigrid.utils.baby_ai_bot import BabyAIBot
from minigrid.wrappers import RGBImgPartialObsWrapper

from lva.gym import ENVIRONMENTS
from lva.world import World

LEVELS = sorted(name for name in gymnasium.registry if name.startswith("BabyAI"))
LVA = [f"lva:{name}" for name in ENVIRONMENTS]
STEPS = 150
BOT_FAILS = {  # with an assertion of its own: it does not look into boxes, nor at what it holds from the start
    "BabyAI-KeyInBox-v0",
    *(f"BabyAI-PutNext{size}Carrying-v0" for size in ("S5N2", "S6N3", "S7N4")),
}


def test_all_levels_are_here():
    assert len(LEVELS) == 96


def make(name, seed):
    with contextlib.redirect_stdout(io.StringIO()):
        env = RGBImgPartialObsWrapper(gymnasium.make(name).unwrapped)
        env.reset(seed=seed)
    return env


def assert_same_sight(env, world, step):
    inner = env.unwrapped
    np.testing.assert_array_equal(world.observe()[0], inner.gen_obs()["image"], err_msg=f"view at step {step}")
    np.testing.assert_array_equal(world.render()[0], env.observation({})["image"], err_msg=f"RGB at step {step}")
    assert world.pose[0].tolist() == [*inner.agent_pos, inner.agent_dir]


@pytest.mark.parametrize("name", LEVELS + LVA)
def test_random_actions(name):
    env, generator = make(name, seed=1), np.random.default_rng(2)
    world = World.from_minigrid([env])
    # More of what changes the world than an even draw gives.
    for step, action in enumerate(generator.choice(7, STEPS, p=[0.12, 0.13, 0.35, 0.15, 0.1, 0.13, 0.02])):
        assert_same_sight(env, world, step)
        if action == 2 and leaves_the_grid(env.unwrapped):
            continue  # MiniGrid fails an assertion there
        env.unwrapped.step(action)
        world.step(np.array([action]))
    np.testing.assert_array_equal(World.from_minigrid([env]).cells, world.cells)
    np.testing.assert_array_equal(World.from_minigrid([env]).inside, world.inside)
    np.testing.assert_array_equal(World.from_minigrid([env]).carrying, world.carrying)


@pytest.mark.parametrize("name", LEVELS)
def test_actions_of_the_bot(name):
    env = make(name, seed=3)
    world, bot, action = World.from_minigrid([env]), BabyAIBot(env.unwrapped), None
    for step in range(STEPS):
        assert_same_sight(env, world, step)
        try:
            action = bot.replan(action)
        except AssertionError:
            assert name in BOT_FAILS
            return
        _, _, terminated, truncated, _ = env.unwrapped.step(action)
        world.step(np.array([int(action)]))
        if terminated or truncated:
            assert_same_sight(env, world, step + 1)
            return


@pytest.mark.parametrize("name", LVA)
def test_verdicts(name):
    """Success at the same step as the environment's own verifier, over many random episodes."""
    generator, successes = np.random.default_rng(5), 0
    for seed in range(60):
        env = make(name, seed).unwrapped
        world = World.from_minigrid([env])
        for _ in range(env.max_steps):
            action = generator.choice(6, p=[0.15, 0.15, 0.4, 0.15, 0.1, 0.05])
            _, reward, terminated, truncated, _ = env.step(action)
            status = world.step(np.array([action]))[0]
            assert (status == 1) == (reward > 0) == terminated
            assert (status == 3) == (truncated and not terminated)
            if terminated or truncated:
                successes += terminated
                break
    assert 5 < successes < 60  # both verdicts have been seen


def leaves_the_grid(env):
    x, y = env.front_pos
    return not (0 <= x < env.width and 0 <= y < env.height)
