"""A view in words: sentences worked out by hand, and a reader who finds in the view all that was said."""

import re
from collections import Counter
from random import Random

import numpy as np
import pytest
from minigrid.core.constants import COLOR_TO_IDX, OBJECT_TO_IDX

from lva.world import Level, World, load_grammar, make_demos
from lva.world.language import grammar_from_dict
from lva.world.rooms import TEXTS
from lva.world.telling.corpus import write_corpus
from lva.world.telling.describe import Thing, describe, find_things, find_wall, place
from lva.world.telling.pictures import take_pictures
from lva.world.telling.wording import NUMBERS, SCENE, Teller, Wording

GRAMMAR = load_grammar("natural")
DOORS = grammar_from_dict(
    {"name": "doors", "phrases": {"go-to": ["find"]}, "colors": ["red", "blue"], "kinds": ["ball", "door"]}
)
NAME = rf"(?:(?:{'|'.join(COLOR_TO_IDX)}) (?:{'|'.join(OBJECT_TO_IDX)})|wall)"
NUMBER, SIDE, UNIT = rf"(?:{'|'.join(NUMBERS[1:7])})", "(left|right)", "(?:steps?|cells?|paces?)"
AHEAD, ASIDE = (
    rf"({NUMBER})(?: {UNIT})?(?: straight)? (?:ahead|in front)",
    rf"({NUMBER})(?: {UNIT})?(?: on the)? {SIDE}",
)
# What each way of saying a place means, the longest first: (pattern, whether the groups hold at right, ahead).
PLACES = [
    (rf"{AHEAD} and {ASIDE}", lambda a, n, side, r, f: f == number(a) and r == sided(number(n), side)),
    (rf"{ASIDE} and {AHEAD}", lambda n, side, a, r, f: f == number(a) and r == sided(number(n), side)),
    (AHEAD, lambda a, r, f: (r, f) == (0, number(a))),
    (ASIDE, lambda n, side, r, f: (r, f) == (sided(number(n), side), 0)),
    (r"(?:right|directly) ahead|just in front", lambda r, f: (r, f) == (0, 1)),
    (r"straight ahead", lambda r, f: r == 0 and f > 1),
    (rf"ahead on the {SIDE}", lambda side, r, f: f > 0 and sided(r, side) > 0),
    (rf"on the {SIDE}", lambda side, r, f: sided(r, side) > 0),
    (r"in hand|in the hand|held", lambda r, f: (r, f) == (0, 0)),
]
PLACE = "|".join(pattern.replace("(left|right)", "(?:left|right)").replace("((?:", "(?:(?:") for pattern, _ in PLACES)
SAID = re.compile(rf"(?P<before>{PLACE}) (?:is|:) a (?P<one>{NAME})|a (?P<two>{NAME})(?: is| :)? (?P<after>{PLACE})\b")


def number(word):
    return NUMBERS.index(word)


def sided(steps, side):
    return steps if side == "right" else -steps


def holds(words, thing):
    """Whether the words for a place are true of a thing."""
    for pattern, true_of in PLACES:
        match = re.fullmatch(pattern, words)
        if match:
            return true_of(*match.groups(), thing.right, thing.ahead)
    raise AssertionError(f"nobody can read {words!r}")


def read(text):
    """Every thing named with its place: (name, words for the place)."""
    found = [(m["one"] or m["two"], m["before"] or m["after"]) for m in SAID.finditer(text)]
    assert len(found) == len(re.findall(rf"\ba {NAME}", text)), f"a thing without a place in {text!r}"
    return found


def assert_true(text, view):
    """All that the text names is in the view, where it says; no object is named twice."""
    things, said = find_things(view) + find_wall(view), read(text)
    for name, words in said:
        assert any(thing.name == name and holds(words, thing) for thing in things), (name, words, text)
    assert max(Counter(name for name, _ in said).values(), default=0) <= 1, text
    return said


def view_of(*things):
    """An empty view with (kind, color, right, ahead) in it."""
    view = np.zeros((7, 7, 3), np.uint8)
    view[..., 0] = OBJECT_TO_IDX["empty"]
    for kind, color, right, ahead in things:
        view[3 + right, 6 - ahead, :2] = OBJECT_TO_IDX[kind], COLOR_TO_IDX[color]
    return view


def plain_teller(**chosen):
    """One who knows a single way of saying anything: the first, or the one asked for."""
    ways = {what: ways[:1] for what, ways in Wording(GRAMMAR).ways.items()}
    ways |= {what: (SCENE[what][i],) for what, i in chosen.items()}
    return Teller(ways, Random(0), "you", "step", "steps")


@pytest.mark.parametrize(
    ("right", "ahead", "words"),
    [
        (0, 1, "right ahead"),
        (0, 3, "three steps ahead"),
        (-1, 0, "one step left"),
        (3, 0, "three steps right"),
        (-1, 2, "two steps ahead and one left"),
        (2, 1, "one step ahead and two right"),
        (0, 0, "in hand"),
    ],
)
def test_places_worked_out_by_hand(right, ahead, words):
    assert place(Thing("red ball", right, ahead), plain_teller()) == words
    (thing,) = find_things(view_of(("ball", "red", right, ahead)))
    assert thing == ("red ball", right, ahead) and holds(words, thing)


def test_sentences_worked_out_by_hand(monkeypatch):
    monkeypatch.setattr("lva.world.telling.describe.ALL", 1)
    monkeypatch.setattr("lva.world.telling.describe.WALLS", 0)
    view = view_of(("ball", "red", -1, 2), ("key", "grey", 1, 0), ("wall", "grey", 0, 4), ("goal", "green", 2, 2))
    ball, key = "a red ball two steps ahead and one left", "a grey key one step right"
    assert describe(view_of(("wall", "grey", 0, 4)), plain_teller()) == "nothing is in view"
    monkeypatch.setattr("lva.world.telling.describe.CLAUSES", 0)
    assert describe(view, plain_teller()) in (f"there is {ball} and {key}", f"there is {key} and {ball}")
    assert describe(view, plain_teller(list=2), most=1, target="grey key") == f"you see {key}"
    monkeypatch.setattr("lva.world.telling.describe.CLAUSES", 1)
    clauses = "two steps ahead and one left is a red ball", "one step right is a grey key"
    assert describe(view, plain_teller(clause=1)) in (" , ".join(clauses), " , ".join(clauses[::-1]))
    monkeypatch.setattr("lva.world.telling.describe.WALLS", 1)
    assert describe(view_of(("wall", "grey", 0, 4)), plain_teller(clause=0)) == "a wall is four steps ahead"


def test_the_reader_notices_a_lie():
    view = view_of(("ball", "red", -1, 2))
    assert assert_true("i see a red ball two steps ahead and one left", view)
    for lie in ("two steps ahead and one right", "one step ahead", "two steps left", "on the right", "straight ahead"):
        with pytest.raises(AssertionError):
            assert_true(f"i see a red ball {lie}", view)
    with pytest.raises(AssertionError):
        assert_true("i see a blue ball on the left", view)


@pytest.mark.parametrize(("grammar", "level"), [(GRAMMAR, Level()), (DOORS, Level(doors=2)), (GRAMMAR, Level(size=19))])
def test_scenes_are_true_whole_or_in_part(grammar, level):
    views = World.reset(grammar.instructions * (2400 // len(grammar.instructions)), 5, level).observe()
    wording, ways, whole = Wording(grammar), set(), []
    for i, view in enumerate(views):
        said, things = assert_true(describe(view, wording.teller(Random(i))), view), find_things(view)
        ways |= {re.sub(rf"\b{NUMBER}\b", "n", words) for _, words in said}
        if things:
            named = sum(name != "wall" for name, _ in said)
            assert named > 0
            whole += [named == len(things)] if len(things) > 1 else []
    assert len(ways) > 60 and 0.55 < np.mean(whole) < 0.85


@pytest.mark.parametrize("corpus", ["narrated", "described"])
@pytest.mark.parametrize(("grammar", "level"), [(GRAMMAR, None), (DOORS, Level(doors=2))])
def test_captions_are_true_of_their_pictures(grammar, level, corpus):
    pictures, held = take_pictures(grammar, 1500, corpus, seed=2, level=level), 0
    for view, caption in zip(pictures.views, pictures.captions):
        said = assert_true(caption, view)
        held += any(holds(words, Thing("", 0, 0)) for _, words in said)
        asked = [i for i in grammar.instructions if i.text in caption]
        if asked:
            assert f"{asked[0].color} {asked[0].kind}" in [name for name, _ in said]
    assert (held > 0) == (corpus == "narrated" and grammar is GRAMMAR)  # nobody picks up a door


def test_described_texts_are_true_of_their_rooms():
    views = make_demos(GRAMMAR, 1000, TEXTS.demo_seed(4)).world().observe()
    for view, text in zip(views, write_corpus(GRAMMAR, 1000, "described", seed=4)):
        assert_true(text, view)
