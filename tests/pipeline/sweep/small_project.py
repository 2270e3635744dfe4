"""A project of two notebooks of a few lines, and the command line on it."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import nbformat
import psutil

FIRST = """\
from pathlib import Path
with open(Path(folder) / 'begun.txt', 'a') as file: file.write(f'first {run}\\n')
assert seed != 13, 'thirteen'"""
SECOND = """\
import json, os, time
from pathlib import Path
import ipykernel.connect
with open(Path(folder) / 'begun.txt', 'a') as file: file.write(f'second {run}\\n')
while (Path(folder) / 'wait').exists(): time.sleep(0.05)
place = {name: os.environ[name] for name in ('LVA_CORES', 'OMP_NUM_THREADS', 'NUMBA_NUM_THREADS')}
place['transport'] = ipykernel.connect.get_connection_info(unpack=True)['transport']
results = Path(os.environ['LVA_CACHE']) / run / 'results'
(results / 'numbers.csv').write_text(f'seed,width\\n{seed},{width}\\n')
(Path(folder) / 'place.json').write_text(json.dumps(place))"""


class Project:
    """The project, its grid, and what was begun in it."""

    def __init__(self, folder: Path):
        self.folder = folder
        self.grid = folder / "mine.toml"
        self.cache = folder / "runs"
        self.started: list[subprocess.Popen] = []
        self.environment = {
            **os.environ,
            "LVA_ROOT": str(folder),
            "LVA_CACHE": str(self.cache),
            "PYTHONPATH": os.pathsep.join(sys.path),
            "PYTHONUNBUFFERED": "1",
        }
        (folder / "notebooks/params").mkdir(parents=True)
        (folder / "notebooks/params/tiny.yaml").write_text(f"folder: {folder}\nseed: 0\nwidth: 8\n")
        self.write("01_first", FIRST)
        self.write("02_second", SECOND)

    def write(self, name: str, *cells: str) -> None:
        """Write a notebook."""
        values = "run = 'x'\nfolder = ''\nseed = 0\nwidth = 8"
        tagged = nbformat.v4.new_code_cell(values, metadata={"tags": ["parameters"]})
        book = nbformat.v4.new_notebook(cells=[tagged, *map(nbformat.v4.new_code_cell, cells)])
        book.metadata.kernelspec = {"name": "python3", "display_name": "Python 3", "language": "python"}
        nbformat.write(book, self.folder / f"notebooks/{name}.ipynb")

    def write_grid(self, text: str) -> Path:
        """Write the grid of the profile `tiny`."""
        self.grid.write_text('profile = "tiny"\n' + text)
        return self.grid

    def begun(self) -> list[str]:
        """The notebooks that were begun, with their runs."""
        path = self.folder / "begun.txt"
        return sorted(path.read_text().splitlines()) if path.exists() else []

    def numbers(self) -> dict[str, str]:
        """What every run has written."""
        return {path.parts[-3]: path.read_text() for path in sorted(self.cache.glob("*/results/numbers.csv"))}

    def start(self, *arguments: str, **options) -> subprocess.Popen:
        """Start `python -m lva sweep` on the grid."""
        command = [sys.executable, "-m", "lva", "sweep", str(self.grid), *arguments]
        pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True} | options
        process = subprocess.Popen(command, env=self.environment, cwd=self.folder, start_new_session=True, **pipes)
        self.started.append(process)
        return process

    def close(self) -> None:
        """End what a failed test left running."""
        for process in self.started:
            process.kill()
            process.communicate()


def wait_until(condition, seconds=600):
    """Wait until something is true; return it."""
    deadline = time.monotonic() + seconds
    while not (found := condition()):
        assert time.monotonic() < deadline
        time.sleep(0.1)
    return found


def workers_of(process: subprocess.Popen) -> list[psutil.Process]:
    """The Dask workers of a sweep that are doing a run."""
    runners = [child for child in children_of(process) if "lva.ground.worker" in " ".join(_command(child))]
    return [worker for runner in runners if (worker := runner.parent())]


def children_of(process: subprocess.Popen) -> list[psutil.Process]:
    """All processes that a sweep started."""
    return psutil.Process(process.pid).children(recursive=True)


def is_alive(process: psutil.Process) -> bool:
    """Whether it does anything: one that nobody has asked how it ended still has its number."""
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def _command(process: psutil.Process) -> list[str]:
    try:
        return process.cmdline()
    except (psutil.NoSuchProcess, psutil.ZombieProcess):
        return []
