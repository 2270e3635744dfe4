"""Jobs side by side, one process and one thread each: small models train faster so than one after the other."""

from __future__ import annotations

import multiprocessing
import os
import threading
import time
from collections.abc import Callable, Mapping
from concurrent.futures import FIRST_EXCEPTION, Future, ProcessPoolExecutor, wait
from multiprocessing.connection import wait as wait_for
from typing import Any

import numba
import torch
from tqdm.auto import tqdm

Report = Callable[[int], None]  # takes how many units of a job are done
POLL = 0.5  # seconds between two looks at what the processes have done


def side_by_side(
    work: Callable[..., Any], jobs: Mapping[str, tuple], total: int, unit: str, desc: str, workers: int | None = None
) -> dict[str, Any]:
    """Call `work(*arguments, report)` for each job and return what it returned, by name; `total`: units of all.

    `work` must be importable, since other processes run it. `workers`: as many as there are cores or jobs; one on a
    GPU or where several processes already train together, and then everything happens in this process.
    """
    workers = min(len(jobs), default_workers() if workers is None else workers)
    with tqdm(total=total, desc=desc, unit=unit, unit_scale=True, disable=not jobs) as bar:
        if workers > 1:
            return _in_processes(work, jobs, workers, bar)
        done = dict.fromkeys(jobs, 0)
        return {name: work(*arguments, _reporter(done, name, bar)) for name, arguments in jobs.items()}


def default_workers() -> int:
    """The cores that this process may use; 1 with a GPU, or within `accelerate launch`."""
    if torch.cuda.is_available() or "RANK" in os.environ:
        return 1
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _reporter(done: dict[str, int], name: str, bar: tqdm) -> Report:
    def report(units: int) -> None:
        done[name] = units
        _show(bar, sum(done.values()))

    return report


def _in_processes(work, jobs: Mapping[str, tuple], workers: int, bar: tqdm) -> dict[str, Any]:
    context = multiprocessing.get_context("spawn")
    counts = context.Array("q", len(jobs), lock=False)
    with ProcessPoolExecutor(workers, context, _start, (counts,)) as pool:
        futures = {name: pool.submit(_call, work, i, arguments) for i, (name, arguments) in enumerate(jobs.items())}
        try:
            _watch(list(futures.values()), counts, bar)
            return {name: future.result() for name, future in futures.items()}
        except BaseException:
            processes = list(pool._processes.values())  # the pool forgets them when it is shut down
            pool.shutdown(wait=False, cancel_futures=True)
            for process in processes:
                process.terminate()
            raise


def _watch(futures: list[Future], counts, bar: tqdm) -> None:
    """Move the bar until all have finished or one has failed."""
    pending = futures
    while pending:
        done, pending = wait(pending, POLL, FIRST_EXCEPTION)
        for future in done:
            future.result()
        _show(bar, sum(counts))


def _show(bar: tqdm, units: int) -> None:
    if bar.n == 0 < units:  # the rate is that of the work, without the start of processes or what was done before
        bar.initial = bar.n = units
        bar.start_t = time.time()
    bar.update(units - bar.n)


def _start(counts) -> None:
    """Begin a process: one thread, and an end as soon as the process that asked for it is gone."""
    global _counts
    _counts = counts
    torch.set_num_threads(1)
    numba.set_num_threads(1)
    parent = multiprocessing.parent_process()
    threading.Thread(target=lambda: (wait_for([parent.sentinel]), os._exit(1)), daemon=True).start()


def _call(work, number: int, arguments: tuple) -> Any:
    def report(units: int) -> None:
        _counts[number] = units

    return work(*arguments, report)
