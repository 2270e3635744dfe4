"""A process that does jobs for `lva.ground.jobs`: `python -m lva.ground.worker`.

Each line of its input is the folder of a job; when the job is done it answers with a line. Its input closes when the
parent process ends, even by SIGKILL, and then the worker ends too, whether it is computing or still importing: the
thread that sees to this starts before any slow import.
"""

from __future__ import annotations

import os
import pickle
import threading
import traceback
from collections.abc import Callable
from io import FileIO
from pathlib import Path
from queue import SimpleQueue

JOB, PROGRESS, OUTCOME = "job.pkl", "progress", "outcome.pkl"  # the files of a job


def main() -> None:
    """Do jobs until the input closes."""
    jobs: SimpleQueue[Path] = SimpleQueue()
    threading.Thread(target=_listen, args=(FileIO(os.dup(0)), jobs), daemon=True).start()
    answers = FileIO(os.dup(1), "w")
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)  # what a job reads or prints must not mix with folders and answers
    os.dup2(2, 1)
    while True:
        do_job(jobs.get())
        answers.write(b"done\n")


def do_job(folder: Path) -> None:
    """Call the job's function; write its result, or its exception, into the job's folder."""
    try:
        work, arguments = pickle.loads((folder / JOB).read_bytes())
        with open(folder / PROGRESS, "wb", buffering=0) as progress:
            outcome = pickle.dumps((True, work(*arguments, _reporter(progress))))
    except Exception as error:
        outcome = _as_bytes(error)
    (folder / OUTCOME).write_bytes(outcome)


def _listen(lines: FileIO, jobs: SimpleQueue[Path]) -> None:
    for line in lines:
        jobs.put(Path(os.fsdecode(line.rstrip(b"\n"))))
    os._exit(1)


def _reporter(file: FileIO) -> Callable[[int], None]:
    def report(units: int) -> None:
        file.seek(0)
        file.write(b"%20d" % units)  # fixed width, so that a reader never finds half a number

    return report


def _as_bytes(error: Exception) -> bytes:
    """Pickle an exception with its traceback; one that cannot be pickled becomes a RuntimeError with its text."""
    error.add_note("In a worker process:\n" + "".join(traceback.format_exception(error)))
    try:
        outcome = pickle.dumps((False, error))
        pickle.loads(outcome)
    except Exception:
        outcome = pickle.dumps((False, RuntimeError("\n".join([f"{type(error).__name__}: {error}", *error.__notes__]))))
    return outcome


if __name__ == "__main__":
    main()
