"""Demonstrations as a Minari data set: loaded back by Minari, lived through in the environment it names."""

import numpy as np
import pytest

from lva.world import load_grammar, make_demos
from lva.world.minigrid.minari_export import export_minari

minari = pytest.importorskip("minari")


@pytest.mark.filterwarnings("ignore::UserWarning")
def test_minari_round_trip(tmp_path, monkeypatch):
    monkeypatch.setenv("MINARI_DATASETS_PATH", str(tmp_path))
    demos = make_demos(load_grammar("natural"), 40, seed=3)
    export_minari(demos, "lva/natural-v0", description="forty episodes")
    dataset = minari.load_dataset("lva/natural-v0")
    env = dataset.recover_environment()
    assert dataset.total_episodes == 40 and dataset.total_steps == demos.steps
    for episode in dataset.iterate_episodes():
        (stored,) = dataset.storage.get_episode_metadata([episode.id])
        observation, _ = env.reset(options=stored["options"])
        for t, action in enumerate(episode.actions):
            np.testing.assert_array_equal(observation["image"], episode.observations["image"][t])
            assert observation["mission"] == episode.observations["mission"][t]
            assert observation["direction"] == episode.observations["direction"][t]
            observation, reward, terminated, truncated, _ = env.step(action)
            assert (reward, terminated, truncated) == pytest.approx(
                (episode.rewards[t], episode.terminations[t], episode.truncations[t])
            )
        np.testing.assert_array_equal(observation["image"], episode.observations["image"][-1])
        assert terminated
