"""A sweep on a scheduler that is there, and through a batch system; and what it says of one that will not do."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from small_project import wait_until

from lva.ground import paths
from lva.pipeline.sweep import SweepError, engines, sweep

SBATCH = """\
#!/bin/sh
# does what Slurm's does: keeps the script, runs it later, says its number
cp "$1" job.$$
setsid sh job.$$ > job.$$.log 2>&1 &
echo "Submitted batch job $!"
"""
SCANCEL = """\
#!/bin/sh
kill -- -"$1"
"""


def start_dask(*arguments, cwd, path=""):
    """Start a part of a Dask cluster with `dask scheduler ...` or `dask worker ...`, which knows nothing of a run."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("LVA_")}
    environment["PYTHONPATH"] = os.pathsep.join([path, *sys.path]).strip(os.pathsep)
    command = [sys.executable, "-m", "dask", *arguments, "--no-dashboard"]
    return subprocess.Popen(command, env=environment, cwd=cwd)


@pytest.fixture(scope="module")
def scheduler(tmp_path_factory):
    """The address of a scheduler without workers."""
    folder = tmp_path_factory.mktemp("scheduler")
    file = folder / "scheduler.json"
    place = ("--host", "127.0.0.1", "--port", "0", "--scheduler-file", str(file))
    process = start_dask("scheduler", *place, cwd=folder)
    yield json.loads(wait_until(lambda: file.exists() and file.read_text()))["address"]
    process.terminate()
    process.wait()


@pytest.fixture
def worker(project, scheduler, monkeypatch):
    """Start a worker of the scheduler, however long it takes; it ends with the test."""
    monkeypatch.setattr(engines, "FIRST_WORKER", 300)
    processes = []

    def start(cwd=project.folder, path=""):
        command = ("worker", scheduler, "--nthreads", "1", "--no-nanny")
        processes.append(start_dask(*command, cwd=cwd, path=path))

    yield start
    for process in processes:
        process.terminate()
        process.wait()


def test_a_cluster_that_is_there_does_the_runs(project, scheduler, worker):
    project.write_grid("[product]\nseed = [1, 2, 13]\n")
    worker()
    table = sweep(project.grid, scheduler)
    assert table.state.tolist() == ["finished", "finished", "failed"]
    assert project.numbers() == {"mine-seed.1": "seed,width\n1,8\n", "mine-seed.2": "seed,width\n2,8\n"}


def test_a_scheduler_that_is_not_there_is_named(project, monkeypatch):
    monkeypatch.setattr(engines, "PATIENCE", 2)
    project.write_grid("[product]\nseed = [1]\n")
    with pytest.raises(SweepError, match=r"no scheduler answers at tcp://127\.0\.0\.1:9 .*dask scheduler.*--on local"):
        sweep(project.grid, "tcp://127.0.0.1:9")
    assert project.begun() == []


def test_a_scheduler_without_workers_is_named(project, scheduler, monkeypatch):
    monkeypatch.setattr(engines, "FIRST_WORKER", 2)
    project.write_grid("[product]\nseed = [1]\n")
    with pytest.raises(SweepError, match=f"the scheduler at {scheduler} has no worker; .*`dask worker {scheduler}`"):
        sweep(project.grid, scheduler)


def test_a_worker_with_other_versions_is_named_with_them(project, scheduler, worker):
    other = project.folder / "other/torch-0.0.1.dist-info"
    other.mkdir(parents=True)
    (other / "METADATA").write_text("Metadata-Version: 2.1\nName: torch\nVersion: 0.0.1\n")
    worker(path=str(other.parent))
    project.write_grid("[product]\nseed = [1]\n")
    with pytest.raises(SweepError) as error:
        sweep(project.grid, scheduler)
    assert "1 of 1 workers cannot take part:\n  tcp://127.0.0.1:" in str(error.value)
    assert "has other versions: torch 0.0.1 instead of 2." in str(error.value)
    assert project.begun() == []


def test_a_worker_with_other_code_of_the_package_is_named(project, scheduler, worker):
    other = project.folder / "other/lva"
    shutil.copytree(paths.PACKAGE, other, ignore=shutil.ignore_patterns("__pycache__"))
    (other / "ground/more.py").write_text("x = 1\n")
    worker(path=str(other.parent))
    project.write_grid("[product]\nseed = [1]\n")
    with pytest.raises(SweepError, match=f"has other code of lva, in {other}"):
        sweep(project.grid, scheduler)


@pytest.mark.skipif(not Path("/proc/self/cwd").exists(), reason="needs a path that differs from process to process")
def test_a_worker_that_does_not_see_the_folder_is_named(project, scheduler, worker, monkeypatch):
    elsewhere = project.folder / "elsewhere"
    elsewhere.mkdir()
    worker(cwd=elsewhere)
    monkeypatch.setenv("LVA_CACHE", "/proc/self/cwd/runs")  # the worker's own folder, not ours
    project.write_grid("[product]\nseed = [1]\n")
    with pytest.raises(SweepError, match="does not see the folder /proc/self/cwd/runs; set LVA_CACHE"):
        sweep(project.grid, scheduler)


def test_a_batch_system_does_the_runs_by_jobs(project, monkeypatch):
    programs = project.folder / "bin"
    programs.mkdir()
    for name, text in (("sbatch", SBATCH), ("scancel", SCANCEL)):
        (programs / name).write_text(text)
        (programs / name).chmod(0o755)
    monkeypatch.setenv("PATH", str(programs), prepend=os.pathsep)
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join(sys.path))
    project.write_grid(
        '[product]\nseed = [1, 2]\n[workers]\ncount = 2\n[slurm]\nmemory = "1 GB"\nwalltime = "00:10:00"\n'
        'scheduler_options = {host = "127.0.0.1", dashboard_address = ":0"}\n'
    )
    table = sweep(project.grid, "slurm")
    assert table.state.tolist() == ["finished", "finished"]
    assert len(list(project.folder.glob("job.*.log"))) == 2


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ('memory = "1 GB"\nqeueu = "long"\n', "[slurm] in the grid: .*qeueu.*SLURMCluster"),
        ("", "[slurm] in the grid: .*memory.*SLURMCluster"),
    ],
)
def test_an_option_that_the_batch_system_does_not_have_is_named(project, options, message):
    project.write_grid(f"[product]\nseed = [1]\n[workers]\ncount = 1\n[slurm]\n{options}")
    with pytest.raises(SweepError, match=message.replace("[", r"\[").replace("]", r"\]")):
        sweep(project.grid, "slurm")
