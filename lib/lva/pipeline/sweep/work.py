"""What a worker does: one run of a sweep, in a process of its own, which ends when the worker does."""

from __future__ import annotations

import os
import platform
import threading
import time
import traceback
from collections.abc import Mapping
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lva.ground.errors import UserError
from lva.ground.jobs import CORES, THREADS, Report, Worker
from lva.pipeline.sweep.place import Place, problem_here

SAMPLING = 0.5  # seconds between two looks at the memory


@dataclass(frozen=True)
class Job:
    """One run: paths and values only, so that it can travel."""

    run: str
    profile: str
    only: str | None
    parameters: Mapping[str, Any]
    overwrite: bool
    log: str  # what the notebooks print goes to this file


@dataclass(frozen=True)
class Outcome:
    """How a run ended."""

    error: str = ""  # empty: it is finished
    peak_gb: float = float("nan")  # of all its processes together


def do(job: Job, place: Place, threads: int) -> Outcome:
    """Do a run; whatever goes wrong in it is its outcome, but the death of its process is an error of the worker."""
    if problem := problem_here(place):
        return Outcome(problem)
    return _process(place, threads).call(job.run, run_notebooks, job, place)


def run_notebooks(job: Job, place: Place, report: Report) -> Outcome:
    """Run the notebooks of a job in this process."""
    os.chdir(place.folder)
    log = Path(job.log)
    log.parent.mkdir(parents=True, exist_ok=True)
    meter = Meter()
    with open(log, "a", buffering=1, encoding="utf-8") as file, redirect_stdout(file), redirect_stderr(file):
        print(f"{job.run} on {platform.node()}, {time.strftime('%Y-%m-%d %H:%M:%S')}")
        try:
            _run(job)
        except Exception as error:
            traceback.print_exc()
            kind = "" if isinstance(error, UserError) else f"{type(error).__name__}: "
            return Outcome(f"{kind}{error}", meter.peak_gb())
    return Outcome(peak_gb=meter.peak_gb())


def _run(job: Job) -> None:
    from lva.ground.provenance import record_stages
    from lva.ground.runs import open_run
    from lva.pipeline.running import run

    run(job.profile, job.only, dict(job.parameters), overwrite=job.overwrite)
    folder = open_run(job.run)
    record_stages(folder.notebooks, folder.results / "stages.csv")


class Meter:
    """Follows how much memory this process and those that it starts take together."""

    def __init__(self) -> None:
        self._peak, self._done = 0, threading.Event()
        self._thread = threading.Thread(target=self._follow, daemon=True)
        self._thread.start()

    def peak_gb(self) -> float:
        """Stop, and return the largest sum that was seen."""
        self._done.set()
        self._thread.join()
        return self._peak / 1e9

    def _follow(self) -> None:
        import psutil

        this = psutil.Process()
        while not self._done.wait(SAMPLING):
            sizes = []
            for process in [this, *this.children(recursive=True)]:
                try:
                    sizes.append(process.memory_info().rss)
                except psutil.NoSuchProcess:
                    continue
            self._peak = max(self._peak, sum(sizes))


_kept = threading.local()  # for the next run: starting a process takes a second


def _process(place: Place, threads: int) -> Worker:
    """The process that does the runs of this thread of the worker."""
    limits = dict.fromkeys([*THREADS, CORES], str(threads))
    environment = limits | {"LVA_CACHE": place.cache, "LVA_ROOT": place.project}
    before = getattr(_kept, "process", None)
    if before and (before.process.poll() is not None or _kept.environment != environment):
        before.process.kill()
        before.close()
        before = None
    _kept.environment, _kept.process = environment, before or Worker(environment)
    return _kept.process
