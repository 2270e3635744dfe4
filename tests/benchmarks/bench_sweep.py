"""A hundred small notebooks in one sweep: one after the other, side by side, and with workers killed at random.

The notebook imports pandas and computes for about half a second. Writes bench_sweep.csv (rates) and
bench_sweep_size.csv (what moves). Takes about six minutes on two cores.
"""

from __future__ import annotations

import os
import random
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import cloudpickle
import nbformat
import psutil
from harness import write_table

from lva.agent import AgentConfig, new_agent
from lva.ground import paths
from lva.ground.provenance import hardware
from lva.ground.runs import read_table
from lva.pipeline import load_profile
from lva.pipeline.sweep.place import place_here
from lva.pipeline.sweep.work import Job, Outcome
from lva.world import load_grammar, make_demos

RUNS = 100
ALONE = 20  # of these one after the other, twice as many on all cores: their rates are enough
AT_ONCE = 16  # more than cores, within the memory of a laptop
KILLS = 3
PARAMETERS = "run = 'x'\nseed = 0"
WORK = """\
import numpy as np
from lva.ground.runs import open_run
import pandas as pd
x = np.random.default_rng(seed).normal(size=(700, 700))
for _ in range(3): x /= np.linalg.svd(x, compute_uv=False)[0]
open_run(run).save('numbers', pd.DataFrame({'seed': [seed], 'norm': [np.linalg.norm(x)]}));"""


def write_project(folder: Path) -> None:
    """A project of one notebook."""
    (folder / "notebooks/params").mkdir(parents=True)
    (folder / "notebooks/params/tiny.yaml").write_text("seed: 0\n")
    cells = [nbformat.v4.new_code_cell(PARAMETERS, metadata={"tags": ["parameters"]}), nbformat.v4.new_code_cell(WORK)]
    book = nbformat.v4.new_notebook(cells=cells)
    book.metadata.kernelspec = {"name": "python3", "display_name": "Python 3", "language": "python"}
    nbformat.write(book, folder / "notebooks/01_numbers.ipynb")


def measure(folder: Path, what: str, runs: int, at_once: int, kills: int = 0) -> tuple[dict, dict[str, bytes]]:
    """Do a sweep in a cache of its own; its row, and the table of every run."""
    grid, cache = folder / "grid.toml", folder / what.replace(" ", "-")
    grid.write_text(f'profile = "tiny"\n[product]\nseed = {[*range(runs)]}\n[workers]\ncount = {at_once}\n')
    environment = os.environ | {
        "LVA_ROOT": str(folder),
        "LVA_CACHE": str(cache),
        "PYTHONPATH": os.pathsep.join(sys.path),
    }
    began = time.perf_counter()
    process = subprocess.Popen([sys.executable, "-m", "lva", "sweep", str(grid)], cwd=folder, env=environment)
    killed = kill_workers(process, cache, runs, kills)
    process.wait()
    minutes = (time.perf_counter() - began) / 60
    table = read_table(cache / "sweeps/grid/sweep.csv")
    written = {path.parts[-3]: path.read_bytes() for path in cache.glob("*/results/numbers.csv")}
    row = {"what": what, "runs": runs, "at_once": at_once, "killed": killed, "minutes": round(minutes, 2)}
    row |= {"runs_per_minute": round(runs / minutes, 1), "failed": int((table.state != "finished").sum())}
    return row | {"peak_gb_of_a_run": round(table.peak_gb.max(), 2)}, written


def kill_workers(process: subprocess.Popen, cache: Path, runs: int, kills: int) -> int:
    """Kill workers that are doing a run, chosen at random, at random moments of the sweep; return how many."""
    draw = random.Random(0)
    moments = sorted(draw.sample(range(runs // 10, runs * 8 // 10), kills))  # runs that are finished by then
    killed = 0
    while process.poll() is None and killed < kills:
        time.sleep(0.2)
        if len(list(cache.glob("*/results/numbers.csv"))) >= moments[killed] and (busy := busy_workers(process)):
            draw.choice(busy).kill()
            killed += 1
    return killed


def busy_workers(process: subprocess.Popen) -> list[psutil.Process]:
    """The Dask workers below which a kernel runs."""
    found = []
    for child in psutil.Process(process.pid).children(recursive=True):
        try:
            if "kernelapp" in " ".join(child.cmdline()):
                found.append(child.parent().parent())
        except (psutil.NoSuchProcess, psutil.ZombieProcess, AttributeError):
            continue
    return [worker for worker in found if worker]


def bench_rates(folder: Path) -> None:
    """The three sweeps, and whether they made the same tables."""
    write_project(folder)
    rows, tables = [], []
    for what, runs, at_once, kills in (
        ("one after the other", ALONE, 1, 0),
        ("one per core", 2 * ALONE, os.cpu_count(), 0),
        (f"{AT_ONCE} at once, workers killed", RUNS, AT_ONCE, KILLS),
    ):
        row, written = measure(folder, what, runs, at_once, kills)
        rows.append(row)
        tables.append(written)
    hard = hardware()
    for row, written in zip(rows, tables):
        same = all(other.get(name, content) == content for other in tables for name, content in written.items())
        row["same_tables"] = same and len(written) == row["runs"]
        row["speed_up"] = round(row["runs_per_minute"] / rows[0]["runs_per_minute"], 2)
        row["hardware"] = hard
    write_table(rows, "bench_sweep")


def bench_sizes(folder: Path) -> None:
    """What one run of the profile laptop sends, and what it leaves on the shared disk."""
    profile = load_profile("laptop", paths.notebooks() / "params")
    job = Job("name-of-a-run", "laptop", None, profile, False, str(folder / "logs/name-of-a-run.log"))
    grammar = load_grammar(profile["grammar"])
    demos = make_demos(grammar, profile["demonstrations"], progress=False)
    new_agent(AgentConfig(grammar.as_dict(), width=profile["width"])).save_pretrained(folder / "agent")
    sizes = {
        "a run, as it is sent to a worker": len(cloudpickle.dumps((job, place_here(folder / "place")))),
        "its outcome, as it is sent back": len(cloudpickle.dumps(Outcome())),
        "an agent on disk": sum(path.stat().st_size for path in (folder / "agent").iterdir()),
        "the demonstrations on disk": demos.save(folder / "demos.npz").stat().st_size,
    }
    rows = [{"what": what, "bytes": size, "hardware": hardware()} for what, size in sizes.items()]
    write_table(rows, "bench_sweep_size")


def main() -> None:
    """Measure both."""
    with tempfile.TemporaryDirectory() as folder:
        bench_sizes(Path(folder))
        bench_rates(Path(folder))


if __name__ == "__main__":
    main()
