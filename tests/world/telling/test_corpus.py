"""The texts: instructions in equal shares, synonyms told alike, deeds told as done, rooms of one's own."""

import re
from collections import Counter
from random import Random

import numpy as np
import pytest

from lva.world import TASKS, GrammarError, Level, World, load_grammar, make_demos
from lva.world.kernels.codes import TRIPLE
from lva.world.kernels.dynamics import AHEAD, DONE, LEFT, PICKUP, RIGHT
from lva.world.language import grammar_from_dict
from lva.world.rooms import EVALUATION, PICTURES, TEXTS
from lva.world.telling.corpus import (
    CORPORA,
    MOST,
    deal_phrases,
    narrate,
    write_corpus,
)
from lva.world.telling.narrate import replay, tell_actions
from lva.world.telling.pictures import take_pictures
from lva.world.telling.wording import ARTICLES, ASKING, DOING, NUMBERS, OUTCOME, SCENE, SIDES, WAYS, Wording
from lva.world.world import goal_code

GRAMMARS = {name: load_grammar(name) for name in ("paper", "natural")}
PAPER = GRAMMARS["paper"]
DOORS = grammar_from_dict(
    {
        "name": "doors",
        "phrases": {"go-to": ["walk to", "find"], "escape-from": ["leave"]},
        "colors": ["red", "blue", "green"],
        "kinds": ["ball", "door"],
    }
)
WORD_OR_MARK = r"(?:[a-z]+|[.,:])"


@pytest.fixture(scope="module", params=["paper", "natural"])
def grammar(request):
    return GRAMMARS[request.param]


@pytest.fixture(scope="module")
def texts(grammar):
    return {corpus: write_corpus(grammar, 12 * 108, corpus, seed=1) for corpus in CORPORA}


@pytest.fixture(scope="module")
def episodes(grammar):
    """The very episodes that the texts tell."""
    return list(replay(make_demos(grammar, 12 * 108, TEXTS.demo_seed(1))))


def words_of(ways):
    """Every word of some ways of saying things, the gaps left out."""
    return {word for many in ways.values() for way in many for word in way.split() if re.fullmatch("[a-z]+", word)}


@pytest.mark.parametrize("corpus", CORPORA)
def test_texts_are_plain_words(texts, corpus):
    for text in texts[corpus]:
        assert re.fullmatch(rf"{WORD_OR_MARK}(?: {WORD_OR_MARK})* \.", text), text
        assert not re.search(r"[.,:] [.,:]", text), text


@pytest.mark.parametrize("corpus", CORPORA)
def test_every_instruction_is_in_equally_many_texts(grammar, texts, corpus):
    for instruction in grammar.texts:
        assert sum(f" {instruction} ." in f" {text}" for text in texts[corpus]) == 12
    wordings = [next((text.count(i) for i in grammar.texts if i in text), 0) for text in texts[corpus]]
    assert set(wordings) == {1}


@pytest.mark.parametrize("corpus", CORPORA)
def test_no_word_of_a_phrase_is_said_but_in_instructions(grammar, texts, corpus):
    phrases = {word for instruction in grammar.instructions for word in instruction.phrase.split()} - ARTICLES
    for text in texts[corpus]:
        (asked,) = [instruction for instruction in grammar.texts if instruction in text]
        assert phrases.isdisjoint(text.replace(asked, "").split()), text
    assert Wording(grammar).ways == WAYS  # nothing had to be left out


def test_synonyms_are_told_in_the_same_words(grammar, episodes):
    wording, number = Wording(grammar), 0
    for i, episode in enumerate(episodes[:432]):
        one = episode.instruction
        for other in grammar.instructions:
            same = (other.task, other.color, other.kind) == (one.task, one.color, one.kind)
            if same and other != one:
                a = narrate(episode, wording.teller(Random(i)))
                b = narrate(episode._replace(instruction=other), wording.teller(Random(i)))
                assert b == a.replace(one.text, other.text) != a
                number += 1
    assert number == 432


def test_synonyms_get_the_same_words_on_average():
    """Over many texts the words around two synonyms differ as little as chance has it."""
    from scipy.stats import chi2_contingency

    texts = write_corpus(PAPER, 108 * 60, seed=3)
    for synonyms in PAPER.phrases.values():
        counts = [Counter(), Counter()]
        for i, text in enumerate(texts):
            phrase = PAPER.instructions[i % 108].phrase
            if phrase in synonyms:  # texts that have the word: words within one are not independent
                counts[synonyms.index(phrase)].update(set(text.replace(PAPER.texts[i % 108], "").split()))
        for word in ("turn", "take", "walk", "hold", "face", "far", "stand", "three", "ahead", "nothing"):
            n = [60 * 18, 60 * 18]
            table = np.array([[c[word], m - c[word]] for c, m in zip(counts, n)]) + 0.5
            assert chi2_contingency(table).pvalue > 1e-4, (synonyms, word)


def test_tasks_are_told_in_different_words():
    """The contrast to the test above: what is done tells the tasks apart."""
    texts, tasks = write_corpus(PAPER, 108 * 10), [i.task for i in PAPER.instructions] * 10
    share = {task: np.mean([" far " in t for t, of in zip(texts, tasks) if of == task]) for task in TASKS}
    assert share["escape-from"] > 0.3 and share["go-to"] == share["pick-up"] == 0


@pytest.mark.parametrize("name", GRAMMARS)
def test_described_texts_tell_no_deed_and_no_outcome(name):
    forbidden = words_of(DOING | OUTCOME) - words_of(SCENE | ASKING) - {*SIDES}
    assert {"turn", "walk", "take", "hold", "far", "now", "then"} <= forbidden
    described = [*write_corpus(GRAMMARS[name], 3000, "described")]
    described += take_pictures(GRAMMARS[name], 1500, "described").captions
    assert all(forbidden.isdisjoint(text.split()) for text in described)


def test_described_phrases_tell_nothing_of_their_rooms():
    """Each phrase meets the rooms of each phrase equally often, always about the same thing."""
    made = np.arange(108 * 12) % 108
    said = deal_phrases(PAPER, made)
    np.testing.assert_array_equal(np.bincount(said), 12)
    assert set(Counter(zip(said.tolist(), (made // 18).tolist())).values()) == {2}
    assert all(PAPER.instructions[a].kind == PAPER.instructions[b].kind for a, b in zip(made, said))
    assert all(PAPER.instructions[a].color == PAPER.instructions[b].color for a, b in zip(made, said))
    texts = write_corpus(PAPER, 108 * 12, "described")
    assert all(PAPER.texts[i] in text for i, text in zip(said, texts))


def act_out(told):
    """The actions that a text tells; turning around is either way, here as -1."""
    actions = []
    for clause in re.split(r" , then | and then | , | and ", told):
        steps = re.search(rf"({'|'.join(reversed(NUMBERS))}) (?:step|cell|pace)s?", clause)
        if re.search(r"(turn|rotate|face) left", clause):
            actions += [LEFT]
        elif re.search(r"(turn|rotate|face) right", clause):
            actions += [RIGHT]
        elif re.search(r"turn around|turn back|face about", clause):
            actions += [-1, -1]
        elif re.search(r"walk|move|advance", clause):
            actions += [AHEAD] * NUMBERS.index(steps[1])
        else:
            actions += [PICKUP if re.search(r"take|lift|collect", clause) else DONE]
    return actions


def test_what_is_told_is_what_was_done(grammar, episodes):
    wording = Wording(grammar)
    for i, episode in enumerate(episodes):
        told = tell_actions(episode.actions, episode.target, wording.teller(Random(i)))
        understood = act_out(told)
        assert len(understood) == len(episode.actions), told
        assert all(a == b or (a == -1 and b in (LEFT, RIGHT)) for a, b in zip(understood, episode.actions)), told
        first = act_out(tell_actions(episode.actions, episode.target, wording.teller(Random(i)), runs=1))
        assert len(first) == next((t for t, a in enumerate(episode.actions) if a != episode.actions[0]), len(first))
        assert first == understood[: len(first)]


def test_what_came_of_it_is_so(episodes, texts):
    """The last view of each episode, and the words of its text."""
    for episode, text in zip(episodes, texts["narrated"]):
        kind, color, _ = TRIPLE[goal_code(episode.instruction)]
        is_target = (episode.views[-1, ..., 0] == kind) & (episode.views[-1, ..., 1] == color)
        if episode.instruction.task == "go-to":
            assert is_target[3, 5]
        elif episode.instruction.task == "pick-up":
            assert is_target[3, 6]
        else:
            i, j = np.nonzero(is_target)
            assert (abs(i - 3) + 6 - j >= 5).all()
        others = [way for task in TASKS for way in OUTCOME[task] if task != episode.instruction.task]
        said = [way.split("}")[1] for way in others if "{unit" not in way and way.startswith("{target}")]
        assert not any(f"the {episode.target}{words}" in text for words in said)


def test_a_text_has_its_parts(grammar, episodes, texts):
    """A tenth of the texts lack the actions, a tenth the outcome, none both; the instruction stands anywhere."""
    deed = r"\b(turn|rotate|walk|move|advance|take|lift|collect)\b|\bface (left|right|about)"
    acted = np.array([bool(re.search(deed, text)) for text in texts["narrated"]])
    end = r"the {0} is |\b(face|before|hold|have|carry) the {0}"
    ended = np.array([bool(re.search(end.format(e.target), t)) for e, t in zip(episodes, texts["narrated"])])
    assert (acted | ended).all()
    assert 0.05 < 1 - acted.mean() < 0.15 and 0.05 < 1 - ended.mean() < 0.15
    opens = np.mean([text.startswith(grammar.texts) for text in texts["narrated"]])
    closes = np.mean([text[:-2].endswith(grammar.texts) for text in texts["narrated"]])
    assert 0.1 < opens < 0.3 and 0.1 < closes < 0.3


def test_no_step_is_told_where_none_was_made():
    """An agent may start in front of the door that it shall find; the expert then bumps into it."""
    level = Level(doors=3, start="near")
    demos = make_demos(DOORS, 3000, TEXTS.demo_seed(0), level=level)
    barred = [(i, e) for i, e in enumerate(replay(demos)) if DONE in e.actions]
    assert 0 < len(barred) < 300 and all(list(e.actions) == [DONE] for _, e in barred)
    texts = write_corpus(DOORS, 3000, level=level)
    for i, episode in barred:
        assert demos.actions[demos.offsets[i]] == AHEAD
        np.testing.assert_array_equal(episode.views[0], episode.views[1])
        assert not re.search("walk [^t]|advance", texts[i])
    assert any(re.search("wait|stand still|stay put", texts[i]) for i, _ in barred)


@pytest.mark.parametrize("corpus", CORPORA)
def test_a_grammar_of_ones_own(corpus):
    """`walk to` takes a word away, and doors are objects like others."""
    texts = write_corpus(DOORS, 600, corpus, level=Level(doors=2))
    assert any("a red door" in text for text in texts)
    assert all(text.count("walk") == text.count("walk to") for text in texts)
    with pytest.raises(ValueError, match="doors"):
        write_corpus(DOORS, 10, corpus)


def test_a_grammar_that_leaves_no_words():
    def named(*phrases):
        return grammar_from_dict({"phrases": {"go-to": list(phrases)}, "colors": ["red"], "kinds": ["ball"]})

    assert Wording(named("Take a walk")).ways["take"] == ("lift {target}", "collect {target}")
    with pytest.raises(GrammarError, match=r"leave no way of saying 'take'.*lift {target}.*change the phrase"):
        write_corpus(named("take", "lift", "collect"), 5)
    with pytest.raises(GrammarError, match="no way of saying 'left'"):
        write_corpus(named("turn left at"), 5)


@pytest.mark.parametrize("corpus", CORPORA)
def test_the_same_seed_gives_the_same_texts(texts, corpus, grammar):
    assert write_corpus(grammar, 300, corpus, seed=1) == texts[corpus][:300]
    assert len(set(texts[corpus]) & set(write_corpus(grammar, 1296, corpus, seed=2))) < 30  # `nothing is in view`


def test_no_room_is_met_twice(monkeypatch):
    """Texts, pictures, the agent's demonstrations and its evaluations are all made from seeds of their own."""
    build, drawn = World.build.__func__, set()

    def record(cls, task, goal, seeds, *rest):
        drawn.update(seeds.tolist())
        return build(cls, task, goal, seeds, *rest)

    monkeypatch.setattr(World, "build", classmethod(record))
    met = set()
    for make in (write_corpus, take_pictures, make_demos, held_out_rooms):
        for seed in (0, 1, 255) if make is make_demos else (0, 1, 255, TEXTS.seeds - 1):
            drawn.clear()
            make(PAPER, 300, seed=seed)
            assert len(drawn) >= 300 and met.isdisjoint(drawn)
            met |= drawn


def held_out_rooms(grammar, n, seed):
    """The rooms of `lva.agent.evaluate`."""
    World.reset(grammar.instructions[:1] * n, EVALUATION.numbers(seed, n))


def test_no_room_of_the_largest_sets_is_met_twice():
    assert MOST * 128 < TEXTS.block == PICTURES.block


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"corpus": "sung"}, "corpus='sung' is unknown; choose one of narrated, described"),
        ({"documents": 0}, "0 texts or pictures of a seed cannot be had; ask for 1 to"),
        ({"seed": -1}, "seed=-1 must be from 0"),
        ({"seed": 1 << 20}, "seed=1048576 must be from 0 and below 1048576"),
    ],
)
def test_bad_requests(arguments, message):
    with pytest.raises(ValueError, match=message):
        write_corpus(PAPER, **({"documents": 5} | arguments))
