"""Kernels kept on disk: found again from any copy of their sources, and compiled again if a byte has changed."""

import importlib.util
import stat
import subprocess
import sys

import pytest

from lva.world.kernels import caching, compiling

SOURCE = """
from lva.world.kernels.compiling import kernel

@kernel
def double(x):
    return 2 * x
"""


@pytest.fixture
def folder(tmp_path, monkeypatch):
    place = tmp_path / "numba" / "of these sources"
    monkeypatch.setattr(compiling, "_cache_folder", lambda: place)
    return place


@pytest.fixture
def double(tmp_path, folder):
    """Load a kernel from a copy of its sources, as a new process would."""

    def load(copy="here"):
        path = tmp_path / copy / "own.py"
        path.parent.mkdir(exist_ok=True)
        path.write_text(SOURCE)
        spec = importlib.util.spec_from_file_location("own", path)
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        return module.double

    return load


def compiled(function):
    """How often it was compiled, after a call."""
    assert function(3) == 6
    return sum(function.stats.cache_misses.values())


def test_any_copy_of_the_sources_finds_what_was_compiled(double):
    assert [compiled(double()), compiled(double()), compiled(double("elsewhere"))] == [1, 0, 0]


def test_other_types_are_compiled_beside_the_first(double):
    assert compiled(double()) == 1
    assert double()(1.5) == 3.0
    assert compiled(double()) == 0


SLOWLY = """
import sys, time
from lva.world.kernels import caching, compiling
compiling._cache_folder = lambda: __import__("pathlib").Path(sys.argv[1])
save = caching.KernelCache._save_overload
caching.KernelCache._save_overload = lambda *given: (print("compiled", flush=True), time.sleep(2), save(*given))
sys.path.insert(0, sys.argv[2])
from own import double
print("waiting", flush=True)
assert double(3) == 6
"""


def test_processes_that_start_together_compile_a_kernel_once(folder, tmp_path):
    (tmp_path / "own.py").write_text(SOURCE)
    command = [sys.executable, "-c", SLOWLY, str(folder), str(tmp_path)]
    started = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(2)]
    said = [process.communicate()[0] for process in started]
    assert [process.returncode for process in started] == [0, 0]
    assert "".join(said).count("compiled") == 1


def test_a_process_that_takes_too_long_is_not_waited_for(double, folder, monkeypatch):
    monkeypatch.setattr(caching, "PATIENCE", 0.1)
    other = double()
    assert other._cache._take_turn()
    assert compiled(double("elsewhere")) == 1
    other._cache._turn.release()


@pytest.mark.parametrize("suffix", ["nbi", "nbc"])
@pytest.mark.parametrize("damage", ["a bit", "cut", "empty", "junk"])
def test_a_damaged_file_is_compiled_again_and_mended(double, folder, suffix, damage):
    compiled(double())
    (path,) = folder.glob(f"*.{suffix}")
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 4
    path.write_bytes({"a bit": content, "cut": content[:-9], "empty": b"", "junk": b"\x80junk"}[damage])
    assert [compiled(double()), compiled(double())] == [1, 0]


def test_the_folder_is_its_owners_alone(double, folder):
    compiled(double())
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_where_nothing_can_be_kept_kernels_work_all_the_same(double, folder):
    folder.parent.write_text("a file, where a folder should be")
    assert compiled(double()) == 1
