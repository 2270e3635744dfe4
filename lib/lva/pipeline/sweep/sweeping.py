"""A sweep from its file to its table: what is finished is skipped, the rest is done by the workers of an engine."""

from __future__ import annotations

import fcntl
import math
import os
import platform
import sys
import time
import uuid
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from lva.ground import paths
from lva.pipeline.plan import check_overwrite, plan_runs, why_run
from lva.pipeline.sweep.engines import check_engine, open_client, places_at_once
from lva.pipeline.sweep.errors import SweepError
from lva.pipeline.sweep.grid import Grid, read_grid
from lva.pipeline.sweep.place import check_workers, place_here
from lva.pipeline.sweep.record import (
    FAILED,
    FINISHED,
    RUNNING,
    TABLE,
    WAITING,
    Record,
    as_table,
    expect_minutes,
    minutes_of,
    peaks_before,
    write_table,
)
from lva.pipeline.sweep.work import Job, do

if TYPE_CHECKING:
    import pandas as pd
    from distributed import Client, Future

POLL = 1.0  # seconds between two looks at the runs
REPORT = 60.0  # seconds between two lists of what runs
RETRIES = 3  # of a run whose process died; a lost worker is made good by Dask, as often
LOG = "sweep.log"


def sweep(path: Path, on: str = "local", overwrite: bool = False, only_plan: bool = False) -> pd.DataFrame:
    """Do the runs of a grid that are not finished; return the table of all runs.

    Names and values of all runs are checked first. If the same sweep runs already, its progress is shown instead.
    `overwrite` allows runs that were made with other parameters. `only_plan`: say what would be done, and stop.
    """
    grid = read_grid(path)
    check_engine(on, grid)
    folder = paths.cache() / "sweeps" / grid.name
    records = plan_sweep(grid, Path(path), folder, overwrite)
    if only_plan:
        print(announcement(grid, records, on))
        return as_table(records, grid.varied)
    with _alone(folder) as alone:
        if not alone:
            return _follow(folder)
        with open(folder / LOG, "w", encoding="utf-8") as log:
            return Sweep(grid, records, folder, log).run(on, overwrite)


def plan_sweep(grid: Grid, path: Path, folder: Path, overwrite: bool = False) -> list[Record]:
    """The runs of a grid, each checked as `lva run` would check it."""
    runs = grid.runs()
    plans = plan_runs(grid.profile, grid.only, list(runs.values()), source=str(path))
    if not overwrite:
        for stages in plans:
            check_overwrite(stages)
    peaks = peaks_before(folder)
    records = []
    for (name, values), stages in zip(runs.items(), plans):
        record = Record(stages, values, folder / "logs" / f"{name}.log", peak_gb=peaks.get(name, float("nan")))
        record.state = WAITING if any(map(why_run, stages)) else FINISHED
        record.timed = minutes_of(name, stages)
        records.append(record)
    return records


def announcement(grid: Grid, records: Sequence[Record], on: str) -> str:
    """What will be done, and how long it will take."""
    missing = [record for record in records if record.state != FINISHED]
    said = f"sweep {grid.name}: {len(records)} runs, {len(records) - len(missing)} finished before"
    if not missing:
        return said
    count, each = _at_once(grid, records, on), expect_minutes(records, grid.profile)
    places = f"{count} at once" if count else "as many at once as it has places"
    minutes = f"about {each:.1f} minutes each" if each else "how long one takes is not known yet"
    together = f", {each * math.ceil(len(missing) / count):.0f} together" if each and count else ""
    threads = f"{grid.workers.threads} thread{'s' if grid.workers.threads > 1 else ''} each"
    return f"{said}\n{len(missing)} to run on {on}, {places}, {threads}; {minutes}{together}"


def _at_once(grid: Grid, records: Sequence[Record], on: str) -> int | None:
    missing = [record for record in records if record.state != FINISHED]
    peaks = [record.peak_gb for record in records if record.peak_gb > 0]
    return places_at_once(on, grid, len(missing), max(peaks, default=None))


class Sweep:
    """A sweep that is being done; all that it says goes to its log, and to the terminal while there is one."""

    def __init__(self, grid: Grid, records: Sequence[Record], folder: Path, log: TextIO):
        self.grid, self.records, self.folder, self.log = grid, records, folder, log
        self.began = time.time()

    def run(self, on: str, overwrite: bool) -> pd.DataFrame:
        """Do what is not finished."""
        missing = [record for record in self.records if record.state != FINISHED]
        self.say(announcement(self.grid, self.records, on))
        if missing:
            log = os.path.relpath(self.folder / LOG)
            self.say(f"log: {log}; Ctrl-C stops, the same command resumes or shows progress")
            self._write()
            self._do(missing, on, overwrite)
        table = self._write(headlines=True)
        self._conclude()
        return table

    def _do(self, missing: Sequence[Record], on: str, overwrite: bool) -> None:
        place, threads, call = place_here(self.folder), self.grid.workers.threads, uuid.uuid4().hex[:8]
        with open_client(on, self.grid, _at_once(self.grid, self.records, on)) as client:
            check_workers(client, place)
            futures = {}
            for record in missing:
                job, key = self._job(record, overwrite), f"{record.run.name}-{call}"
                futures[client.submit(do, job, place, threads, key=key, retries=RETRIES)] = record
            self._watch(client, futures)

    def say(self, text: str) -> None:
        """Write to the log, and to the terminal if it is still there."""
        print(text, file=self.log, flush=True)
        try:
            print(text, flush=True)
        except OSError:  # the terminal was closed: nothing is to be said there any more, not even at the end
            sys.stdout = sys.stderr = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115

    def _write(self, headlines: bool = False) -> pd.DataFrame:
        table = as_table(self.records, self.grid.varied, headlines)
        write_table(table, self.folder)
        return table

    def _job(self, record: Record, overwrite: bool) -> Job:
        profile = self.grid.profile
        if Path(profile).suffix:
            profile = str(Path(profile).absolute())
        return Job(record.run.name, profile, self.grid.only, record.parameters, overwrite, str(record.log))

    def _watch(self, client: Client, futures: dict[Future, Record]) -> None:
        from distributed import wait

        pending, reported = set(futures), time.monotonic()
        while pending:
            with suppress(TimeoutError):
                wait(pending, timeout=POLL, return_when="FIRST_COMPLETED")
            if client.status != "running":
                raise SweepError("the scheduler went away; what is finished is kept, and the same command resumes")
            for future in [future for future in pending if future.status != "pending"]:
                pending.remove(future)
                self._finish(futures[future], future)
            for future in pending:
                futures[future].state = self._state(futures[future])
            if time.monotonic() - reported > REPORT:
                self._report()
                reported = time.monotonic()

    def _state(self, record: Record) -> str:
        begun = record.log.exists() and record.log.stat().st_mtime >= self.began
        return RUNNING if begun else WAITING

    def _finish(self, record: Record, future: Future) -> None:
        try:
            outcome = future.result()
            record.error, record.peak_gb = outcome.error, outcome.peak_gb
        except Exception as error:  # its workers died once too often, or its process did
            record.error = f"{type(error).__name__}: {error}"
        record.state = FAILED if record.error else FINISHED
        future.release()
        record.timed = minutes_of(record.run.name, record.stages)
        self._write()
        counts = Counter(record.state for record in self.records)
        done = counts[FINISHED] + counts[FAILED]
        first = record.error.split("\n")[0]
        how = f"failed: {first}\n    log: {os.path.relpath(record.log)}" if first else f"{record.minutes:.1f} min"
        self.say(f"  {done}/{len(self.records)} {record.run.name} {how}")

    def _report(self) -> None:
        for record in self.records:
            if record.state == RUNNING:
                self.say(f"  running: {record.run.name}: {record.last_line()[:100]}")

    def _conclude(self) -> None:
        counts = Counter(record.state for record in self.records)
        self.say(f"{counts[FINISHED]} finished, {counts[FAILED]} failed, {counts[WAITING]} not run")
        for record in self.records:
            if record.state == FAILED:
                self.say(f"  failed: {record.run.name}; see {os.path.relpath(record.log)}")
        self.say(f"table: {os.path.relpath(self.folder / TABLE)}")


@contextmanager
def _alone(folder: Path) -> Iterator[bool]:
    """Whether no other process does this sweep; while the block lasts, none can begin."""
    folder.mkdir(parents=True, exist_ok=True)
    with open(folder / "lock", "a+", encoding="utf-8") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.seek(0)
            print(f"this sweep runs already, as {lock.read().strip()}; Ctrl-C here leaves it alone", flush=True)
            yield False
            return
        lock.truncate(0)
        print(f"process {os.getpid()} on {platform.node()}", file=lock, flush=True)
        yield True


def _follow(folder: Path) -> pd.DataFrame:
    """Show what another process says of this sweep until it ends."""
    import pandas as pd

    with open(folder / LOG, encoding="utf-8") as log:
        running = True
        while running:
            running = not _is_free(folder)
            print(log.read(), end="", flush=True)
            time.sleep(POLL * running)
    return pd.read_csv(folder / TABLE)


def _is_free(folder: Path) -> bool:
    with open(folder / "lock", encoding="utf-8") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
    return True
