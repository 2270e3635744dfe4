"""Where the meaning of an instruction comes from, and what the controls keep."""

import numpy as np
import pytest

from lva.agent import AgentConfig, TrainConfig, new_agent
from lva.spaces import Spaces, bag_of_words, make_space
from lva.studies.transfer import choose, languages_of
from lva.studies.transfer.languages import CONTROL, KNOWN, LEARNT, LEXICAL
from lva.world import load_grammar

GRAMMAR = load_grammar("natural")
VECTORS = np.random.default_rng(0).normal(size=(len(GRAMMAR.texts), 12))
REFERENCES = Spaces([make_space("mine", "reference", VECTORS), make_space("mine untrained", "untrained", VECTORS)])


@pytest.fixture(scope="module")
def languages(tmp_path_factory):
    return languages_of(REFERENCES, GRAMMAR, tmp_path_factory.mktemp("vectors"), ["mine"])


def vectors_of(language):
    with np.load(language.agent["sentences"]) as file:
        assert file["texts"].tolist() == list(GRAMMAR.texts)
        return file["vectors"]


def test_there_are_rivals_knowledge_and_its_controls(languages):
    assert {name: language.kind for name, language in languages.items()} == {
        "words alike": LEARNT,
        "words apart": LEARNT,
        "bag of words": LEXICAL,
        "WordLlama's words": KNOWN,
        "mine": KNOWN,
        "mine, rows permuted": CONTROL,
        "mine, meanings shuffled": CONTROL,
        "pulled to mine": KNOWN,
        "pulled to mine, rows permuted": CONTROL,
    }


def test_each_makes_an_agent_that_can_be_trained(languages):
    for language in languages.values():
        new_agent(AgentConfig(GRAMMAR.as_dict(), width=8, **language.agent))
        TrainConfig(**language.train)


def test_controls_are_the_same_vectors_of_other_instructions(languages):
    own, permuted = vectors_of(languages["mine"]), vectors_of(languages["mine, rows permuted"])
    assert not np.array_equal(own, permuted)
    np.testing.assert_array_equal(np.sort(own, axis=0), np.sort(permuted, axis=0))
    np.testing.assert_array_equal(vectors_of(languages["bag of words"]), bag_of_words(GRAMMAR.texts))


def test_files_are_named_after_what_they_hold(languages, tmp_path):
    again = languages_of(REFERENCES, GRAMMAR, tmp_path, ["mine"])
    other = languages_of(Spaces([make_space("mine", "reference", VECTORS + 1)]), GRAMMAR, tmp_path)
    names = [one["mine"].agent["sentences"].rpartition("/")[2] for one in (languages, again, other)]
    assert names[0] == names[1] != names[2]


def test_what_did_not_run_is_left_out_with_a_line(languages, capsys):
    assert list(choose(languages, ["mine", "gemma"])) == ["mine"]
    assert "left out: gemma" in capsys.readouterr().out


def test_words_that_no_static_vectors_have_leave_that_language_out(tmp_path):
    strange = GRAMMAR.as_dict() | {"phrases": {"go-to": ["qwx"]}, "name": "strange"}
    grammar = AgentConfig(strange).language
    references = Spaces([make_space("mine", "reference", VECTORS[: len(grammar.texts)])])
    assert "WordLlama's words" not in languages_of(references, grammar, tmp_path)
