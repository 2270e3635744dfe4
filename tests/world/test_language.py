"""Grammars: what they spell out, and what they refuse."""

import numpy as np
import pytest

from lva.world import GrammarError, load_grammar
from lva.world.language import grammar_from_dict

OWN = {"phrases": {"go-to": ["walk to"]}, "colors": ["red"], "kinds": ["door", "ball"]}


def test_the_paper_has_108_instructions_in_16_words():
    grammar = load_grammar("paper")
    assert len(set(grammar.texts)) == len(grammar.instructions) == 108
    assert len(grammar.vocabulary) == 16
    words = {"go", "run", "to", "pick", "up", "escape", "from", *grammar.colors, *grammar.kinds}
    assert set(grammar.vocabulary) == words


def test_natural_synonyms_share_only_the_article_with_one_another():
    grammar = load_grammar("natural")
    assert len(grammar.instructions) == 108
    phrases = [set(phrase.split()) for synonyms in grammar.phrases.values() for phrase in synonyms]
    assert sum(map(len, phrases)) == len(set.union(*phrases))
    assert grammar.instructions[0].text == "go to the red ball"


def test_every_instruction_says_what_it_means():
    for instruction in load_grammar("paper").instructions:
        assert instruction.text == f"{instruction.phrase} {instruction.color} {instruction.kind}"


def test_encode_by_hand():
    grammar = load_grammar("paper")
    codes = grammar.encode(["pick red ball", "run from grey key"])
    number = {word: i + 1 for i, word in enumerate(grammar.vocabulary)}
    assert codes.tolist() == [
        [number["pick"], number["red"], number["ball"], 0],
        [number["run"], number["from"], number["grey"], number["key"]],
    ]


def test_encoding_loses_nothing():
    grammar = load_grammar("natural")
    words = np.array(["", *grammar.vocabulary])
    assert tuple(" ".join(words[row]).strip() for row in grammar.encode(grammar.texts)) == grammar.texts


def test_an_unknown_word_names_itself_and_the_vocabulary():
    with pytest.raises(GrammarError, match=r"unknown word 'orange'.*go to red ball box key"):
        load_grammar("paper").encode("go to orange ball")


def test_a_sentence_outside_the_grammar_is_met_with_the_nearest():
    with pytest.raises(GrammarError, match="nearest is 'go to red ball'"):
        load_grammar("paper").instruction("to go red ball")


def test_a_grammar_of_ones_own(tmp_path):
    path = tmp_path / "mine.toml"
    path.write_text('colors = ["red"]\nkinds = ["ball"]\n[phrases]\npick-up = ["take", "seize it"]\n')
    grammar = load_grammar(path)
    assert grammar.name == "mine" and grammar.texts == ("take red ball", "seize it red ball")


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"colors": ["red", "red"]}, "duplicates"),
        ({"colors": []}, "colors is empty"),
        ({"colors": ["mauve"]}, "unknown 'mauve' in colors"),
        ({"phrases": {}}, "phrases is empty"),
        ({"phrases": {"go-to": []}}, "at least one phrase"),
        ({"phrases": {"go-to": ["  "]}}, "at least one phrase with a word"),
        ({"phrases": {"go-to": ["go", "go"]}}, "repeat"),
        ({"phrases": {"dance": ["dance with"]}}, "unknown 'dance' in phrases"),
        ({"phrases": {"pick-up": ["take"]}}, "door cannot be picked up"),
        ({"phrases": ["go to"]}, "must be a table"),
        ({"color": ["red"]}, r"unknown fields \['color'\]"),
        ({"phrases": {"go-to": ["go"], "escape-from": ["go "]}}, "same words"),
    ],
)
def test_bad_grammars(change, message):
    with pytest.raises(GrammarError, match=message):
        grammar_from_dict(OWN | change)


def test_a_path_may_start_at_the_root_of_the_project(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert load_grammar("data/grammars/natural.toml") == load_grammar("natural")


def test_a_missing_grammar_names_those_that_exist():
    with pytest.raises(GrammarError, match="there are natural, paper"):
        load_grammar("papper")


def test_a_file_that_is_no_grammar(tmp_path):
    path = tmp_path / "broken.toml"
    path.write_text("colors = [")
    with pytest.raises(GrammarError, match=r"broken\.toml is not a TOML file"):
        load_grammar(path)


def test_the_order_in_which_tasks_are_written_is_of_no_consequence():
    """A saved agent's grammar comes back from JSON with sorted keys; its words must keep their numbers."""
    grammar = load_grammar("paper")
    data = grammar.as_dict()
    data["phrases"] = dict(sorted(data["phrases"].items()))
    assert list(data["phrases"]) != list(grammar.phrases)
    again = grammar_from_dict(data)
    assert again.texts == grammar.texts and again.vocabulary == grammar.vocabulary
