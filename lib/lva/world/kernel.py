"""How kernels are compiled: numba, cached on disk, and never stale.

Numba's own cache looks at the file of a function alone, not at the kernels it calls in other files. Here the
cache lies in a folder named after all the sources of this room, so that a change anywhere compiles anew.
"""

from __future__ import annotations

import hashlib
import os
from functools import lru_cache
from pathlib import Path

import numba

from lva.artifacts import CACHE


def kernel(function=None, **options):
    """Compile as `numba.njit(cache=True, ...)` does; use as `@kernel` or `@kernel(parallel=True)`."""
    if function is None:
        return lambda function: kernel(function, **options)
    usual, numba.config.CACHE_DIR = numba.config.CACHE_DIR, str(_cache_folder())
    try:
        return numba.njit(cache=True, **options)(function)
    finally:
        numba.config.CACHE_DIR = usual


@lru_cache(maxsize=1)
def _cache_folder() -> Path:
    sources = sorted(Path(__file__).parent.glob("*.py"))
    digest = hashlib.sha256(b"".join(path.read_bytes() for path in sources)).hexdigest()[:16]
    return Path(os.environ.get("NUMBA_CACHE_DIR") or CACHE / "numba") / digest
