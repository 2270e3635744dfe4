"""The registry of figures: what is drawn, what is left out, and that the published figures are those of it."""

import pandas as pd
import pytest
from matplotlib import pyplot as plt

from lva.figures import GALLERY, draw, draw_all, find_exhibit, load_tables, not_drawn, use_style
from lva.figures.gallery import DEMONSTRATIONS
from lva.ground import paths
from lva.world import load_grammar, make_demos

GRAMMAR = load_grammar("paper")
PUBLISHED = load_tables(paths.published_results() / "laptop", GRAMMAR)
DRAWN = [one for one in GALLERY if set(one.missing(PUBLISHED)) <= {DEMONSTRATIONS}]  # studies may not be published yet


@pytest.fixture(scope="module")
def tables():
    use_style()
    return PUBLISHED


@pytest.fixture(autouse=True)
def close_figures():
    yield
    plt.close("all")


def test_every_name_is_used_once_and_begins_with_its_notebook():
    names = [exhibit.name for exhibit in GALLERY]
    assert len(set(names)) == len(names)
    books = {path.stem[:2] for path in paths.notebooks().glob("[0-9][0-9]_*.ipynb")}
    assert {name[:2] for name in names} <= books and all(name[2] == "_" for name in names)


def test_a_figure_is_found_by_name_and_an_unknown_name_says_what_there_is():
    assert find_exhibit("04_maps").tables == ("maps", "instructions")
    with pytest.raises(ValueError, match=r"no figure '03_headline'; choose one of .*04_headline"):
        find_exhibit("03_headline")


def test_what_is_published_is_what_the_gallery_draws_from_the_published_tables():
    published = {path.stem for path in paths.published_figures().glob("*.png")}
    assert published == {exhibit.name for exhibit in DRAWN}
    lines = (paths.published_figures() / "captions.md").read_text().splitlines()
    assert {line[3:] for line in lines if line.startswith("## ")} == published


def test_all_that_has_its_tables_is_drawn_and_the_rest_is_named(tables, tmp_path):
    some = {name: table for name, table in tables.items() if name in ("training", "success", "agreement")}
    captions = draw_all(some, tmp_path)
    assert list(captions) == ["02_learning", "02_success"]
    assert {path.name for path in tmp_path.iterdir()} == {
        "02_learning.png",
        "02_learning.pdf",
        "02_success.png",
        "02_success.pdf",
        "captions.md",
    }
    assert "## 02_success" in (tmp_path / "captions.md").read_text()
    left_out = not_drawn(some)
    assert {*captions, *left_out} == {exhibit.name for exhibit in GALLERY}
    assert left_out["04_course"] == "this run has no composition, success_course"
    assert left_out["01_tasks"] == "this run has no demonstrations"


@pytest.mark.parametrize("exhibit", [exhibit for exhibit in DRAWN if exhibit.name[:2] != "01"], ids=lambda e: e.name)
def test_it_is_drawn_from_the_published_tables_and_has_its_caption(exhibit, tables):
    figure = draw(exhibit, tables)
    assert figure.axes or figure.subfigs
    caption = exhibit.caption(*exhibit.sources(tables))
    assert caption[0].isupper() and "nan" not in caption.split() and exhibit.question.endswith("?")


def test_figures_of_the_world_need_demonstrations(tables):
    world = [exhibit for exhibit in GALLERY if exhibit.name[:2] == "01"]
    demos = make_demos(GRAMMAR, 108, progress=False)
    for exhibit in world:
        with pytest.raises(ValueError, match=f"{exhibit.name} needs demonstrations"):
            draw(exhibit, tables)
        assert draw(exhibit, tables, demos).get_figwidth() > 5
    assert "its 108 instructions" in world[0].caption(demos)


def test_an_empty_cell_is_unknown_but_in_the_references(tables):
    assert tables["references"]["size"].eq("").any()
    assert tables["results"].paper.isna().any() and isinstance(tables["instructions"], pd.DataFrame)
