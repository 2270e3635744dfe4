"""The published figures are those of the published tables, and drawing them again changes nothing."""

import os
import subprocess
import sys

import numpy as np
import pytest
from matplotlib import image

from lva.figures import draw, find_exhibit, load_tables, redraw, redrawing, save_figure, use_style
from lva.figures.redrawing import redraw_pages
from lva.ground import paths
from lva.ground.artifacts import ArtifactError
from lva.world import load_grammar

ALIKE = 1e-4  # mean difference of pixels; a release of matplotlib that moves letters asks for `make figures`


@pytest.fixture(scope="module")
def redrawn(tmp_path_factory):
    """What the command says, and the folder that it drew into."""
    folder = tmp_path_factory.mktemp("figures")
    command = [sys.executable, "-m", "lva", "figures"]
    done = subprocess.run(command, env=os.environ | {"LVA_FIGURES": str(folder)}, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout, folder


def difference(a, b) -> float:
    """Mean difference of two pictures; 1 if they differ in size by more than a few pixels."""
    if np.abs(np.subtract(a.shape, b.shape)).max() > 4:
        return 1.0
    height, width = np.minimum(a.shape, b.shape)[:2]
    return float(np.abs(a[:height, :width] - b[:height, :width]).mean())


def test_the_command_names_what_it_drew(redrawn):
    said, folder = redrawn
    assert said.count("04_headline") == 2 and {path.suffix for path in folder.iterdir()} == {".png", ".pdf", ".md"}


def test_only_what_changed_is_named(tmp_path, monkeypatch):
    monkeypatch.setenv("LVA_FIGURES", str(tmp_path))
    drawing = {"04_headline.png": b"one", "04_maps.png": b"two"}
    monkeypatch.setattr(
        redrawing, "draw_all", lambda *_: [(tmp_path / name).write_bytes(data) for name, data in drawing.items()]
    )
    assert len(redraw()) == 2 and redraw() == []
    drawing["04_maps.png"] = b"three"
    assert [path.name for path in redraw()] == ["04_maps.png"]


def test_drawing_again_gives_the_same_bytes(tmp_path):
    tables = load_tables(paths.published_results() / "laptop", load_grammar("paper"))
    use_style()
    folders = [tmp_path / "once", tmp_path / "again"]
    for folder in folders:
        save_figure(draw(find_exhibit("04_headline"), tables), folder, "04_headline")
    once, again = ({path.name: path.read_bytes() for path in folder.iterdir()} for folder in folders)
    assert once == again and len(once) == 2


def test_published_figures_are_those_of_the_published_tables(redrawn):
    published, (_, folder) = paths.published_figures(), redrawn
    assert {path.name for path in published.iterdir()} == {path.name for path in folder.iterdir()}
    for path in folder.glob("*.png"):
        assert difference(image.imread(path), image.imread(published / path.name)) < ALIKE, path.name
    assert (folder / "captions.md").read_text() == (published / "captions.md").read_text()


def test_pictures_of_the_pages_are_those_of_the_published_tables(tmp_path):
    drawn = redraw_pages(tmp_path)
    assert {path.name for path in drawn} == {path.name for path in (paths.project() / "docs").glob("*.png")}
    for path in drawn:
        assert difference(image.imread(path), image.imread(paths.project() / "docs" / path.name)) < ALIKE, path.name


def test_one_moved_mark_is_told_apart(tmp_path):
    tables = load_tables(paths.published_results() / "laptop", load_grammar("paper"))
    alignment = tables["alignment"].copy()
    moved = (alignment.a == "agent") & (alignment.b == "llama-here") & (alignment.measure == "P@15")
    assert moved.sum() == 1
    alignment.loc[moved, ["value", "low", "high"]] += 0.02
    use_style()
    save_figure(draw(find_exhibit("04_headline"), tables | {"alignment": alignment}), tmp_path, "04_headline")
    drawn, published = (image.imread(folder / "04_headline.png") for folder in (tmp_path, paths.published_figures()))
    assert difference(drawn, published) > ALIKE and difference(published, published) == 0


def test_a_run_that_was_never_made_is_named(tmp_path, monkeypatch):
    monkeypatch.setenv("LVA_CACHE", str(tmp_path))
    with pytest.raises(ArtifactError, match="holds no run to draw; make it with"):
        redraw("nothing")
