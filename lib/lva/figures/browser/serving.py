"""The browser of neighbours on its own: a page without code, served by voila."""

from __future__ import annotations

import importlib.util
import os
import sys
from pathlib import Path

import nbformat

from lva.ground.artifacts import ArtifactError
from lva.ground.errors import UserError
from lva.ground.runs import open_run

TITLE = "lva: nearest neighbours"
CELL = "from lva.figures import open_browser\n\nopen_browser(RUN)"
# voila's own page without the icon fonts that it loads from other sites; nothing here uses them
TEMPLATE = """{%- extends 'voila/templates/lab/index.html.j2' -%}
{%- block notebook_css -%}
{{ super() | replace('rel="stylesheet" href="https:', 'data-left-out="https:') }}
{%- endblock notebook_css -%}
"""


def browse(run: str = "laptop", port: int | None = None, open_page: bool = True) -> None:
    """Serve the browser for a run in the cache, and open it unless `open_page` is false; does not return.

    `port`: voila's own choice if none is given.
    """
    if importlib.util.find_spec("voila") is None:
        raise UserError("voila, which shows the browser by itself, is missing: `make browse` installs it")
    folder = open_run(run).path
    if not (folder / "agents.json").exists():
        raise ArtifactError(f"{folder} has no agents to browse; make them with `python -m lva run`")
    command, environment = voila_command(write_notebook(run), port, open_page)
    os.execve(command[0], command, environment)


def voila_command(notebook: Path, port: int | None = None, open_page: bool = True) -> tuple[list[str], dict[str, str]]:
    """The command that serves a notebook without its code, and the environment to run it in."""
    jupyter = notebook.parent / "jupyter"
    template = jupyter / "voila/templates/lva"
    template.mkdir(parents=True, exist_ok=True)
    (template / "index.html.j2").write_text(TEMPLATE, encoding="utf-8")
    (template / "conf.json").write_text('{"base_template": "lab"}', encoding="utf-8")
    command = [sys.executable, "-m", "voila", str(notebook), "--template=lva", "--show_tracebacks=True"]
    command += [f"--port={port}"] * (port is not None) + ["--no-browser"] * (not open_page)
    paths = os.pathsep.join(filter(None, [str(jupyter), os.environ.get("JUPYTER_PATH")]))
    own = {"JUPYTER_PREFER_ENV_PATH": "1", "JUPYTER_PATH": paths}  # our kernel, not the user's
    return command, os.environ | own


def write_notebook(run: str) -> Path:
    """Write a notebook that shows the browser and nothing else, into the cache."""
    book = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(CELL.replace("RUN", repr(run)))])
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    book.metadata = {"title": TITLE, "kernelspec": kernel}
    path = open_run(run).path / "browser.ipynb"
    nbformat.write(book, path)
    return path
