"""Two small agents and what they are compared with."""

import numpy as np
import pytest

from lva.agent import AgentConfig, TrainConfig, train
from lva.models import Embeddings, Reference, untrained
from lva.spaces import run
from lva.spaces.agents import trained_agents
from lva.spaces.references import reference_spaces
from lva.spaces.words import lexical_spaces
from lva.world import load_grammar, make_demos

GRAMMAR = load_grammar("paper")
AGENT = AgentConfig(GRAMMAR.as_dict(), width=8, blocks=1, word_init="identity")


@pytest.fixture(scope="session")
def subjects(tmp_path_factory):
    """As `subjects_of_run` gives them: seeds and a control, a reference and its twin, words."""
    folder = tmp_path_factory.mktemp("agents")
    demos = make_demos(GRAMMAR, 540, progress=False)
    names = {"identity": 7, "seed-0": 0, "seed-1": 1}
    how = {name: TrainConfig(samples=1_920, batch_size=64, seed=seed) for name, seed in names.items()}
    runs = {name: train(demos, AGENT, config, folder / name, progress=False) for name, config in how.items()}
    reference = Reference("mine", "folder", "anywhere", "bert")
    rng = np.random.default_rng(0)
    trainings = {
        one.name: (Embeddings(one, GRAMMAR.texts, {(0, "mean"): rng.normal(size=(len(GRAMMAR.texts), 12))}, {}),)
        for one in (reference, untrained(reference))
    }
    every = trained_agents(runs) | reference_spaces(trainings) | lexical_spaces(GRAMMAR.texts, 2)
    return run.Subjects(runs, trainings, every)
