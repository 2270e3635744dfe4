"""How the study says an instruction, by hand."""

import pytest

from lva.studies.prefix.orders import FIRST, OBJECT_FIRST, ONE_WORD, ORDERS, TWICE, Sentence, one_word_each, say
from lva.world import load_grammar

PAPER, NATURAL = load_grammar("paper"), load_grammar("natural")
AT = PAPER.texts.index("pick up red ball")


@pytest.mark.parametrize(
    ("order", "text", "read"),
    [
        (FIRST, "pick up red ball", "pick up red ball"),
        (OBJECT_FIRST, "red ball pick up", "red ball pick up"),
        ("phrase in the middle", "red pick up ball", "red pick up ball"),
        ("object three times", "pick up red ball red ball red ball", "pick up red ball red ball red ball"),
        ("object first, phrase three times", "red ball pick up pick up pick up", "red ball pick up pick up pick up"),
        (TWICE, "pick up red ball pick up red ball", "pick up red ball"),
        ("said twice, object first", "red ball pick up red ball pick up", "red ball pick up"),
    ],
)
def test_by_hand(order, text, read):
    sentence = say(PAPER, order)[AT]
    assert sentence.text == text
    assert " ".join(sentence.read) == read
    assert sentence.text[sentence.unread :].strip() == read


def test_the_article_goes_with_the_colour():
    assert say(NATURAL, OBJECT_FIRST)[0].text == "the red ball go to"


@pytest.mark.parametrize("order", ORDERS)
def test_no_two_instructions_sound_alike(order):
    assert len({sentence.text for sentence in say(PAPER, order)}) == len(PAPER.texts)


def test_a_prefix_begins_with_the_first_word_that_is_said():
    sentence = Sentence(("go", "to", "go", "to"), start=2)
    assert sentence.prefixes == (("go", "to", "go"), ("go", "to", "go", "to"))


def test_one_word_stands_for_each_phrase():
    chosen = one_word_each(["pick up", "pick", "go to", "run to", "run from"])
    assert chosen["pick"] == "pick" and chosen["pick up"] == "up"
    assert len(set(chosen.values())) == 5
    assert all(word in phrase.split() for phrase, word in chosen.items())
    assert len({sentence.words[0] for sentence in say(PAPER, ONE_WORD)}) == 6


def test_too_few_words_are_an_error():
    with pytest.raises(ValueError, match="no word is left to stand for"):
        one_word_each(["go to", "to go", "go"])
