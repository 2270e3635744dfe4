"""Sweeps by real worker processes: what is finished is skipped, what fails fails alone, what dies is done again."""

from __future__ import annotations

import json
import os
import signal

import pandas as pd
import pytest
from small_project import children_of, is_alive, wait_until, workers_of

from lva.pipeline import PipelineError
from lva.pipeline.sweep import sweep


def test_every_combination_runs_once_and_a_larger_grid_only_what_is_new(project, capsys):
    grid = project.write_grid("[product]\nseed = [1, 2]\n[workers]\ncount = 2\n")
    table = sweep(grid)
    assert table.run.tolist() == ["mine-seed.1", "mine-seed.2"] and set(table.state) == {"finished"}
    assert table.seed.tolist() == [1, 2] and (table.minutes > 0).all() and (table.peak_gb > 0).all()
    assert project.numbers() == {"mine-seed.1": "seed,width\n1,8\n", "mine-seed.2": "seed,width\n2,8\n"}
    limits = dict.fromkeys(("LVA_CORES", "OMP_NUM_THREADS", "NUMBA_NUM_THREADS"), "1")
    assert json.loads((project.folder / "place.json").read_text()) == limits | {"transport": "ipc"}

    grid = project.write_grid("[product]\nseed = [1, 2, 3]\n[workers]\ncount = 1\nthreads = 2\n")
    table = sweep(grid)
    assert "sweep mine: 3 runs, 2 finished before\n1 to run on local, 1 at once, 2 threads" in capsys.readouterr().out
    assert len(project.begun()) == 6 == len({*project.begun()})
    assert json.loads((project.folder / "place.json").read_text())["LVA_CORES"] == "2"
    assert (table.state == "finished").all() and (table.peak_gb > 0).all()
    assert pd.read_csv(project.cache / "sweeps/mine/sweep.csv").run.tolist() == table.run.tolist()

    project.write_grid("[fixed]\nwidth = 9\n[product]\nseed = [1, 2, 3]\n")
    with pytest.raises(PipelineError, match=r"run 'mine-seed.1' was made with width 8 \(now 9\)"):
        sweep(grid)


def test_a_failed_run_fails_alone_is_named_and_runs_again(project):
    project.write_grid("[product]\nseed = [1, 13, 2]\n[workers]\ncount = 2\n")
    process = project.start()
    said, errors = process.communicate()
    assert process.returncode == 1
    assert "1 of 3 runs failed" in errors and "Traceback" not in errors
    assert "failed: mine-seed.13; see runs/sweeps/mine/logs/mine-seed.13.log" in said
    table = pd.read_csv(project.cache / "sweeps/mine/sweep.csv").set_index("run")
    assert table.state.to_dict() == {"mine-seed.1": "finished", "mine-seed.13": "failed", "mine-seed.2": "finished"}
    assert "01_first stopped in In [3]: AssertionError: thirteen" in table.error["mine-seed.13"]
    assert "thirteen" in (project.cache / "sweeps/mine/logs/mine-seed.13.log").read_text()
    begun = project.begun()
    assert project.start().wait() == 1
    assert project.begun() == sorted([*begun, "first mine-seed.13"])


def test_a_killed_worker_costs_no_finished_notebook_and_leaves_no_process(project):
    (project.folder / "wait").touch()
    project.write_grid("[product]\nseed = [1, 2]\n[workers]\ncount = 2\n")
    process = project.start()
    wait_until(lambda: sum(line.startswith("second") for line in project.begun()) == 2)
    victim = workers_of(process)[0]
    below = victim.children(recursive=True)
    victim.kill()
    wait_until(lambda: not any(map(is_alive, below)))
    wait_until(lambda: sum(line.startswith("second") for line in project.begun()) == 3)
    (project.folder / "wait").unlink()
    said, errors = process.communicate()
    assert process.returncode == 0, errors
    assert "2 finished, 0 failed" in said
    assert [line for line in project.begun() if "first" in line] == ["first mine-seed.1", "first mine-seed.2"]
    assert project.numbers() == {"mine-seed.1": "seed,width\n1,8\n", "mine-seed.2": "seed,width\n2,8\n"}


def test_a_sweep_outlives_its_terminal_and_shows_its_progress_in_another(project):
    (project.folder / "wait").touch()
    project.write_grid("[product]\nseed = [1]\n")
    terminal, side = os.openpty()
    process = project.start(stdout=side, stderr=side)
    os.close(side)
    wait_until(lambda: "second mine-seed.1" in project.begun())
    os.close(terminal)
    os.killpg(process.pid, signal.SIGHUP)
    other = project.start()
    assert "this sweep runs already, as process" in other.stdout.readline()
    (project.folder / "wait").unlink()
    said, _ = other.communicate()
    assert "1/1 mine-seed.1" in said and "1 finished, 0 failed" in said
    assert other.returncode == 0 and process.wait(60) == 0
    assert project.begun() == ["first mine-seed.1", "second mine-seed.1"]


@pytest.mark.parametrize("end", [signal.SIGINT, signal.SIGKILL], ids=["Ctrl-C", "killed"])
def test_a_sweep_that_is_stopped_leaves_no_process_and_resumes(project, end):
    (project.folder / "wait").touch()
    project.write_grid("[product]\nseed = [1]\n")
    process = project.start()
    wait_until(lambda: "second mine-seed.1" in project.begun())
    below = children_of(process)
    os.killpg(process.pid, end) if end == signal.SIGINT else process.kill()
    _, errors = process.communicate()
    wait_until(lambda: not any(map(is_alive, below)))
    if end == signal.SIGINT:
        assert process.returncode == 130 and "resume with:" in errors and "Traceback" not in errors
    (project.folder / "wait").unlink()
    assert project.start().wait() == 0
    assert project.begun() == ["first mine-seed.1", "second mine-seed.1", "second mine-seed.1"]
