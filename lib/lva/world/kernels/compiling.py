"""How kernels are compiled and run: numba, cached on disk and never stale, on threads that wait without spinning.

Numba's own cache looks at the file of a function alone, not at the kernels it calls in other files. Here the
cache lies in a folder named after all the sources of this room, the records of the tasks, which kernels hold as
constants, and numba's version, so that a change compiles anew (`caching`).

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
from lva.world.kernels.caching import KernelCache, SharedFolder

LOCK = threading.Lock()


def kernel(function=None, **options):
    """Compile as `numba.njit(cache=True, ...)` does; use as `@kernel` or `@kernel(parallel=True)`.

    Parallel kernels are for callers in Python, and wait for one another.
    """
    if function is None:
        return lambda function: kernel(function, **options)
    compiled = numba.njit(**options)(function)
    SharedFolder.folder = _cache_folder()
    compiled._cache = KernelCache(function)  # as `cache=True` does with numba's own
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
    made_from = b"".join(sources) + repr((tasks.RECORDS, numba.__version__)).encode()
    digest = hashlib.sha256(made_from).hexdigest()[:16]
    return Path(os.environ.get("NUMBA_CACHE_DIR") or paths.cache() / "numba") / digest
