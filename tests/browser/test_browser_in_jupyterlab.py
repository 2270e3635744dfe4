"""The browser in JupyterLab, used as a person would: read, typed into, stepped through, pointed at.

The tests build on one another: they are one visit to one page, in this order.
"""

import re

import nbformat
import pytest

expect = pytest.importorskip("playwright.sync_api", reason="playwright is missing; pip install 'lva[test]'").expect
expect.set_options(timeout=30_000)  # milliseconds: other tests may keep the cores
SPACES = """
import numpy as np
from lva.agent import AgentConfig, new_agent
from lva.figures.browser.widget import Browser
from lva.world import Level, load_grammar

grammar, random = load_grammar("paper"), np.random.default_rng(0)
words = np.array([[word in text.split() for word in grammar.vocabulary] for text in grammar.texts], float)
agent = new_agent(AgentConfig(width=8, blocks=1, word_init="random")).eval()
spaces = {"bag of words": words, "summed vectors": words @ random.normal(size=(16, 32))}
spaces |= {"agent": agent.language_embedding(grammar.texts), "chance": random.normal(size=(108, 32))}
embed = {"agent": lambda text: agent.language_embedding([text])[0]}
"""
BROWSER = "Browser(grammar, spaces, embed=embed, agent=agent, level=Level(max_steps=16))"
KERNEL = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
LANGUAGE = {"language_info": {"name": "python"}}


BROKEN = [
    "import os, ipywidgets\nos.write(2, b'ERROR in the log\\n');",
    "from IPython.display import Javascript\nJavascript('console.error(\"in the console\")')",
    "box = ipywidgets.Text(description='text')\nbox.observe(lambda change: {}['in a callback'], 'value')\nbox",
    "raise KeyError('in a cell')",
]


@pytest.fixture(scope="module")
def lab(jupyterlab, tmp_path_factory):
    """JupyterLab with two notebooks: the browser in one, and in the other all that may go wrong."""
    folder = tmp_path_factory.mktemp("notebooks")
    for name, sources in {"browser": [SPACES.strip(), BROWSER], "broken": BROKEN}.items():
        cells = [nbformat.v4.new_code_cell(source) for source in sources]
        nbformat.write(nbformat.v4.new_notebook(cells=cells, metadata=KERNEL | LANGUAGE), folder / f"{name}.ipynb")
    return jupyterlab(folder)


@pytest.fixture(scope="module")
def notebook(lab):
    """The notebook with the browser, run to its end."""
    opened = lab.open("browser.ipynb")
    opened.run_all()
    return opened


@pytest.fixture
def browser(notebook):
    """The browser on the page."""
    return notebook.page.locator(".lva-browser")


def rows(browser, space):
    return browser.locator(".column", has=browser.page.get_by_role("heading", name=space)).locator("tr")


def type_instruction(browser, text):
    browser.get_by_label("instruction").fill(text)
    browser.get_by_label("instruction").press("Enter")


def cross(browser):
    return browser.locator(".map path.here").first.get_attribute("transform")


def test_it_opens_with_two_lists_two_maps_and_a_film(browser):
    expect(browser.locator("h4")).to_have_text(["bag of words", "summed vectors"])
    expect(browser.locator(".summary")).to_contain_text(
        re.compile(r"“go to red ball”: \d+ of 15 neighbours are in both")
    )
    expect(rows(browser, "bag of words")).to_have_count(15)
    expect(rows(browser, "bag of words").first).to_contain_text(re.compile(r"=1.*go to red box.*0\.75"))
    expect(browser.locator(".map [d][data-i]")).to_have_count(2 * 108)
    expect(browser.locator("img")).to_have_attribute("alt", re.compile("“go to red ball”: not done within 16 actions"))
    assert browser.locator("img").evaluate("image => image.complete && image.naturalWidth") == 248


def test_typing_an_instruction_changes_lists_map_and_film(browser):
    before = rows(browser, "summed vectors").all_inner_texts(), cross(browser)
    type_instruction(browser, "pick up green key")
    expect(browser.locator(".summary")).to_contain_text("“pick up green key”")
    expect(rows(browser, "bag of words").first).to_contain_text("pick green key")
    expect(browser.locator("img")).to_have_attribute("alt", re.compile("“pick up green key”"))
    after = rows(browser, "summed vectors").all_inner_texts(), cross(browser)
    assert all(old != new for old, new in zip(before, after))


def test_the_keyboard_alone_reaches_everything(browser):
    """JupyterLab takes arrow keys and letters for itself wherever it can: here they must reach the controls."""
    press = browser.page.keyboard.press
    browser.get_by_label("instruction").focus()
    press("Control+a")
    browser.page.keyboard.type("pick up blue ball")
    press("Tab")
    expect(browser.locator(".summary")).to_contain_text("“pick up blue ball”")
    for _ in range(5):
        press("ArrowLeft")
    expect(rows(browser, "bag of words")).to_have_count(10)
    expect(browser.locator(".summary")).to_contain_text("of 10 neighbours")
    expect(browser.locator(".map").first.locator(".near, .shared")).to_have_count(11)
    for key in ("Tab", "Tab", "Tab", "Tab", "Space"):
        press(key)
    expect(browser.locator("h4")).to_have_text(["bag of words", "summed vectors", "agent"])
    press("Space")
    expect(browser.locator("h4")).to_have_text(["bag of words", "summed vectors"])


def test_shared_neighbours_are_marked_in_every_list_and_map(browser):
    expect(browser.locator(".summary")).to_contain_text("of 10 neighbours")
    marked = [set(rows(browser, space).and_(browser.locator(".shared")).evaluate_all(ITEMS)) for space in TWO]
    ticked = [set(rows(browser, space).filter(has_text="✓").evaluate_all(ITEMS)) for space in TWO]
    drawn = [set(browser.locator(".map").nth(i).locator(".shared").evaluate_all(ITEMS)) for i in (0, 1)]
    assert marked[0] and all(found == marked[0] for found in marked + ticked + drawn)
    expect(browser.locator(".summary")).to_contain_text(f"{len(marked[0])} of 10")


def test_pointing_at_a_neighbour_shows_it_in_every_map(notebook, browser):
    first = rows(browser, "bag of words").first
    names = browser.locator(f".map text[data-i='{first.get_attribute('data-i')}']")
    expect(names).to_have_count(2)
    expect(names.first).not_to_be_visible()
    first.hover()
    expect(names.first).to_be_visible()
    expect(names.last).to_be_visible()
    assert notebook.screenshot("browser").stat().st_size


def test_a_third_space_and_a_new_sentence(browser):
    for name in ("summed vectors", "agent", "chance"):
        browser.get_by_role("checkbox", name=name).click()
    expect(browser.locator("h4")).to_have_text(["bag of words", "agent", "chance"])
    expect(browser.locator(".summary")).to_contain_text("in all 3 lists")
    type_instruction(browser, "ball blue to go")
    expect(rows(browser, "agent")).to_have_count(10)
    expect(rows(browser, "chance")).to_have_count(0)
    expect(browser.get_by_text("No place for new sentences")).to_have_count(2)
    expect(browser.get_by_text("No film: only the 108 instructions")).to_be_visible()


def test_an_unknown_word_is_explained_and_forgiven(browser):
    type_instruction(browser, "go to crimson ball")
    expect(browser.get_by_role("alert")).to_contain_text("unknown word 'crimson'")
    type_instruction(browser, "run to red key")
    expect(browser.get_by_role("alert")).to_have_count(0)
    expect(browser.locator(".summary")).to_contain_text("“run to red key”")


def test_nothing_complained(notebook):
    assert notebook.complaints() == []


def test_what_goes_wrong_would_have_been_noticed(lab):
    broken = lab.open("broken.ipynb")
    broken.run_all()
    broken.page.locator(".jp-OutputArea").get_by_label("text").fill("x")
    wrong = {"in the log", "in the console", "in a callback", "in a cell"}
    for _ in range(100):
        wrong -= {where for where in wrong if where in "".join(broken.complaints())}
        broken.page.wait_for_timeout(100 if wrong else 0)
    assert not wrong


TWO = ("bag of words", "summed vectors")
ITEMS = "found => found.map(element => element.dataset.i)"
