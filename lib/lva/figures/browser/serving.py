"""The browser of neighbours alone: a page without code, served by voila."""

from __future__ import annotations

import importlib.util
import os
import sys
from pathlib import Path

import nbformat

from lva.ground.artifacts import ArtifactError
from lva.ground.errors import UserError
from lva.ground.runs import open_run

CELL = "from lva.figures import open_browser\n\nopen_browser({run!r})"


def browse(run: str = "laptop", port: int | None = None, open_page: bool = True) -> None:
    """Open the browser on what a run has left in the cache; does not return."""
    if importlib.util.find_spec("voila") is None:
        raise UserError("voila, which shows the browser by itself, is missing: `make browse` installs it")
    folder = open_run(run).path
    if not (folder / "agents.json").exists():
        raise ArtifactError(f"{folder} has no agents to browse; make them with `python -m lva run`")
    options = [] if port is None else [f"--port={port}"]
    options += [] if open_page else ["--no-browser"]
    command = [sys.executable, "-m", "voila", str(write_notebook(run)), "--show_tracebacks=True", *options]
    os.execve(sys.executable, command, os.environ | {"JUPYTER_PREFER_ENV_PATH": "1"})  # our kernel, not the user's


def write_notebook(run: str) -> Path:
    """Write a notebook that shows the browser and nothing else, into the cache."""
    book = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(CELL.format(run=run))])
    book.metadata = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    path = open_run(run).path / "browser.ipynb"
    nbformat.write(book, path)
    return path
