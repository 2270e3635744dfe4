"""Moments: every trace of the agents, none of the controls; ablations of the same grammar, if there are any."""

import numpy as np
import pandas as pd
import pytest
import torch

from lva.agent import AgentConfig, Run, new_agent
from lva.ground.runs import RunFolder
from lva.spaces import moments, moments_of_run
from lva.world import load_grammar

CONFIG = AgentConfig(width=8, blocks=1)
OTHER = AgentConfig(load_grammar("natural").as_dict(), width=8, blocks=1)


def a_run(config=CONFIG, at=()):
    return Run(new_agent(config, 0), pd.DataFrame(), None, {x: torch.full((2, 2), float(x)) for x in at})


@pytest.fixture
def runs():
    return {"seed-0": a_run(at=(0, 64)), "identity": a_run(at=(0, 64)), "seed-1": a_run(at=(0,))}


def test_traces_of_the_agents_alone_are_moments(runs, tmp_path):
    found = moments_of_run(RunFolder("mine", tmp_path), runs)
    names = [(moment.at, moment.seed) for moment in found]
    assert names == [(0, "seed-0"), (64, "seed-0"), (0, "seed-1")] and {moment.x for moment in found} == {"samples"}
    np.testing.assert_array_equal(found[1].embedding, np.full((2, 2), 64))


def test_ablations_with_fewer_demonstrations_are_moments_in_the_same_grammar(runs, tmp_path, monkeypatch):
    (tmp_path / "ablations").mkdir()
    (tmp_path / "ablations/ablations.json").touch()
    smaller = {"1 k demonstrations": a_run(), "best": a_run(), "5 k demonstrations": a_run(OTHER)}
    monkeypatch.setattr(moments, "load_index", lambda path: smaller)
    *_, last = found = moments_of_run(RunFolder("mine", tmp_path), runs)
    assert len(found) == 4 and last[:3] == ("demonstrations", 1_000, "seed-0")
    np.testing.assert_array_equal(last.embedding, smaller["1 k demonstrations"].embedding)
