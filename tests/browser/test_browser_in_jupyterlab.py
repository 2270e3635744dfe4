"""The browser in JupyterLab, used as a person would: read, typed into, stepped through, pointed at.

The tests build on one another: they are one visit to one page, in this order.
"""

import re

import nbformat
import pytest

expect = pytest.importorskip("playwright.sync_api", reason="playwright is missing; pip install 'lva[test]'").expect
expect.set_options(timeout=300_000)  # milliseconds: other tests may keep the cores
KERNEL = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
LANGUAGE = {"language_info": {"name": "python"}}


BROKEN = [
    "import os, ipywidgets\nos.write(2, b'ERROR in the log\\n');",
    "from IPython.display import Javascript\nJavascript('console.error(\"in the console\")')",
    "box = ipywidgets.Text(description='text')\nbox.observe(lambda change: {}['in a callback'], 'value')\nbox",
    "raise KeyError('in a cell')",
]


@pytest.fixture(scope="module")
def lab(jupyterlab, cells, tmp_path_factory):
    """JupyterLab with two notebooks: the browser in one, and in the other all that may go wrong."""
    folder = tmp_path_factory.mktemp("notebooks")
    for name, sources in {"browser": cells, "broken": BROKEN}.items():
        book = [nbformat.v4.new_code_cell(source) for source in sources]
        nbformat.write(nbformat.v4.new_notebook(cells=book, metadata=KERNEL | LANGUAGE), folder / f"{name}.ipynb")
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
    return browser.locator(".column", has=browser.page.get_by_role("heading", name=space)).locator("tbody tr")


def type_instruction(browser, text):
    browser.get_by_label("instruction", exact=True).fill(text)
    browser.get_by_label("instruction", exact=True).press("Enter")


def sentence(browser):
    return browser.locator(".lva-summary h3")


def cross(browser):
    return browser.locator(".map path.here").first.get_attribute("transform")


def test_it_opens_with_two_lists_two_maps_and_a_film(browser):
    expect(browser.locator("h4")).to_have_text(["bag of words", "summed vectors"])
    expect(browser.get_by_role("heading", level=2)).to_have_text("Nearest neighbours of an instruction")
    expect(browser.get_by_role("heading", name="“go to red ball”", level=3)).to_be_visible()
    expect(browser.locator(".summary")).to_contain_text(re.compile(r"\d+ of 15 neighbours are in both"))
    expect(rows(browser, "bag of words")).to_have_count(15)
    expect(rows(browser, "bag of words").first).to_contain_text(re.compile(r"=1.*go to red box.*0\.75"))
    expect(browser.locator(".map [d][data-i]")).to_have_count(2 * 108)
    expect(browser.locator("img")).to_have_attribute("alt", re.compile("“go to red ball”: not done within 16 actions"))
    assert browser.locator("img").evaluate("image => image.complete && image.naturalWidth") == 248


def test_typing_an_instruction_changes_lists_map_and_film(browser):
    before = rows(browser, "summed vectors").all_inner_texts(), cross(browser)
    type_instruction(browser, "pick up green key")
    expect(sentence(browser)).to_have_text("“pick up green key”")
    expect(rows(browser, "bag of words").first).to_contain_text("pick green key")
    expect(browser.locator("img")).to_have_attribute("alt", re.compile("“pick up green key”"))
    after = rows(browser, "summed vectors").all_inner_texts(), cross(browser)
    assert all(old != new for old, new in zip(before, after))


def test_the_keyboard_alone_reaches_everything(browser):
    """JupyterLab takes arrow keys and letters for itself wherever it can: here they must reach the controls."""
    press = browser.page.keyboard.press
    browser.get_by_label("instruction", exact=True).focus()
    browser.page.keyboard.type("pick up blue ball")
    press("Tab")
    expect(sentence(browser)).to_have_text("“pick up blue ball”")
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


def test_the_field_offers_every_instruction_at_once(browser):
    """A browser offers what begins as the field does: nothing may be left in it."""
    field = browser.get_by_label("instruction", exact=True)
    expect(field).to_have_value("")
    assert field.evaluate("field => field.list.options.length") == 108


def test_a_click_on_a_neighbour_goes_there(browser):
    row = rows(browser, "summed vectors").nth(2)
    name = row.get_by_role("button").inner_text()
    row.click()
    expect(sentence(browser)).to_have_text(f"“{name}”")
    sign = browser.locator(".map").first.locator("path[data-i='5']")
    sign.click()
    expect(sentence(browser)).to_have_text("“go to green key”")


def test_the_arrow_keys_and_enter_go_to_a_neighbour_and_stay_in_the_list(browser):
    names = rows(browser, "summed vectors").get_by_role("button")
    first, third = names.nth(0).inner_text(), names.nth(2).inner_text()
    names.nth(0).focus()
    for key in ("ArrowDown", "ArrowDown", "ArrowDown", "ArrowUp"):
        browser.page.keyboard.press(key)
    expect(names.nth(2)).to_be_focused()
    browser.page.keyboard.press("Enter")
    expect(sentence(browser)).to_have_text(f"“{third}”")
    expect(rows(browser, "summed vectors").get_by_role("button").first).to_be_focused()
    assert first != third


def test_a_list_is_one_tab_stop(browser):
    """Between the names of two lists nothing else can be reached."""
    buttons = [rows(browser, space).get_by_role("button").first for space in TWO]
    buttons[0].focus()
    browser.page.keyboard.press("Tab")
    expect(buttons[1]).to_be_focused()


def test_what_changes_is_announced(browser):
    """A region is announced only if it is there before its text changes."""
    region = browser.locator("[aria-live=polite]")
    expect(region).to_have_count(1)
    region.evaluate("element => element.dataset.before = 'yes'")
    type_instruction(browser, "Go To   Red Ball")
    expect(region).to_contain_text("“go to red ball”")
    expect(region).to_have_attribute("data-before", "yes")


def test_it_can_be_read(browser):
    """WCAG AA: 4.5 to 1 between every text and what is behind it."""
    low = browser.evaluate(CONTRAST)
    assert low == []


def test_a_third_space_and_a_new_sentence(browser):
    for name in ("summed vectors", "agent", "chance"):
        browser.get_by_role("checkbox", name=name).click()
    expect(browser.locator("h4")).to_have_text(["bag of words", "agent", "chance"])
    expect(browser.locator(".summary")).to_contain_text("in all 3 lists")
    expect(browser.get_by_role("row", name=re.compile("3 chance"))).to_have_text(
        re.compile(r"3 chance\d\.\d\d\d\.\d\d")
    )
    type_instruction(browser, "ball blue to go")
    expect(rows(browser, "agent")).to_have_count(10)
    expect(rows(browser, "chance")).to_have_count(0)
    expect(browser.get_by_text("No place for new sentences")).to_have_count(2)
    expect(browser.get_by_text("No film: only the 108 instructions")).to_be_visible()


def test_an_unknown_word_is_explained_and_forgiven(browser):
    type_instruction(browser, "go to crimson ball")
    expect(browser.get_by_role("alert")).to_contain_text("unknown word 'crimson'")
    expect(sentence(browser)).to_have_text("“ball blue to go”")
    expect(rows(browser, "agent")).to_have_count(10)
    type_instruction(browser, "run to red key")
    expect(browser.get_by_role("alert")).to_have_count(0)
    expect(sentence(browser)).to_have_text("“run to red key”")


def test_a_narrow_page_needs_no_sideways_scrolling(notebook, browser):
    for name in ("bag of words", "summed vectors", "agent", "chance"):
        browser.get_by_role("checkbox", name=name).check()
    browser.evaluate("box => box.style.width = '374px'")  # of 390, less the page's edges
    notebook.screenshot("browser-narrow")
    assert browser.evaluate("box => box.scrollWidth") <= 374
    browser.evaluate("box => box.style.width = ''")


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
CONTRAST = """box => {
  const canvas = Object.assign(document.createElement("canvas"), {width: 1, height: 1});
  const pen = canvas.getContext("2d", {willReadFrequently: true});
  const rgb = (...layers) => {
    pen.clearRect(0, 0, 1, 1);
    for (const layer of layers) { pen.fillStyle = layer; pen.fillRect(0, 0, 1, 1); }
    return [...pen.getImageData(0, 0, 1, 1).data].slice(0, 3);
  };
  const light = ([r, g, b]) => [r, g, b]
    .map(v => v / 255).map(v => v <= .03928 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4)
    .reduce((sum, v, i) => sum + v * [.2126, .7152, .0722][i], 0);
  const low = [];
  for (const element of box.querySelectorAll("h2, h3, h4, p, span, td, th, b, button, label")) {
    const own = [...element.childNodes].filter(node => node.nodeType === 3 && node.textContent.trim());
    if (!own.length || !element.checkVisibility()) continue;
    const behind = ["white"];
    for (let at = element; at; at = at.parentElement) behind.splice(1, 0, getComputedStyle(at).backgroundColor);
    const two = [light(rgb(...behind)), light(rgb(...behind, getComputedStyle(element).color))].sort();
    const ratio = (Math.max(...two) + .05) / (Math.min(...two) + .05);
    if (ratio < 4.5) low.push(`${element.textContent}: ${ratio.toFixed(2)}`);
  }
  return low;
}"""
ITEMS = "found => found.map(element => element.dataset.i)"
