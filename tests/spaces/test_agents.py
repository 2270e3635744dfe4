"""Agents as spaces: one row per instruction, seeds together, the untrained ones as they are initialised."""

import numpy as np
import pandas as pd

from lva.agent import AgentConfig, Run, TrainConfig, new_agent, save_index, train
from lva.ground.runs import RunFolder
from lva.spaces.agents import ablated_agents, trained_agents, untrained_agents
from lva.world import make_demos

TINY = AgentConfig(width=8, blocks=1)


def test_seeds_are_one_space_and_each_control_another():
    agents = {name: new_agent(TINY, seed) for seed, name in enumerate(("seed-0", "seed-1", "shuffled"))}
    spaces = trained_agents({name: Run(agent, pd.DataFrame(), None, {}) for name, agent in agents.items()})
    assert {name: len(space.draws) for name, space in spaces.items()} == {"agent": 2, "agent shuffled": 1}
    assert spaces.kinds == {"agent": "agent", "agent shuffled": "control"}
    texts = TINY.language.texts
    np.testing.assert_array_equal(spaces["agent"].draws[1], agents["seed-1"].language_embedding(texts))
    assert spaces["agent shuffled"].first.shape == (108, 128)


def test_ablations_are_spaces_by_the_names_of_their_variants(tmp_path):
    folder = RunFolder("mine", tmp_path)
    assert not ablated_agents(folder)
    config = TrainConfig(samples=64, batch_size=64, traces=0)
    run = train(make_demos(TINY.language, 108, progress=False), TINY, config, tmp_path / "ablations/one", False)
    save_index({"one changed": run.folder}, tmp_path / "ablations/ablations.json")
    (space,) = ablated_agents(folder).values()
    assert (space.name, space.kind) == ("one changed", "control")
    np.testing.assert_array_equal(space.first, run.embedding)


def test_an_untrained_agent_of_identical_words_cannot_tell_instructions_of_one_length_apart():
    spaces = untrained_agents(TINY, seeds=1, draws=2)
    assert len(spaces["agent untrained"].draws) == 1
    length = np.array([len(text.split()) for text in TINY.language.texts])
    for e_l in spaces["untrained, identical words"].draws:
        assert len(np.unique(e_l.round(4), axis=0)) == len(np.unique(length))
    for e_l in spaces["untrained, identity words"].draws:
        assert len(np.unique(e_l.round(4), axis=0)) == len(length)
