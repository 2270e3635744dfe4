"""The browser without a browser: what its controls do, and its static twin."""

import base64
import io
import re
from dataclasses import replace
from html import unescape

import numpy as np
import pytest
from matplotlib import pyplot as plt
from PIL import Image

from lva.agent import AgentConfig, agent_policy, evaluate, new_agent
from lva.alignment import precision_at_k
from lva.figures.browser.markup import style_sheet
from lva.figures.browser.neighbour_grid import neighbour_grid
from lva.figures.browser.neighbours import nearest
from lva.figures.browser.widget import Browser, Reader, spelled
from lva.models import ReferenceUnavailable
from lva.world import GrammarError, Level, load_grammar, rollout

GRAMMAR, LEVEL = load_grammar("paper"), Level(max_steps=16)
WORDS = np.array([[word in text.split() for word in GRAMMAR.vocabulary] for text in GRAMMAR.texts], float)
rng = np.random.default_rng(0)
VECTORS = rng.normal(size=(16, 24))
SPACES = {"words": WORDS, "sums": WORDS @ VECTORS, "chance": rng.normal(size=(108, 24))}
EMBED = {
    "words": lambda text: np.array([word in text.split() for word in GRAMMAR.vocabulary], float),
    "sums": lambda text: np.array([word in text.split() for word in GRAMMAR.vocabulary], float) @ VECTORS,
}
AGENT = new_agent(AgentConfig(width=8, blocks=1)).eval()
AGENT.actions[1].bias.data[0] = 100  # turns and turns, so that every frame differs from the last


def choose(browser, *names):
    for name, box in browser.chosen.items():
        box.value = name in names


@pytest.fixture
def browser():
    return Browser(GRAMMAR, SPACES, embed=EMBED)


@pytest.fixture(scope="module")
def filmed():
    return Browser(GRAMMAR, SPACES, agent=AGENT, level=LEVEL, seed=3)


def columns(browser):
    """What is shown: space -> rows and shared rows of its list."""
    found = {}
    for part in browser.results.value.split("<section")[1:]:
        rows = re.findall(r'<tr data-i="(\d+)" class="(\w*)"', part)
        name = unescape(re.search("<h4>(.*?)</h4>", part)[1])
        found[name] = [int(i) for i, _ in rows], {int(i) for i, mark in rows if mark == "shared"}
    return found


def test_the_first_instruction_and_the_first_two_spaces_are_shown(browser):
    shown, item = columns(browser), 0
    expected = {name: nearest(SPACES[name], item, 15).items.tolist() for name in ("words", "sums")}
    assert {name: rows for name, (rows, _) in shown.items()} == expected
    common = set(expected["words"]) & set(expected["sums"])
    assert all(marked == common for _, marked in shown.values())
    assert "<h3>“go to red ball”</h3>" in browser.summary.value
    assert f"<b>{len(common)} of 15 neighbours are in both lists</b>" in browser.summary.value
    assert browser.results.value.count('class="map"') == 2


def test_another_instruction_is_followed(browser):
    before = browser.results.value
    browser.instruction.value = "  run From  GREY key "
    item = GRAMMAR.texts.index("run from grey key")
    assert columns(browser)["sums"][0] == nearest(SPACES["sums"], item, 15).items.tolist()
    assert "“run from grey key”" in browser.summary.value and browser.text == "run from grey key"
    assert browser.instruction.value == "", "an empty field offers every instruction"
    browser.instruction.value = GRAMMAR.texts[0]
    assert browser.results.value == before


def test_k_and_the_spaces_are_followed(browser):
    browser.k.value = 4
    choose(browser, "words", "sums", "chance")
    shown = columns(browser)
    assert list(shown) == ["words", "sums", "chance"]
    assert all(rows == nearest(SPACES[name], 0, 4).items.tolist() for name, (rows, _) in shown.items())
    assert "in all 3 lists" in browser.summary.value
    choose(browser, "chance")
    assert columns(browser)["chance"] == (nearest(SPACES["chance"], 0, 4).items.tolist(), set())
    assert "choose two or more spaces" in browser.summary.value


def test_many_spaces_show_the_overlap_of_every_two(browser):
    choose(browser, "words", "sums")
    assert '<table class="pairs"' not in browser.results.value
    choose(browser, *SPACES)
    table = re.search('<table class="pairs">.*?</table>', browser.results.value)[0]
    shown = [float(share) for share in re.findall(r">(\d\.\d\d)<", table)]
    pairs = [("words", "sums"), ("words", "chance"), ("sums", "chance")]
    expected = [precision_at_k(SPACES[a], SPACES[b], 15, per_item=True)[0] for a, b in pairs]
    assert shown == pytest.approx(expected, abs=0.005)
    assert "by chance 0.14" in browser.summary.value


def test_a_neighbour_is_gone_to(browser):
    browser.go_to.value = "40"
    assert browser.text == GRAMMAR.texts[40] and f"“{GRAMMAR.texts[40]}”" in browser.summary.value
    assert browser.go_to.value == "", "or going there a second time would be no change"


def test_a_list_is_one_tab_stop_with_named_columns(browser):
    for part in browser.results.value.split("<section")[1:]:
        assert re.findall(r'<button type="button" tabindex="(-?\d)"', part) == ["0"] + 14 * ["-1"]
        assert re.findall(r'<th scope="col".*?>(\w+)</th>', part) == ["rank", "instruction", "cosine"]


def test_a_new_sentence_is_embedded_where_that_is_possible(browser):
    choose(browser, "words", "sums", "chance")
    browser.instruction.value = "ball red to go"
    shown = columns(browser)
    assert shown["words"][0][0] == shown["sums"][0][0] == 0  # the same words, so the same place as "go to red ball"
    assert shown["chance"] == ([], set()) and "No place for new sentences" in browser.results.value
    assert "in both lists" in browser.summary.value and "by chance 0.14" in browser.summary.value


def test_the_cross_of_a_new_sentence_lies_on_its_words(browser):
    browser.k.value = 1
    browser.instruction.value = "ball red to go"
    assert columns(browser)["words"] == ([0], {0})
    cross = re.findall(r'class="here" transform="translate(\(.*?\))"', browser.results.value)
    own = re.findall(r'data-i="0" class="shared" transform="translate(\(.*?\))"', browser.results.value)
    assert np.allclose([eval(c) for c in cross], [eval(o) for o in own], atol=0.11)


@pytest.mark.parametrize("text", ["go to crimson ball", "go to red ball box key"])
def test_what_the_grammar_refuses_is_said_beside_the_field_and_wipes_nothing(browser, text):
    with pytest.raises(GrammarError) as refused:
        GRAMMAR.encode(text)
    before = browser.summary.value, browser.results.value, browser.film.value
    browser.instruction.value = text
    assert unescape(re.search("<p.*?>(.*)</p>", browser.problem.value)[1]) == str(refused.value)
    assert 'role="alert"' in browser.problem.value
    assert (browser.summary.value, browser.results.value, browser.film.value) == before
    assert browser.instruction.value == text, "to be mended"
    browser.k.value = 3
    assert all(len(rows) == 3 for rows, _ in columns(browser).values()) and browser.text == "go to red ball"
    browser.instruction.value = "pick blue key"
    assert browser.problem.value == "" and browser.text == "pick blue key"


def hear_crimson(text):
    """Words, of which it knows one more than the grammar."""
    return EMBED["words"](text.replace("crimson", "red").replace("?", ""))


def test_a_sentence_of_other_words_is_heard_by_a_space_that_reads_them(filmed):
    browser = Browser(GRAMMAR, SPACES, embed=EMBED | {"words": Reader(hear_crimson)}, agent=AGENT, level=LEVEL, seed=3)
    assert "Other words are heard by words" in browser.controls.children[2].value
    browser.instruction.value = "would you go to crimson ball?"
    shown = columns(browser)
    assert shown["words"][0][0] == 0 and shown["sums"] == ([], set())
    assert "No place for it: unknown word" in browser.results.value and browser.problem.value == ""
    nearest_other = np.mean([nearest(WORDS, i, 1).similarities[0] for i in range(108)])
    said = f"words hears “go to red ball”, cosine 1.00; the nearest of an instruction is at {nearest_other:.2f}."
    assert said in browser.film.value and filmed.film.value in browser.film.value
    choose(browser, "sums", "chance")
    browser.instruction.value = "pick up crimson key"
    assert "words hears “pick up red key”" in browser.film.value and not any(
        rows for rows, _ in columns(browser).values()
    )


def test_a_reader_that_cannot_be_had_says_why():
    def silent(text):
        raise ReferenceUnavailable("the hub is silent")

    browser = Browser(GRAMMAR, SPACES, embed={"words": Reader(silent)})
    browser.instruction.value = "go to crimson ball"
    assert "the hub is silent" in browser.film.value and columns(browser) == {"words": ([], set()), "sums": ([], set())}


def test_an_emptied_field_changes_nothing(browser):
    browser.instruction.value = "pick blue key"
    before = browser.results.value
    browser.instruction.value = "   "
    assert browser.results.value == before and browser.problem.value == ""


def test_words_are_spelled_as_the_grammar_spells_them():
    grammar = replace(GRAMMAR, phrases={"go-to": ("Go To",)})
    assert spelled(" GO to  red BALL", grammar) == "Go To red ball"
    assert spelled("go to Crimson ball", grammar) == "Go To Crimson ball"


def test_an_embedder_that_fails_is_seen():
    def embed(text):
        return WORDS[0] if text == GRAMMAR.texts[0] else 1 / 0

    browser = Browser(GRAMMAR, SPACES, embed={"words": embed})
    with pytest.raises(ZeroDivisionError):
        browser.instruction.value = "go red ball"
    assert "ZeroDivisionError: division by zero" in browser.problem.value


@pytest.mark.parametrize(("name", "other"), [("sums", "words"), ("chance", "sums")])
def test_an_embedder_of_another_model_is_refused_at_its_first_sentence(name, other):
    browser = Browser(GRAMMAR, SPACES, embed={name: EMBED[other]})
    choose(browser, name)
    with pytest.raises(ValueError, match=f"embed\\['{name}'\\] puts 'go to red ball' elsewhere"):
        browser.instruction.value = "go red ball"


def test_a_model_that_cannot_be_had_leaves_the_others_and_says_why():
    asked = []

    def embed(text):
        asked.append(text)
        raise ReferenceUnavailable("the hub is silent")

    browser = Browser(GRAMMAR, SPACES, embed=EMBED | {"chance": embed})
    choose(browser, "words", "chance")
    assert not asked and columns(browser)["chance"][0]
    browser.instruction.value = "ball red to go"
    assert columns(browser)["words"][0][0] == 0 and columns(browser)["chance"] == ([], set())
    assert "No place for new sentences: the hub is silent" in browser.results.value


def test_names_and_sentences_cannot_write_html():
    browser = Browser(GRAMMAR, {"<b>": WORDS, "&": WORDS})
    assert list(columns(browser)) == ["<b>", "&"] and "<h4><b>" not in browser.results.value
    browser.instruction.value = "<script> ball"
    shown = browser.summary.value + browser.results.value + browser.problem.value
    assert "<script>" not in shown and "&lt;script&gt;" in shown


@pytest.mark.parametrize("what", ["tr", "path", "text"])
def test_pointing_at_an_item_lights_up_its_rows_signs_and_names(what):
    style = style_sheet(108)
    assert all(f'[data-i="{i}"]:is(:hover, :focus-within)) {what}[data-i="{i}"]' in style for i in range(108))


def test_the_film_is_the_rollout(filmed):
    world = evaluate(AGENT, 1, seed=3, level=LEVEL, decodings=()).world
    lived = rollout(world, agent_policy(AGENT))
    for item in (0, 40, 107):
        filmed.instruction.value = GRAMMAR.texts[item]
        gif = base64.b64decode(re.search('base64,(.*?)"', filmed.film.value)[1])
        with Image.open(io.BytesIO(gif)) as film:
            assert film.format == "GIF" and film.n_frames == lived.lengths[item] + 1
        verdict = "done in" if lived.success[item] else "not done within"
        assert f"The agent, “{GRAMMAR.texts[item]}”: {verdict} {lived.lengths[item]} actions" in filmed.film.value


def test_where_there_is_no_film_a_line_says_why(browser, filmed):
    assert "opened without an agent" in browser.film.value
    filmed.instruction.value = "go red ball"
    assert "only the 108 instructions" in filmed.film.value


STRANGER = new_agent(AgentConfig(grammar=load_grammar("natural").as_dict(), width=8, blocks=1))


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"agent": STRANGER}, "the agent is of Grammar\\('natural'"),
        ({"embed": {"sum": EMBED["sums"]}}, "embed has 'sum', which is none of the spaces 'words'"),
    ],
)
def test_what_does_not_belong_together_is_refused(given, message):
    with pytest.raises(ValueError, match=message):
        Browser(GRAMMAR, SPACES, **given)


def test_it_can_be_displayed(browser):
    data = browser._repr_mimebundle_()
    assert data["application/vnd.jupyter.widget-view+json"]["model_id"] == browser.box.model_id


def test_the_grid_on_paper_shows_the_same():
    figure = neighbour_grid(GRAMMAR, SPACES, "pick up blue box", k=5)
    item = GRAMMAR.texts.index("pick up blue box")
    lists = [nearest(x, item, 5).items.tolist() for x in SPACES.values()]
    common = set.intersection(*map(set, lists))
    for axis, items in zip(figure.axes[3:], lists):
        texts = [text for text in axis.texts if text.get_text() in GRAMMAR.texts]
        assert [text.get_text() for text in texts] == [GRAMMAR.texts[i] for i in items]
        assert [text.get_weight() == "bold" for text in texts] == [i in common for i in items]
    assert figure.get_suptitle().startswith(f"“pick up blue box”: {len(common)} of 5")
    plt.close("all")
    with pytest.raises(GrammarError, match="the nearest is"):
        neighbour_grid(GRAMMAR, SPACES, "go red ball")
