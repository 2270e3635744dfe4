"""Every notebook, from the first cell to the last, as papermill runs them; tiny, and apart from the real results."""

import json
import re
import subprocess
import sys

import nbformat
import numpy as np
import pandas as pd
import pytest

from lva import pipeline
from lva.ground import paths
from lva.models import FAMILIES
from lva.world import load_grammar

FIGURES = (
    "01_experiment",
    "02_success",
    "04_headline",
    "04_curves",
    "04_pairs",
    "04_layers",
    "04_maps",
    "04_course",
)
NOWHERE = "nobody-has-this-name/nothing"  # on the hub, whether it can be reached or not
BOOKS = [stage.name for stage in pipeline.plan("smoke")]


def git_status() -> str | None:
    """What git sees as changed; None outside a checkout."""
    command = ["git", "status", "--porcelain"]
    asked = subprocess.run(command, cwd=paths.project(), capture_output=True, text=True, check=False)
    return None if asked.returncode else asked.stdout


@pytest.fixture(scope="module")
def finished(tmp_path_factory, environment):
    """The folders of a smoke run that began with nothing."""
    folder = tmp_path_factory.mktemp("smoke")
    texts = np.array(load_grammar("paper").texts)
    np.savez(folder / "mine.npz", texts=texts, vectors=np.random.default_rng(0).normal(size=(len(texts), 8)))
    references = json.dumps(["minilm", str(folder / "mine.npz"), NOWHERE])
    command = [sys.executable, "-m", "lva", "run", "--profile", "smoke", "-p", "references", references]
    (folder / "status before").write_text(git_status() or "")
    done = subprocess.run(command, env=environment(folder), cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    (folder / "log").write_text(done.stdout)
    (folder / "command").write_text(json.dumps(command))
    return folder


@pytest.mark.parametrize("name", BOOKS)
def test_the_notebook_ran_to_its_end(finished, name):
    book = nbformat.read(finished / "cache/smoke/notebooks" / f"{name}.ipynb", as_version=4)
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
        "cache/smoke/agents.json",
        *(f"cache/smoke/models/{draw}{name}/model.safetensors" for draw in ("", "draw-2/") for name in FAMILIES),
        *(f"cache/smoke/embeddings/{name}.npz" for name in (*FAMILIES, "minilm")),
        *(f"cache/smoke/embeddings/{draw}/{name}.npz" for draw in ("draw-2", "scrambled/draw-2") for name in FAMILIES),
        *(f"cache/smoke/results/{name}.csv" for name in ("random_policy", "expert_and_bot", "training", "success")),
        *(
            f"cache/smoke/results/{name}.csv"
            for name in ("validation", "references", "alignment", "results", "draws", "verdicts")
        ),
        *(f"cache/smoke/figures/{name}.{suffix}" for name in FIGURES for suffix in ("png", "pdf")),
        "cache/smoke/figures/captions.md",
    ],
)
def test_the_notebooks_write_what_they_say(finished, file):
    assert (finished / file).stat().st_size


def test_every_reference_is_compared_and_none_that_did_not_run_is_a_number(finished):
    table = pd.read_csv(finished / "cache/smoke/results/results.csv")
    assert set(table.reference) == {*FAMILIES, "minilm", "mine", "nothing"} and table.measure.nunique() == 7
    assert (table.value.isna() == (table.reference == "nothing")).all()
    status = pd.read_csv(finished / "cache/smoke/results/references.csv").set_index("reference")
    assert status.status["nothing"] == "not run" and NOWHERE in status.note["nothing"]


def test_the_run_says_what_came_of_it(finished):
    last = (finished / "log").read_text().rpartition("05_figures took")[2]
    assert all(f"P@15 with {name}" in last for name in FAMILIES)
    assert re.search(r"\d+ of \d+ headline numbers agree with the published run", last)
    assert all(len(line) <= 100 for line in last.splitlines() if "P@15" in line)


def test_the_run_leaves_the_checkout_as_it_was(finished):
    """What git holds is what is published, whatever has been run: README's numbers stay those of the published run."""
    if git_status() is None:
        pytest.skip("not a git checkout")
    assert git_status() == (finished / "status before").read_text()


def test_the_same_command_again_runs_nothing_and_says_the_same(finished, environment):
    command = json.loads((finished / "command").read_text())
    again = subprocess.run(command, env=environment(finished), cwd=finished, capture_output=True, text=True)
    report = (finished / "log").read_text().rpartition("05_figures took")[2].splitlines()[-3:]
    assert again.returncode == 0 and " took " not in again.stdout
    assert again.stdout.splitlines()[-3:] == report
    assert (git_status() or "") == (finished / "status before").read_text()


@pytest.fixture(scope="module")
def studied(finished, environment):
    """The same run with the studies of readings, function and transfer."""
    command = [*json.loads((finished / "command").read_text()), "--only", "06,07,08"]
    done = subprocess.run(
        command[:6] + command[9:], env=environment(finished), cwd=finished, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return finished / "cache/smoke/results"


@pytest.mark.parametrize(
    "table",
    [
        *("readings", "trials", "box", "specification", "joint", "choice_shares"),
        *("confusion", "driving", "carried", "exchange", "geometry", "predictors"),
        *("transfer_curves", "transfer_needed", "transfer_held_out", "transfer_tasks", "transfer_verdicts"),
    ],
)
def test_the_studies_write_what_they_say(studied, table):
    assert len(pd.read_csv(studied / f"{table}.csv"))


OPEN = """
from lva.figures.browser.serving import write_notebook
from lva.figures import open_browser

browser = open_browser("smoke")
browser.instruction.value = "pick up red key"
assert set(browser.spaces) >= {"agent", "minilm", "llama-here", "bag of words"}
assert "pick up red key" in browser.results.value
browser.instruction.value = "red key pick up"
assert "pick red key" in browser.results.value
print(write_notebook("smoke"))
"""


def test_the_browser_opens_on_what_the_run_left(finished, environment):
    done = subprocess.run([sys.executable, "-c", OPEN], env=environment(finished), capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    cells = nbformat.read(done.stdout.split()[-1], as_version=4).cells
    assert [cell.source for cell in cells] == ["from lva.figures import open_browser\n\nopen_browser('smoke')"]


def test_a_browser_without_a_run_says_how_to_make_one(tmp_path, environment):
    command = [sys.executable, "-m", "lva", "browse", "smoke"]
    done = subprocess.run(command, env=environment(tmp_path), capture_output=True, text=True)
    assert done.returncode == 1 and "Traceback" not in done.stderr
    assert "python -m lva run" in done.stderr or "make browse" in done.stderr
