"""All spaces of a run, each with its kind, whatever it is called."""

import numpy as np
import pandas as pd
import pytest

from lva.agent import AgentConfig, Run, new_agent
from lva.ground.runs import RunFolder
from lva.models import Embeddings, Reference, untrained
from lva.spaces import run, subjects_of_run

CONFIG = AgentConfig(width=8, blocks=1)
TEXTS = CONFIG.language.texts


@pytest.fixture(scope="module")
def subjects(tmp_path_factory):
    runs = {
        name: Run(new_agent(CONFIG, seed), pd.DataFrame(), None, {})
        for seed, name in enumerate(("seed-0", "identity", "another"))
    }
    trained = Reference("seems untrained", "folder", "anywhere", "bert")
    vectors = {(0, "mean"): np.eye(len(TEXTS))}
    found = [(Embeddings(reference, TEXTS, vectors, {}), n) for reference, n in ((trained, 2), (untrained(trained), 1))]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(run, "load_index", lambda path: runs)
        patch.setattr(run, "load_run_draws", lambda folder, texts: {e.reference.name: (e, e)[:n] for e, n in found})
        return subjects_of_run(RunFolder("mine", tmp_path_factory.mktemp("run")), draws=2)


@pytest.fixture(scope="module")
def spaces(subjects):
    return subjects.every


def test_kinds_do_not_come_from_the_endings_of_names(spaces):
    kinds = spaces.kinds
    assert kinds["seems untrained"] == "reference" and kinds["seems untrained untrained"] == "untrained"
    assert kinds["agent"] == "agent" and kinds["agent identity"] == "control"
    assert kinds["agent untrained"] == kinds["untrained, random words"] == "untrained"
    assert kinds["bag of words"] == "words" and kinds["wordllama"] == "static" and kinds["task"] == "factor"
    assert spaces["seems untrained untrained"].family == "bert"


def test_draws_are_seeds_of_the_agent_and_as_many_as_asked_for_elsewhere(spaces):
    draws = {name: len(space.draws) for name, space in spaces.items()}
    assert draws["agent"] == draws["agent untrained"] == 2  # seed-0 and another
    assert draws["agent identity"] == 1
    assert draws["seems untrained"] == 2 and draws["seems untrained untrained"] == 1  # trainings
    assert draws["untrained, random words"] == draws["random words"] == 2
    assert spaces["agent"].items == len(TEXTS)


def test_what_is_compared_are_agents_controls_and_trained_references_in_this_order(subjects):
    assert list(subjects.compared) == ["agent", "agent identity", "agent untrained", "seems untrained"]
    assert list(subjects.references) == ["seems untrained"]
    assert subjects.agent is subjects.every["agent"] and len(subjects.items) == len(TEXTS)


def test_the_ladder_has_everything_but_the_agent(subjects):
    left_out = set(subjects.every) - set(subjects.rungs)
    assert left_out == {"agent", "agent untrained"}
    first, *_, last = subjects.rungs
    assert first == "bag of words" and last == "agent identity"
    names = list(subjects.rungs)
    assert names[names.index("random words") + 1] == "wordllama"  # above words alone, below whatever reads a sentence


def test_models_and_words_leave_out_factors_and_agents_whose_words_start_otherwise(subjects):
    names, kinds = subjects.models_and_words, set(subjects.models_and_words.kinds.values())
    assert {"agent untrained", "seems untrained untrained", "bag of words"} <= set(names)
    assert "untrained, random words" not in names and "factor" not in kinds


def test_subjects_say_who_they_are(subjects):
    assert repr(subjects).startswith(f"{len(TEXTS)} instructions; agent, agent identity, agent untrained, ")
    assert "words alone: bag of words, " in repr(subjects)
    assert repr(subjects).endswith("; meaning of single words: wordllama")
