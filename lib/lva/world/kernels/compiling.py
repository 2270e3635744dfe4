"""How kernels are compiled and run: numba, cached on disk and never stale, on threads that wait without spinning.

Numba's own cache looks at the file of a function alone, not at the kernels it calls in other files. Here the
cache lies in a folder named after all the sources of this room and the records of the tasks, which kernels hold as
constants, so that a change compiles anew.

Threads come from numba's `workqueue`, unless NUMBA_THREADING_LAYER says otherwise. GNU OpenMP, the default, spins:
where another process has a core it was measured seven times slower, and a process that forks afterwards dies.
`workqueue` wants one caller at a time, which the lock sees to.
"""

from __future__ import annotations

import functools
import hashlib
import os
import threading
from functools import lru_cache
from pathlib import Path

import numba

from lva.ground import paths
from lva.world import tasks

LOCK = threading.Lock()


def kernel(function=None, **options):
    """Compile as `numba.njit(cache=True, ...)` does; use as `@kernel` or `@kernel(parallel=True)`.

    Parallel kernels are for callers in Python, and wait for one another.
    """
    if function is None:
        return lambda function: kernel(function, **options)
    usual, numba.config.CACHE_DIR = numba.config.CACHE_DIR, str(_cache_folder())
    try:
        compiled = numba.njit(cache=True, **options)(function)
    finally:
        numba.config.CACHE_DIR = usual
    return _one_at_a_time(compiled) if options.get("parallel") else compiled


def _one_at_a_time(compiled):
    @functools.wraps(compiled.py_func)
    def call(*arguments):
        with LOCK:
            if numba.config.THREADING_LAYER == "default":  # numba reads it when it first starts its threads
                numba.config.THREADING_LAYER = "workqueue"
            return compiled(*arguments)

    return call


@lru_cache(maxsize=1)
def _cache_folder() -> Path:
    sources = [path.read_bytes() for path in sorted(Path(__file__).parent.glob("*.py"))]
    digest = hashlib.sha256(b"".join(sources) + repr(tasks.RECORDS).encode()).hexdigest()[:16]
    return Path(os.environ.get("NUMBA_CACHE_DIR") or paths.cache() / "numba") / digest
