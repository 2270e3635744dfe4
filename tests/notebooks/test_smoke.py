"""Every notebook, from the first cell to the last, as papermill runs them; tiny, and apart from the real results."""

import os
import subprocess
import sys

import nbformat
import pytest

from lva.artifacts import CACHE, NOTEBOOKS

BOOKS = sorted(path.stem for path in NOTEBOOKS.glob("[0-9][0-9]_*.ipynb"))


@pytest.fixture(scope="module")
def finished(tmp_path_factory):
    """The folders of a smoke run that began with nothing."""
    folder = tmp_path_factory.mktemp("smoke")
    numba = os.environ.get("NUMBA_CACHE_DIR", CACHE / "numba")
    here = {"LVA_CACHE": folder / "cache", "LVA_RESULTS": folder / "results", "NUMBA_CACHE_DIR": numba}
    environment = os.environ | {name: str(path) for name, path in here.items()}
    command = [sys.executable, "-m", "lva", "run", "--profile", "smoke"]
    done = subprocess.run(command, env=environment, cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return folder


@pytest.mark.parametrize("name", BOOKS)
def test_the_notebook_ran_to_its_end(finished, name):
    book = nbformat.read(finished / "cache/runs/smoke" / f"{name}.ipynb", as_version=4)
    code = [cell for cell in book.cells if cell.cell_type == "code"]
    assert all(cell.execution_count for cell in code)
    errors = [out for cell in code for out in cell.outputs if out.output_type == "error"]
    warnings = [
        out.text for cell in code for out in cell.outputs if out.get("name") == "stderr" and "Warning" in out.text
    ]
    assert not errors and not warnings


@pytest.mark.parametrize(
    "file",
    [
        "cache/smoke/demos.npz",
        "cache/smoke/agents/seed-0/model.safetensors",
        *(f"results/smoke/{name}.csv" for name in ("random_policy", "expert_and_bot", "training", "success")),
    ],
)
def test_the_notebooks_write_what_they_say(finished, file):
    assert (finished / file).stat().st_size
