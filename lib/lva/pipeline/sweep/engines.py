"""Who does the runs: processes here, a Dask cluster that is there, or the jobs of a batch system."""

from __future__ import annotations

import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from lva.pipeline.profiles import check_known
from lva.pipeline.sweep.errors import SweepError
from lva.pipeline.sweep.grid import BATCH_SYSTEMS, Grid

if TYPE_CHECKING:
    from distributed import Client

LOCAL = "local"
PATIENCE = 15  # seconds until a scheduler answers
FIRST_WORKER = 60  # seconds until it has a worker
MEMORY = 2.0  # GB of a run of which nothing is known


def check_engine(on: str, grid: Grid) -> None:
    """Raise unless `on` is an engine, with what it needs."""
    try:
        import distributed  # noqa: F401
    except ImportError:
        raise SweepError("a sweep needs Dask: pip install 'lva[sweep]'") from None
    if "://" in on:
        return
    check_known([on], [LOCAL, *BATCH_SYSTEMS], "--on", "engine")
    if on == LOCAL:
        return
    if on not in grid.systems:
        raise SweepError(f"--on {on} needs the options of its jobs: a table [{on}] in the grid, see docs/cluster.md")
    if grid.workers.count is None:
        raise SweepError(f"--on {on} needs to know how many jobs to ask for: count = ... under [workers] in the grid")


def places_at_once(on: str, grid: Grid, runs: int, memory: float | None) -> int | None:
    """How many runs at once: what the grid says, else what this machine allows; None: what the scheduler has.

    `memory`: GB that a run of this sweep took before.
    """
    if "://" in on:
        return None
    if on != LOCAL or grid.workers.count:
        return min(runs, grid.workers.count or runs)
    import psutil

    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    each = grid.workers.memory or memory or MEMORY
    return max(1, min(runs, cores // grid.workers.threads, int(psutil.virtual_memory().available / 1e9 / each)))


@contextmanager
def open_client(on: str, grid: Grid, count: int | None) -> Iterator[Client]:
    """A client of the engine, with all that was started for it ended at the end."""
    from distributed import Client

    logging.getLogger("distributed").setLevel(logging.CRITICAL)  # lost workers are ours to tell
    if "://" in on:
        with _connect(on) as client:
            yield client
        return
    with _start(on, grid, count) as cluster, Client(cluster) as client:
        yield client


def _connect(address: str) -> Client:
    from distributed import Client

    try:
        client = Client(address, timeout=PATIENCE)
        workers = client.scheduler_info()["workers"] or _first_worker(client)
    except (OSError, ValueError, KeyError, ImportError) as error:
        raise SweepError(
            f"no scheduler answers at {address} ({error}); start one with `dask scheduler`, or use --on local"
        ) from None
    if not workers:
        client.close()
        raise SweepError(f"the scheduler at {address} has no worker; start some with `dask worker {address}`")
    return client


def _first_worker(client: Client) -> dict[str, Any]:
    try:
        client.wait_for_workers(1, timeout=FIRST_WORKER)
    except TimeoutError:
        return {}
    return client.scheduler_info()["workers"]


def _start(on: str, grid: Grid, count: int) -> Any:
    """A cluster of our own, with `count` workers that do one run each."""
    if on == LOCAL:
        from distributed import LocalCluster

        return LocalCluster(n_workers=count, threads_per_worker=1, memory_limit=None, dashboard_address=":0")
    try:
        import dask_jobqueue
    except ImportError:
        raise SweepError(f"--on {on} needs dask-jobqueue: pip install 'lva[sweep]'") from None
    kinds = {name.removesuffix("Cluster").lower(): name for name in dir(dask_jobqueue) if name.endswith("Cluster")}
    options = {"cores": grid.workers.threads, "processes": 1} | dict(grid.systems[on])
    # one run per job, whatever its cores: they are the run's own
    options["worker_extra_args"] = [*options.get("worker_extra_args", []), "--nthreads", "1"]
    try:
        cluster = getattr(dask_jobqueue, kinds[on])(**options)
    except (TypeError, ValueError) as error:
        reason = str(error).splitlines()[0]
        raise SweepError(f"[{on}] in the grid: {reason}; its options are those of dask_jobqueue.{kinds[on]}") from None
    cluster.adapt(minimum_jobs=count, maximum_jobs=count)  # jobs that reach their time limit are replaced
    return cluster
