"""Compiled kernels on disk: shared by all copies of the same sources, and never used if a byte has changed.

Numba keeps a cache for each path and time of a source file, as pickles without a checksum: a flipped bit is an unknown
error at best, and other machine code at worst. Here the folder is named after the sources (`compiling`), so its files
need no path and no time; each begins with its sha256, and one that does not fit it is compiled again.

Processes that start together wait for the one that compiles a kernel, and take what it has made.

Pickles can hold any program, so the folder is made for its owner alone.
"""

from __future__ import annotations

import hashlib
import os
import pickle
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout
from numba.core.caching import CompileResultCacheImpl, FunctionCache, IndexDataCacheFile, _CacheLocator

DIGEST = hashlib.sha256().digest_size
PATIENCE = 120  # seconds to wait for another process that compiles the same kernel


class SharedFolder(_CacheLocator):
    """The folder of all kernels, wherever their sources lie."""

    folder = Path()  # set by `kernel`

    def __init__(self, line: int):
        self.line = line

    @classmethod
    def from_function(cls, py_func: Any, py_file: str) -> SharedFolder:
        """The place of a kernel."""
        return cls(py_func.__code__.co_firstlineno)

    def get_cache_path(self) -> str:
        """The folder."""
        return str(self.folder)

    def ensure_cache_path(self) -> None:
        """Make the folder, for its owner alone."""
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)

    def get_source_stamp(self) -> str:
        """Nothing: the folder is named after the sources."""
        return ""

    def get_disambiguator(self) -> str:
        """What tells two kernels of one name in one module apart."""
        return str(self.line)


class CheckedFiles(IndexDataCacheFile):
    """Numba's files, each with its sha256 before it."""

    def _load_index(self) -> dict:
        try:
            return _read(self._index_path)
        except OSError:
            return {}

    def _save_index(self, overloads: dict) -> None:
        self._write(self._index_path, overloads)

    def _load_data(self, name: str) -> Any:
        return _read(self._data_path(name))  # numba compiles again upon an OSError

    def _save_data(self, name: str, data: Any) -> None:
        self._write(self._data_path(name), data)

    def _write(self, path: str, data: Any) -> None:
        content = self._dump(data)
        with self._open_for_write(path) as file:
            file.write(hashlib.sha256(content).digest() + content)


class SharedResults(CompileResultCacheImpl):
    """Results of compilation in the shared folder."""

    _locator_classes = (SharedFolder,)


class KernelCache(FunctionCache):
    """The cache of one kernel."""

    _impl_class = SharedResults

    def __init__(self, py_func: Any):
        super().__init__(py_func)
        stamp = self._impl.locator.get_source_stamp()
        self._cache_file = CheckedFiles(self._cache_path, self._impl.filename_base, stamp)
        self._turn = FileLock(Path(self._cache_path, f"{self._impl.filename_base}.lock"), PATIENCE)

    def _load_overload(self, sig: Any, target_context: Any) -> Any:
        """Load a kernel; where there is none, it is this process's turn to compile it, until `_save_overload`."""
        found = super()._load_overload(sig, target_context)
        if found is not None or not self._take_turn():
            return found
        found = super()._load_overload(sig, target_context)  # another process may have compiled it meanwhile
        if found is not None:
            self._turn.release()
        return found

    def _save_overload(self, sig: Any, data: Any) -> None:
        try:
            super()._save_overload(sig, data)
        except OSError:  # full, or not ours to write: the kernel is there, and is compiled again next time
            self.disable()
        finally:
            self._turn.release()

    def _take_turn(self) -> bool:
        """Whether no other process compiles this kernel, after waiting for the one that does."""
        try:
            self._impl.locator.ensure_cache_path()
            self._turn.acquire()
        except (OSError, Timeout):  # nothing can be kept there, or the other takes too long: compile it here as well
            return False
        return True


def _read(path: str) -> Any:
    content = Path(path).read_bytes()
    if hashlib.sha256(content[DIGEST:]).digest() != content[:DIGEST]:
        raise OSError(f"{os.fspath(path)} is damaged")
    return pickle.loads(content[DIGEST:])
