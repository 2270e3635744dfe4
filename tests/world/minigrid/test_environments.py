"""The gymnasium environments: ordinary ones, usable with everything made for such."""

import subprocess
import sys

import gymnasium
import numpy as np
import pytest
from gymnasium.utils.env_checker import check_env

from lva.gym import ENVIRONMENTS
from lva.world import TASKS, EscapeFromInstr, LevelError, World, load_grammar, make_demos
from lva.world.minigrid.environments import reset_options
from lva.world.tasks import RECORDS

pytestmark = pytest.mark.filterwarnings("ignore:The system font:UserWarning")


@pytest.mark.parametrize("name", ENVIRONMENTS)
def test_gymnasium_finds_nothing_wrong(name):
    with np.testing.assert_no_warnings():
        check_env(gymnasium.make(f"lva:{name}").unwrapped, skip_render_check=True)


def test_every_task_has_an_environment_of_its_own_and_there_is_one_of_all():
    own = {task.environment: (task.name,) for task in RECORDS}
    assert own | {"LVA-Mixed-v0": TASKS} == ENVIRONMENTS


def test_an_environment_can_be_made_without_importing_the_package_first():
    script = "import gymnasium; print(gymnasium.make('lva:LVA-GoTo-v0').reset(seed=0)[0]['mission'])"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert done.stdout.strip() in load_grammar("paper").texts, done.stderr


@pytest.mark.parametrize("mode", ["rgb_array", "human"])
def test_rendering(mode):
    env = gymnasium.make("lva:LVA-Mixed-v0", render_mode=mode)
    env.reset(seed=0)
    env.step(2)
    picture = env.render()
    assert mode == "human" or (picture.shape == (256, 256, 3) and len(np.unique(picture)) > 5)
    env.close()


@pytest.mark.parametrize(("mode", "options"), [("sync", {}), ("async", {"shared_memory": False})])
def test_vector_environments(mode, options):
    envs = gymnasium.make_vec("lva:LVA-Mixed-v0", 3, vectorization_mode=mode, vector_kwargs=options)
    observation, _ = envs.reset(seed=[0, 1, 2])
    alone, _ = gymnasium.make("lva:LVA-Mixed-v0").reset(seed=1)
    assert observation["mission"][1] == alone["mission"]
    np.testing.assert_array_equal(observation["image"][1], alone["image"])
    envs.step(np.array([0, 1, 2]))
    envs.close()


def test_a_seed_repeats_and_the_missions_are_the_grammars():
    env = gymnasium.make("lva:LVA-GoTo-v0", grammar="natural")
    missions = [env.reset(seed=seed)[0]["mission"] for seed in range(100)]
    assert missions == [env.reset(seed=seed)[0]["mission"] for seed in range(100)]
    texts = {i.text for i in load_grammar("natural").instructions if i.task == "go-to"}
    assert set(missions) <= texts and len(set(missions)) > 20


def test_nothing_is_printed(capsys):
    env = gymnasium.make("lva:LVA-Mixed-v0", level={"size": 6, "distractors": 5, "far": 4})
    for seed in range(50):
        env.reset(seed=seed)
    assert capsys.readouterr().out == ""


def test_escape_from_by_hand():
    env = gymnasium.make("lva:LVA-EscapeFrom-v0", level={"far": 5, "patience": 0}).unwrapped
    cells = np.full((8, 8), 1, np.uint8)
    cells[[0, -1], :] = cells[:, [0, -1]] = 2 | 5 << 4
    cells[3, 2] = 6  # a red ball at x=2, y=3
    options = {"instruction": "run from red ball", "cells": cells.tolist(), "pose": [3, 3, 0]}
    observation, _ = env.reset(options=options)
    assert observation["mission"] == "run from red ball" and isinstance(env.instrs, EscapeFromInstr)
    results = [env.step(2)[1:3] for _ in range(3)]  # to x=6: distances 2, 3, 4
    assert results == [(0, False)] * 3
    env.step(1)
    reward, terminated = env.step(2)[1:3]  # to y=4: distance 5
    assert terminated and reward == pytest.approx(1 - 0.9 * 5 / 64)


def test_what_is_carried_or_gone_cannot_be_escaped_from():
    env = gymnasium.make("lva:LVA-EscapeFrom-v0", level={"far": 5, "patience": 0}).unwrapped
    cells = np.full((8, 8), 1, np.uint8)
    cells[[0, -1], :] = cells[:, [0, -1]] = 2 | 5 << 4
    cells[1, 2] = 7  # a red box before the agent
    options = {"instruction": "escape from red box", "cells": cells.tolist(), "pose": [1, 1, 0]}
    for first in (3, 5):  # take it, open it
        env.reset(options=options)
        world = World.from_minigrid([env])
        for action in [first, 2, 2, 2, 2, 2, 1, 2, 2, 2]:
            assert not env.step(action)[2]
            assert world.step(np.array([action]))[0] == 0


def test_a_demonstration_can_be_lived_through_in_the_environment():
    demos = make_demos(load_grammar("paper"), 108, seed=5)
    env = gymnasium.make("lva:LVA-Mixed-v0")
    for e in range(0, 108, 5):
        observation, _ = env.reset(options=reset_options(demos.world(), e))
        one = demos[[e]]
        for frame, action in zip(one.frames(), one.actions):
            np.testing.assert_array_equal(observation["image"], frame)
            observation, reward, terminated, _, _ = env.step(action)
        assert terminated and reward > 0


def test_unusable_options():
    with pytest.raises(ValueError, match="none of the tasks escape-from"):
        gymnasium.make(
            "lva:LVA-EscapeFrom-v0", grammar={"phrases": {"go-to": ["go"]}, "colors": ["red"], "kinds": ["key"]}
        )
    with pytest.raises(ValueError, match="nearest is"):
        gymnasium.make("lva:LVA-Mixed-v0").reset(options={"instruction": "to go red ball"})


def test_a_level_too_crowded_to_solve():
    env = gymnasium.make("lva:LVA-GoTo-v0", level={"size": 5, "distractors": 7, "far": 2, "near": 1, "start": "near"})
    with pytest.raises(LevelError, match="too crowded"):
        for seed in range(20):
            env.reset(seed=seed)
