"""The published figures are those of the published tables, and drawing them again changes nothing."""

import subprocess
import sys

import numpy as np
import pytest
from matplotlib import image

from lva.figures import redraw
from lva.ground import paths
from lva.ground.artifacts import ArtifactError

ALIKE = 0.01  # mean difference of pixels from 0 to 1; another release of matplotlib moves letters a little


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


def test_two_different_figures_are_told_apart():
    learning, success = (image.imread(paths.published_figures() / f"02_{name}.png") for name in ("learning", "success"))
    assert difference(learning, success) > ALIKE and difference(learning, learning) == 0
    assert difference(learning, 1 - learning) > ALIKE


def test_a_run_that_was_never_made_is_named(tmp_path, monkeypatch):
    monkeypatch.setenv("LVA_CACHE", str(tmp_path))
    with pytest.raises(ArtifactError, match="holds no run to draw; make it with"):
        redraw("nothing")
