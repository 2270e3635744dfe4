"""Who is at work on something: a file that its holder renews, so that a holder that died is noticed anywhere.

A lease works between processes of one machine and of several that share a folder. It lapses when its process is gone,
which on the same machine shows at once, or else when it has not been renewed for a while.
"""

from __future__ import annotations

import json
import os
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import psutil

RENEW, LAPSE = 5.0, 60.0  # seconds between two renewals, and after the last one until nobody holds it


class Held(Exception):
    """Somebody holds the lease; the message says who."""


@contextmanager
def lease(path: Path) -> Iterator[None]:
    """Hold a lease while the block lasts; raise `Held` if somebody else does."""
    path.parent.mkdir(parents=True, exist_ok=True)
    while not _take(path):
        if held := holder(path):
            raise Held(held)
        _clear(path)
    ended = threading.Event()
    renewing = threading.Thread(target=_renew, args=(path, ended), daemon=True)
    renewing.start()
    try:
        yield
    finally:
        ended.set()
        renewing.join()
        path.unlink(missing_ok=True)


def holder(path: Path) -> str | None:
    """Who holds a lease, in words; None if nobody does."""
    try:
        age = time.time() - path.stat().st_mtime
        about = json.loads(path.read_text(encoding="utf-8"))
        host, pid, began = about["host"], about["pid"], about["began"]
    except FileNotFoundError:
        return None
    except (ValueError, KeyError, TypeError):  # not yet written, or damaged
        return "a process that has just begun" if age < RENEW else None
    if age > LAPSE or (host == socket.gethostname() and not _lives(pid, began)):
        return None
    return f"process {pid} on {host} since {time.strftime('%H:%M', time.localtime(began))}"


def _take(path: Path) -> bool:
    """Write the lease if there is none."""
    began = psutil.Process().create_time()
    try:
        with open(path, "x", encoding="utf-8") as file:
            json.dump({"host": socket.gethostname(), "pid": os.getpid(), "began": began}, file)
    except FileExistsError:
        return False
    return True


def _clear(path: Path) -> None:
    """Remove a lease that has lapsed; one that was taken anew in between is put back."""
    aside = path.with_name(f".{path.name}-{os.getpid()}-{time.monotonic_ns()}")
    with suppress(FileNotFoundError):
        os.rename(path, aside)
        if holder(aside):  # somebody took it meanwhile: give it back
            with suppress(FileExistsError):
                os.link(aside, path)
        aside.unlink()


def _renew(path: Path, ended: threading.Event) -> None:
    while not ended.wait(RENEW):
        with suppress(FileNotFoundError):
            os.utime(path)


def _lives(pid: int, began: float) -> bool:
    """Whether a process of this machine is still the one that began then; another may have its number by now."""
    try:
        return abs(psutil.Process(pid).create_time() - began) < 1
    except psutil.NoSuchProcess:
        return False
