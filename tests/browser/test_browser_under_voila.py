"""The browser by itself, as `python -m lva browse` serves it: a page without code."""

from urllib.parse import urlsplit

import pytest

expect = pytest.importorskip("playwright.sync_api", reason="playwright is missing; pip install 'lva[test]'").expect
expect.set_options(timeout=300_000)  # milliseconds: other tests may keep the cores


@pytest.fixture(scope="module")
def visit(voila, chromium):
    """A page as wide as a phone's, and every address that it asked for."""
    page, asked = chromium.new_page(viewport={"width": 390, "height": 844}), []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(voila, timeout=300_000)
    expect(page.locator(".lva-browser .column")).to_have_count(2)
    page.wait_for_load_state("networkidle")
    yield page, asked
    page.close()


def test_the_page_says_what_it_is(visit):
    page, _ = visit
    expect(page).to_have_title("lva: nearest neighbours")
    expect(page.get_by_role("heading", level=2)).to_have_text("Nearest neighbours of an instruction")


def test_nothing_is_asked_for_from_outside(visit, voila):
    _, asked = visit
    outside = {url for url in asked if urlsplit(url).scheme not in ("data", "blob")} - {
        url for url in asked if urlsplit(url).netloc == urlsplit(voila).netloc
    }
    assert len(asked) > 5 and outside == set()


def test_it_answers_on_a_page_as_wide_as_a_phone(visit):
    page, _ = visit
    field = page.get_by_label("instruction", exact=True)
    field.fill("Pick Up Blue Ball")
    field.press("Enter")
    expect(page.locator(".lva-summary h3")).to_have_text("“pick up blue ball”")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
