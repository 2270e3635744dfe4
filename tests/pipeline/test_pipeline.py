"""The pipeline on notebooks of two lines: order, resuming, what a change runs again, and how it fails."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import nbformat
import pandas as pd
import pytest

from lva import pipeline
from lva.ground import code
from lva.ground.artifacts import save_artifact
from lva.ground.folder_artifact import save_folder
from lva.pipeline import PipelineError, StageFailed, parse_value, run, running, why_run

WRITE = "from pathlib import Path\nlog = Path(folder) / 'log.txt'\nlog.open('a').write(f'{name} {value} ')"


def write_notebook(path: Path, *cells: str, parameters: str) -> None:
    """Write a notebook with a parameters cell and the given code cells."""
    tagged = nbformat.v4.new_code_cell(parameters, metadata={"tags": ["parameters"]})
    heading = nbformat.v4.new_markdown_cell("# What happens?")
    book = nbformat.v4.new_notebook(cells=[heading, tagged, *map(nbformat.v4.new_code_cell, cells)])
    book.metadata.kernelspec = {"name": "python3", "display_name": "Python 3", "language": "python"}
    nbformat.write(book, path)


@pytest.fixture
def project(tmp_path, monkeypatch):
    """Two notebooks that append their name and a parameter to log.txt, and the profile `tiny`."""
    monkeypatch.setenv("LVA_CACHE", str(tmp_path / "runs"))
    (tmp_path / "notebooks/params").mkdir(parents=True)
    for name, parameter in (("01_first", "seed"), ("02_second", "size")):
        cell = WRITE.replace("{name}", name).replace("{value}", f"{{{parameter}}}")
        parameters = f"folder = {str(tmp_path)!r}\n{parameter} = 0  # its help"
        write_notebook(tmp_path / f"notebooks/{name}.ipynb", cell, parameters=parameters)
    (tmp_path / "notebooks/params/tiny.yaml").write_text("seed: 1\nsize: 2\n")
    return tmp_path


@pytest.fixture
def no_kernel(monkeypatch):
    """Log a stage's name and parameter and start no kernel, for the tests of what runs and what does not."""

    def execute(stage, output):
        output.write_text(stage.notebook.read_text())
        (value,) = stage.parameters.values()
        with (stage.notebook.parents[1] / "log.txt").open("a") as log:
            log.write(f"{stage.name} {value} ")

    monkeypatch.setattr(running, "execute", execute)


@pytest.fixture
def go(project):
    """Run the project's notebooks; return what they logged since."""

    def go(**options):
        (project / "log.txt").write_text("")
        run("tiny", notebooks=project / "notebooks", **options)
        return (project / "log.txt").read_text().strip()

    return go


def test_notebooks_run_in_order_and_then_are_skipped(go, project):
    assert go() == "01_first 1 02_second 2"
    assert go() == ""
    assert sorted(path.name for path in project.glob("runs/tiny/notebooks/*.ipynb")) == [
        "01_first.ipynb",
        "02_second.ipynb",
    ]


def test_a_changed_parameter_runs_its_notebook_and_the_later_ones(no_kernel, go):
    go()
    assert go(parameters={"size": 5}, overwrite=True) == "02_second 5"
    assert go(parameters={"seed": 5, "size": 5}, overwrite=True) == "01_first 5 02_second 5"


def test_a_notebook_runs_again_only_if_one_that_it_needs_did(no_kernel, go, project):
    go()
    book = nbformat.read(project / "notebooks/02_second.ipynb", as_version=4)
    book.metadata["lva"] = {"needs": []}
    nbformat.write(book, project / "notebooks/02_second.ipynb")
    assert go() == "02_second 2"
    assert go(parameters={"seed": 5}, overwrite=True) == "01_first 5"


def test_a_notebook_cannot_need_one_that_comes_after_it(go, project):
    book = nbformat.read(project / "notebooks/01_first.ipynb", as_version=4)
    book.metadata["lva"] = {"needs": ["02_second"]}
    nbformat.write(book, project / "notebooks/01_first.ipynb")
    with pytest.raises(PipelineError, match="needs '02_second', which is not a notebook before it"):
        go()


def test_another_value_over_a_run_that_is_there_is_refused(no_kernel, go):
    go()
    with pytest.raises(PipelineError, match=r"run 'tiny' was made with seed 1 \(now 3\).*-p run NAME.*--overwrite"):
        go(parameters={"seed": 3})
    assert go() == ""
    assert go(parameters={"seed": 3}, overwrite=True) == "01_first 3 02_second 2"


def test_a_stage_whose_table_was_changed_or_lost_runs_again(no_kernel, go, project, monkeypatch):
    table = project / "runs/tiny/results/table.csv"
    execute = running.execute

    def write(stage, output):
        execute(stage, output)
        if stage.name == "01_first":
            table.write_text("x\n1\n")

    monkeypatch.setattr(running, "execute", write)
    go()
    assert go() == ""
    table.write_text("x\n2\n")
    assert go() == "01_first 1"
    table.unlink()
    assert go() == "01_first 1"
    assert table.read_text() == "x\n1\n"


@pytest.mark.parametrize("spoil", ["model/weights", "model/manifest.json", "demos", "demos.manifest.json"])
def test_a_stage_whose_artefact_was_damaged_runs_again(no_kernel, go, project, monkeypatch, spoil):
    execute, root = running.execute, project / "runs/tiny"

    def make(stage, output):
        execute(stage, output)
        if stage.name == "02_second":
            save_artifact(root / "demos", lambda path: path.write_text("many"), config={}, made_by=stage.name)
            with save_folder(root / "model", {"*": "weights"}, config={}, made_by=stage.name) as folder:
                (folder / "weights").write_text("heavy")

    monkeypatch.setattr(running, "execute", make)
    go()
    assert go() == ""
    whole = (root / spoil).read_text()
    (root / spoil).write_text("spoilt")
    assert go() == "02_second 2" and (root / spoil).read_text() == whole
    (root / spoil).unlink()
    assert go() == "02_second 2" and (root / spoil).read_text() == whole


def test_a_run_of_another_name_leaves_the_first_one_finished(no_kernel, go, project):
    write_notebook(project / "notebooks/01_first.ipynb", "pass", parameters="run = 'x'  # its help")
    (project / "notebooks/params/tiny.yaml").write_text("run: mine\nsize: 2\n")
    assert go() == "01_first mine 02_second 2"
    assert go(parameters={"run": "other"}) == "01_first other 02_second 2"
    assert go() == go(parameters={"run": "other"}) == ""


def test_changed_code_runs_again_but_prose_and_outputs_do_not(no_kernel, go, project):
    go()
    book = nbformat.read(project / "notebooks/02_second.ipynb", as_version=4)
    book.cells[0].source = "# Another heading"
    book.cells[2].outputs = [nbformat.v4.new_output("stream", text="old")]
    nbformat.write(book, project / "notebooks/02_second.ipynb")
    assert go() == ""
    book.cells[2].source += "  # a comment"
    nbformat.write(book, project / "notebooks/02_second.ipynb")
    assert go() == ""
    book.cells[2].source += "\nx = 1"
    nbformat.write(book, project / "notebooks/02_second.ipynb")
    assert go() == "02_second 2"


def test_changed_code_of_the_library_runs_the_notebook_that_needs_it_again(no_kernel, go, project, monkeypatch):
    write_notebook(project / "notebooks/01_first.ipynb", "import lva.report.wording", parameters="seed = 0  # its help")
    go()
    monkeypatch.setattr(code, "code_hash", lambda source: "another")
    code._read_once.cache_clear()
    stage = pipeline.plan("tiny", notebooks=project / "notebooks")[0]
    code._read_once.cache_clear()
    assert why_run(stage) == "changed: lva.report.wording"


def test_a_changed_file_that_a_parameter_names_runs_its_notebook_again(no_kernel, go, tmp_path):
    vectors = tmp_path / "mine.csv"
    vectors.write_text("go to red ball,1")
    assert go(parameters={"size": str(vectors)}) == f"01_first 1 02_second {vectors}"
    assert go(parameters={"size": str(vectors)}) == ""
    vectors.write_text("go to red ball,2")
    assert go(parameters={"size": str(vectors)}) == f"02_second {vectors}"
    again = {"parameters": {"size": [f"pretrained:{vectors}"]}, "overwrite": True}
    assert go(**again).startswith("02_second")
    vectors.write_text("go to red ball,3")
    assert go(**again).startswith("02_second")


def test_one_thing_where_the_profile_has_a_list_is_a_list_of_one(no_kernel, go, project):
    (project / "notebooks/params/tiny.yaml").write_text("seed: 1\nsize: [1, 2]\n")
    assert go(parameters={"size": 3}) == "01_first 1 02_second [3]"


def test_a_profile_that_names_no_run_is_one(project):
    write_notebook(project / "notebooks/01_first.ipynb", "pass", parameters="run = 'x'  # its help")
    (project / "notebooks/params/tiny.yaml").write_text("size: 2\n")
    first, _ = pipeline.plan("tiny", notebooks=project / "notebooks")
    assert first.parameters == {"run": "tiny"} and first.run.name == "tiny"


def test_only_and_fresh(no_kernel, go):
    assert go(only="2") == "02_second 2"
    assert go() == "01_first 1"
    assert go(only="01_first,02", fresh=True) == "01_first 1 02_second 2"


def test_a_notebook_alone_runs_again_if_one_that_it_needs_was_made_otherwise(no_kernel, go):
    go()
    assert go(only="02") == ""
    assert go(only="01", parameters={"seed": 5}, overwrite=True) == "01_first 5"
    assert go(only="02") == "02_second 2"
    assert go(only="02") == ""


def test_a_failed_run_says_where_and_resumes_there(go, project):
    path = project / "notebooks/02_second.ipynb"
    good = path.read_text()
    write_notebook(path, "x = 1", "{}['missing']", parameters="size = 0")
    with pytest.raises(StageFailed, match=r"02_second stopped in In \[4\]: KeyError: 'missing'") as failure:
        go()
    assert (project / "runs/tiny/notebooks/02_second.partial.ipynb").exists()
    assert "02_second.partial.ipynb" in str(failure.value)
    path.write_text(good)
    assert go() == "02_second 2"
    assert not (project / "runs/tiny/notebooks/02_second.partial.ipynb").exists()


def test_a_failed_fresh_run_does_not_count_the_later_notebooks_as_finished(go, project):
    go()
    path = project / "notebooks/01_first.ipynb"
    good = path.read_text()
    path.write_text(good.replace("log = Path", "log = Path(1) / Path"))
    with pytest.raises(StageFailed):
        go(fresh=True)
    path.write_text(good)
    assert go() == "01_first 1 02_second 2"


def test_a_dead_kernel_is_a_failure_of_its_cell(go, project):
    write_notebook(project / "notebooks/01_first.ipynb", "import os\nos._exit(1)", parameters="seed = 0")
    with pytest.raises(StageFailed, match=r"01_first stopped in In \[3\]: Kernel died"):
        go()


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"parameters": {"sead": 1}}, "-p: no parameter 'sead'; did you mean 'seed'?"),
        ({"parameters": {"seed": 1}, "only": "02"}, "--only 02: no parameter 'seed'"),
        ({"only": "03"}, "--only: no notebook '03'"),
        ({"only": "02_secnd"}, "did you mean '02_second'?"),
    ],
)
def test_unknown_names_are_refused_before_anything_runs(go, project, options, message):
    with pytest.raises(PipelineError) as error:
        go(**options)
    assert message in str(error.value)
    assert not (project / "runs").exists()


@pytest.mark.parametrize(
    ("text", "message"),
    [("sed: 1", "did you mean 'seed'?"), ("seed: {a: 1}", "flat"), ("- 1", "flat"), ("seed: [1", "YAML")],
)
def test_a_bad_profile_is_refused(go, project, text, message):
    (project / "notebooks/params/tiny.yaml").write_text(text)
    with pytest.raises(PipelineError) as error:
        go()
    assert message in str(error.value)


def test_a_broken_notebook_is_named(go, project):
    (project / "notebooks/02_second.ipynb").write_text('{"cells": [')
    with pytest.raises(PipelineError, match=r"02_second\.ipynb cannot be read"):
        go()


def test_a_folder_without_notebooks_is_refused(tmp_path):
    with pytest.raises(PipelineError, match="holds no notebook"):
        pipeline.plan("tiny", notebooks=tmp_path)


def test_a_truncated_copy_is_no_finished_notebook(no_kernel, go, project):
    go()
    (project / "runs/tiny/notebooks/01_first.ipynb").write_text("{")
    assert go() == "01_first 1"


def test_a_profile_is_found_by_name_or_path(project):
    folder = project / "notebooks/params"
    assert pipeline.load_profile(folder / "tiny.yaml", folder) == {"seed": 1, "size": 2}
    with pytest.raises(PipelineError, match="no profile 'tinny'; did you mean 'tiny'"):
        pipeline.load_profile("tinny", folder)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("3", 3),
        ("1e-3", 0.001),
        ("True", True),
        ("None", None),
        ("no", "no"),
        ("[1, 2]", [1, 2]),
        ("paper", "paper"),
    ],
)
def test_values_are_read_as_papermill_reads_them(text, value):
    assert parse_value(text) == value
    assert type(parse_value(text)) is type(value)


def test_the_kernel_is_this_interpreter_even_beside_a_broken_one(go, project, monkeypatch):
    broken = project / "jupyter/kernels/python3"
    broken.mkdir(parents=True)
    (broken / "kernel.json").write_text('{"argv": ["/nowhere/python"], "display_name": "x", "language": "python"}')
    monkeypatch.setenv("JUPYTER_PATH", str(project / "jupyter"))
    cell = "import sys\n(log := __import__('pathlib').Path(folder) / 'log.txt').write_text(sys.executable)"
    write_notebook(project / "notebooks/01_first.ipynb", cell, parameters=f"folder = {str(project)!r}\nseed = 0")
    assert go(only="01") == sys.executable


def test_a_log_file_gets_the_last_state_of_a_progress_bar(go, project, capsys):
    cell = "from tqdm.auto import tqdm\nfor i in tqdm(range(3), desc='walking'): pass"
    write_notebook(project / "notebooks/01_first.ipynb", cell, parameters="seed = 0\nfolder = ''")
    go(only="01")
    bars = [line for line in capsys.readouterr().out.splitlines() if "walking" in line]
    assert len(bars) == 1
    assert "3/3" in bars[0]


@pytest.fixture
def command(project):
    """Start `python -m lva` in the project; what still runs after the test is killed, its kernel by itself then."""
    started = []

    def start(*arguments):
        environment = {**os.environ, "LVA_ROOT": str(project), "PYTHONUNBUFFERED": "1"}
        environment.pop("LVA_CACHE", None)
        process = subprocess.Popen(
            [sys.executable, "-m", "lva", *arguments], env=environment, cwd=project, text=True,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        )  # fmt: skip
        started.append(process)
        return process

    yield start
    for process in started:
        process.kill()
        process.communicate()


def test_the_command_announces_reports_and_skips(project, command):
    write_notebook(
        project / "notebooks/02_second.ipynb",
        "from lva.ground.runs import open_run\nimport pandas as pd",
        "open_run('tiny').save('one', pd.DataFrame({'x': [1]}));",
        parameters="size = 0",
    )
    output, errors = command("run", "--profile", "tiny", "-p", "seed", "7").communicate()
    assert "01_first: to run, not finished yet" in output, errors
    assert (project / "data/cache/tiny/results/one.csv").read_text() == "x\n1\n"
    assert "there is no published run to compare this one with" in output
    assert (project / "log.txt").read_text() == "01_first 7 "
    made = pd.read_csv(project / "data/cache/tiny/results/stages.csv")
    assert made.stage.tolist() == ["01_first", "02_second"] and made.torch.nunique() == 1
    output, _ = command("run", "--profile", "tiny", "-p", "seed", "7", "--only", "01").communicate()
    assert "01_first: finished before, nothing changed; --fresh runs it again" in output
    output, _ = command("status", "--profile", "tiny").communicate()
    assert "01_first: changed: parameters" in output
    assert "notebooks: 2 files, 0.0 MB, whole" in output


def test_a_failure_names_the_command_that_resumes_and_shows_no_traceback(project, command):
    write_notebook(project / "notebooks/01_first.ipynb", "1 / 0", parameters="seed = 0")
    process = command("run", "--profile", "tiny", "--fresh")
    _, errors = process.communicate()
    assert process.returncode == 1
    assert "01_first stopped in In [3]: ZeroDivisionError: division by zero" in errors
    assert "-m lva run --profile tiny\n" in errors
    assert "Traceback" not in errors


def test_a_cache_that_cannot_be_written_is_named_before_anything_starts(project):
    environment = {**os.environ, "LVA_ROOT": str(project), "LVA_CACHE": "/dev/null/cache"}
    command = [sys.executable, "-m", "lva", "run", "--profile", "tiny"]
    done = subprocess.run(command, env=environment, cwd=project, capture_output=True, text=True, check=False)
    assert done.returncode == 1 and "/dev/null/cache/tiny cannot be written (Not a directory)" in done.stderr
    assert "set LVA_CACHE" in done.stderr and "Traceback" not in done.stderr


def test_a_terminal_that_knows_ascii_alone_is_served(project):
    """The report has dashes and the sign of minus."""
    plain = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
    command = [sys.executable, "-m", "lva", "--help"]
    done = subprocess.run(command, env={**os.environ, **plain}, capture_output=True, check=False)
    assert done.returncode == 0 and done.stdout.decode("ascii")
    (project / "notebooks/params/tiny.yaml").write_text("seed: 1\nsiße: 2\n", encoding="utf-8")
    command = [sys.executable, "-m", "lva", "run", "--profile", "tiny"]
    environment = {**os.environ, **plain, "LVA_ROOT": str(project)}
    done = subprocess.run(command, env=environment, cwd=project, capture_output=True, check=False)
    assert done.returncode == 1 and "no parameter 'si?e'; did you mean 'size'?" in done.stderr.decode("ascii")


def test_ctrl_c_stops_the_kernel_and_says_how_to_go_on(project, command):
    cell = f"import os, time\nopen({str(project / 'pid')!r}, 'w').write(str(os.getpid()))\ntime.sleep(100)"
    write_notebook(project / "notebooks/01_first.ipynb", cell, parameters="seed = 0")
    process = command("run", "--profile", "tiny")
    while not (project / "pid").exists() or not (project / "pid").read_text():
        assert process.poll() is None
        time.sleep(0.05)
    process.send_signal(signal.SIGINT)
    _, errors = process.communicate(timeout=300)
    assert process.returncode == 130
    assert "-m lva run --profile tiny" in errors
    assert "Traceback" not in errors
    with pytest.raises(ProcessLookupError):
        os.kill(int((project / "pid").read_text()), 0)


def test_a_second_run_of_the_same_name_is_told_who_is_at_work_and_changes_nothing(project, command):
    cell = f"import time\nfrom pathlib import Path\nwhile not Path({str(project / 'go')!r}).exists(): time.sleep(0.05)"
    write_notebook(project / "notebooks/02_second.ipynb", cell, parameters="size = 0")
    first = command("run", "--profile", "tiny")
    lease = project / "data/cache/tiny/.leases/02_second.json"
    while not lease.exists():
        assert first.poll() is None
        time.sleep(0.05)
    for more in ([], ["--fresh"], ["-p", "seed", "3", "--overwrite"]):
        second = command("run", "--profile", "tiny", *more)
        _, errors = second.communicate()
        assert second.returncode == 1 and "Traceback" not in errors
        assert f"02_second of run 'tiny' is being done by process {first.pid} on" in errors
    (project / "notebooks/params/other.yaml").write_text("seed: 1\nsize: 2\n")
    other = command("run", "--profile", "other", "--only", "01")
    assert other.communicate() and other.returncode == 0
    (project / "go").touch()
    assert first.communicate() and first.returncode == 0
    assert (project / "log.txt").read_text() == "01_first 1 01_first 1 " and not lease.exists()


def test_help_has_examples_and_loads_nothing_heavy(command):
    output, _ = command("--help").communicate()
    assert "python -m lva run -p run wide -p width 64" in output
    script = "import sys, lva.__main__; print({'numpy', 'papermill', 'nbformat', 'torch'} & set(sys.modules))"
    loaded = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True).stdout
    assert loaded.strip() == "set()"
