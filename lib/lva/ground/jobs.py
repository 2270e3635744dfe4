"""Jobs side by side, one process and one thread each: small models train faster that way than one after the other.

A job is an importable function and its arguments. It reports through files in a folder of its own, so that jobs could
also run on other machines. `lva.ground.worker` is the other side.
"""

from __future__ import annotations

import os
import pickle
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from concurrent.futures import FIRST_EXCEPTION, Future, ThreadPoolExecutor, wait
from pathlib import Path
from queue import SimpleQueue
from tempfile import TemporaryDirectory
from typing import Any

from tqdm.auto import tqdm

from lva.ground.worker import JOB, OUTCOME, PROGRESS

Report = Callable[[int], None]  # called with the number of units of a job that are done
POLL = 0.5  # seconds between two checks of the jobs' progress
CORES = "LVA_CORES"  # the cores that a process may use, where it shall not use all that it sees
THREADS = ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS", "NUMBA_NUM_THREADS")


def side_by_side(
    work: Callable[..., Any], jobs: Mapping[str, tuple], total: int, unit: str, desc: str, workers: int | None = None
) -> dict[str, Any]:
    """Call `work(*arguments, report)` for each job; return the results by name. `total`: units of all jobs together.

    `workers`: by default one per core, or per job if there are fewer; one on a GPU, or where several processes already
    train together. With one, everything happens in this process.
    """
    workers = min(len(jobs), default_workers() if workers is None else workers)
    with tqdm(total=total, desc=desc, unit=unit, unit_scale=True, disable=not jobs) as bar:
        if workers > 1:
            with TemporaryDirectory(prefix="lva-jobs-", ignore_cleanup_errors=True) as folder:
                return _in_processes(_write_jobs(work, jobs, Path(folder)), workers, bar)
        done = dict.fromkeys(jobs, 0)
        return {name: work(*arguments, _reporter(done, name, bar)) for name, arguments in jobs.items()}


def default_workers() -> int:
    """The cores that this process may use, LVA_CORES if set; 1 with a GPU, or within `accelerate launch`."""
    import torch  # imported here: it takes seconds, and nothing else in this file needs it

    if torch.cuda.is_available() or "RANK" in os.environ:
        return 1
    if CORES in os.environ:
        return int(os.environ[CORES])
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


class Worker:
    """A process that does one job after another; it ends when this process does, for whatever reason."""

    def __init__(self, environment: Mapping[str, str] | None = None):
        path = {"PYTHONPATH": os.pathsep.join(sys.path)}
        # A session of its own: Ctrl-C in a terminal reaches only this process, which then ends its workers.
        self.process = subprocess.Popen(
            [sys.executable, "-P", "-m", "lva.ground.worker"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=os.environ | dict.fromkeys(THREADS, "1") | path | dict(environment or {}),
            start_new_session=True,
        )

    def call(self, name: str, work: Callable[..., Any], *arguments: Any) -> Any:
        """Call `work(*arguments, report)` there as the job `name`; return its result, or raise its exception."""
        with TemporaryDirectory(prefix="lva-jobs-", ignore_cleanup_errors=True) as folder:
            return self.do(name, _write_jobs(work, {name: arguments}, Path(folder))[name])

    def do(self, name: str, folder: Path) -> Any:
        """Run a job; return its result, or raise its exception."""
        try:
            self.process.stdin.write(os.fsencode(folder) + b"\n")
            self.process.stdin.flush()
            answer = self.process.stdout.readline()
        except OSError:
            answer = b""
        if not answer:
            raise RuntimeError(
                f"a worker process died in the job {name!r} (exit status {self.process.wait()}): killed, or out of "
                f"memory; free some and start again, or use workers=1"
            )
        returned, value = pickle.loads((folder / OUTCOME).read_bytes())
        if not returned:
            raise value
        return value

    def close(self) -> None:
        """Wait for a killed process to end."""
        self.process.wait()
        self.process.stdin.close()
        self.process.stdout.close()


def _write_jobs(work: Callable[..., Any], jobs: Mapping[str, tuple], folder: Path) -> dict[str, Path]:
    """Write each job into a folder of its own."""
    if work.__module__ == "__main__":
        raise ValueError(f"other processes cannot import {work.__qualname__}; move it from the script into a module")
    folders = {}
    for i, (name, arguments) in enumerate(jobs.items()):
        folders[name] = folder / str(i)
        folders[name].mkdir()
        (folders[name] / JOB).write_bytes(pickle.dumps((work, arguments)))
    return folders


def _in_processes(folders: Mapping[str, Path], workers: int, bar: tqdm) -> dict[str, Any]:
    processes: list[Worker] = []
    idle: SimpleQueue[Worker] = SimpleQueue()

    def do(name: str) -> Any:
        worker = idle.get()
        try:
            return worker.do(name, folders[name])
        finally:
            idle.put(worker)

    with ThreadPoolExecutor(workers) as threads:
        try:
            for _ in range(workers):
                processes.append(Worker())
                idle.put(processes[-1])
            futures = {name: threads.submit(do, name) for name in folders}
            _watch(list(futures.values()), list(folders.values()), bar)
            return {name: future.result() for name, future in futures.items()}
        finally:
            threads.shutdown(wait=False, cancel_futures=True)
            for worker in processes:
                worker.process.kill()  # kill all of them first: a second Ctrl-C can interrupt the waits
            for worker in processes:
                worker.close()


def _watch(futures: list[Future], folders: list[Path], bar: tqdm) -> None:
    """Update the bar until all have finished or one has failed."""
    pending = set(futures)
    while pending:
        done, pending = wait(pending, POLL, FIRST_EXCEPTION)
        for future in done:
            future.result()
        _show(bar, sum(_progress(folder) for folder in folders))


def _progress(folder: Path) -> int:
    file = folder / PROGRESS
    return int(file.read_bytes() or 0) if file.exists() else 0


def _reporter(done: dict[str, int], name: str, bar: tqdm) -> Report:
    def report(units: int) -> None:
        done[name] = units
        _show(bar, sum(done.values()))

    return report


def _show(bar: tqdm, units: int) -> None:
    if bar.n == 0 < units:  # so that the rate leaves out process start-up and earlier work
        bar.initial = bar.n = units
        bar.start_t = time.time()
    bar.update(units - bar.n)
