"""Agents as spaces: every instruction a row, seeds together, the untrained ones as they begin."""

import numpy as np
import pandas as pd

from lva.agent import AgentConfig, Run, new_agent
from lva.spaces.agents import trained_agents, untrained_agents

TINY = AgentConfig(width=8, blocks=1)


def test_seeds_are_one_space_and_each_control_another():
    agents = {name: new_agent(TINY, seed) for seed, name in enumerate(("seed-0", "seed-1", "shuffled"))}
    spaces = trained_agents({name: Run(agent, pd.DataFrame(), None, {}) for name, agent in agents.items()})
    assert {name: len(draws) for name, draws in spaces.items()} == {"agent": 2, "agent shuffled": 1}
    texts = TINY.language.texts
    np.testing.assert_array_equal(spaces["agent"][1], agents["seed-1"].language_embedding(texts))
    assert spaces["agent shuffled"][0].shape == (108, 128)


def test_an_untrained_agent_of_identical_words_cannot_tell_instructions_of_one_length_apart():
    spaces = untrained_agents(TINY, seeds=2)
    length = np.array([len(text.split()) for text in TINY.language.texts])
    for e_l in spaces["untrained, identical words"]:
        assert len(np.unique(e_l.round(4), axis=0)) == len(np.unique(length))
    for e_l in spaces["untrained, identity words"]:
        assert len(np.unique(e_l.round(4), axis=0)) == len(length)
