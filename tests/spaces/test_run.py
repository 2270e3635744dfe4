"""All spaces of a run, each with its kind, whatever it is called."""

import numpy as np
import pandas as pd
import pytest

from lva.agent import AgentConfig, Run, new_agent
from lva.ground.runs import RunFolder
from lva.models import Embeddings, Reference, untrained
from lva.spaces import of_run, run

CONFIG = AgentConfig(width=8, blocks=1)
TEXTS = CONFIG.language.texts


@pytest.fixture
def spaces(monkeypatch, tmp_path):
    runs = {
        name: Run(new_agent(CONFIG, seed), pd.DataFrame(), None, {})
        for seed, name in enumerate(("seed-0", "identity", "another"))
    }
    trained = Reference("seems untrained", "folder", "anywhere", "bert")
    vectors = {(0, "mean"): np.eye(len(TEXTS))}
    found = [Embeddings(reference, TEXTS, vectors, {}) for reference in (trained, untrained(trained))]
    monkeypatch.setattr(run, "load_index", lambda path: runs)
    monkeypatch.setattr(run, "load_run_embeddings", lambda folder, texts: {e.reference.name: e for e in found})
    return of_run(RunFolder("mine", tmp_path), draws=2)


def test_kinds_do_not_come_from_the_endings_of_names(spaces):
    kinds = spaces.kinds
    assert kinds["seems untrained"] == "reference" and kinds["seems untrained untrained"] == "untrained"
    assert kinds["agent"] == "agent" and kinds["agent identity"] == "control"
    assert kinds["agent untrained"] == kinds["untrained, random words"] == "untrained"
    assert kinds["bag of words"] == "words" and kinds["task"] == "factor"
    assert spaces["seems untrained untrained"].family == "bert"


def test_draws_are_seeds_of_the_agent_and_as_many_as_asked_for_elsewhere(spaces):
    draws = {name: len(space.draws) for name, space in spaces.items()}
    assert draws["agent"] == draws["agent untrained"] == 2  # seed-0 and another
    assert draws["agent identity"] == 1
    assert draws["untrained, random words"] == draws["random words"] == 2
    assert spaces["agent"].items == len(TEXTS)
