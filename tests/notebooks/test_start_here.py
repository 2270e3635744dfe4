"""The notebook to start with runs by itself, with nothing but the published tables, and trains a small agent."""

import subprocess
import sys

import nbformat
import pytest

from lva import pipeline
from lva.ground import paths

SMALL = {"samples": 1280, "demonstrations": 1080, "episodes": 1}


@pytest.fixture(scope="module")
def executed(tmp_path_factory, environment):
    """The executed notebook, and the folder in which it might have written something."""
    folder = tmp_path_factory.mktemp("start")
    parameters = [word for name, value in SMALL.items() for word in ("-p", name, str(value))]
    books = [str(paths.notebooks() / "00_start_here.ipynb"), str(folder / "executed.ipynb")]
    command = [sys.executable, "-m", "papermill", *parameters, *books]
    done = subprocess.run(command, env=environment(folder), cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return nbformat.read(books[1], as_version=4), folder


def texts_of(book):
    return "\n".join(
        output["data"].get("text/markdown", "")
        for cell in book.cells
        for output in cell.get("outputs", [])
        if "data" in output
    )


def test_it_tells_the_story_and_draws_each_figure_once(executed):
    book, _ = executed
    outputs = [output for cell in book.cells for output in cell.get("outputs", [])]
    pictures = [output for output in outputs if "image/png" in output.get("data", {})]
    tables = [output for output in outputs if "text/html" in output.get("data", {})]
    assert len(pictures) == 4 and len(tables) == 3
    assert "Here the trained agent" in texts_of(book)


def test_without_a_run_it_says_that_the_agent_is_a_beginner(executed):
    assert "trained on 1,280 samples just now" in texts_of(executed[0])


def test_it_writes_nothing(executed):
    assert [path.name for path in executed[1].iterdir()] == ["executed.ipynb"]


def test_it_is_no_stage_of_the_pipeline():
    assert "00_start_here" not in {stage.name for stage in pipeline.plan("smoke")}
