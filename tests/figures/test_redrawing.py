"""The published figures are those of the published tables, and drawing them again changes nothing."""

import subprocess
import sys

import numpy as np
import pytest
from matplotlib import image

from lva.figures import draw, find_exhibit, load_tables, redraw, save_figure, use_style
from lva.ground import paths
from lva.ground.artifacts import ArtifactError
from lva.world import load_grammar

ALIKE = (
    1e-4  # mean difference of pixels from 0 to 1; a release of matplotlib that moves letters asks for `make figures`
)


@pytest.fixture(scope="module")
def redrawn(tmp_path_factory):
    """What the command says, once and once more, and the folder that it drew into."""
    folder = tmp_path_factory.mktemp("figures")
    command = [sys.executable, "-m", "lva", "figures"]
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("LVA_FIGURES", str(folder))
        answers = [subprocess.run(command, capture_output=True, text=True, check=False) for _ in range(2)]
    assert not any(done.returncode for done in answers), answers
    return [done.stdout for done in answers], folder


def difference(a, b) -> float:
    """Mean difference of two pictures; 1 if they differ in size by more than a few pixels."""
    if np.abs(np.subtract(a.shape, b.shape)).max() > 4:
        return 1.0
    height, width = np.minimum(a.shape, b.shape)[:2]
    return float(np.abs(a[:height, :width] - b[:height, :width]).mean())


def test_drawing_again_gives_the_same_bytes(redrawn):
    (first, second), folder = redrawn
    assert first.count("04_headline") == 2 and second == "all figures are as they were\n"
    assert {path.suffix for path in folder.iterdir()} == {".png", ".pdf", ".md"}


def test_published_figures_are_those_of_the_published_tables(redrawn):
    published, (_, folder) = paths.published_figures(), redrawn
    assert {path.name for path in published.iterdir()} == {path.name for path in folder.iterdir()}
    for path in folder.glob("*.png"):
        assert difference(image.imread(path), image.imread(published / path.name)) < ALIKE, path.name
    assert (folder / "captions.md").read_text() == (published / "captions.md").read_text()


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
