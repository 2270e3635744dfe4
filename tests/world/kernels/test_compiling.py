"""Kernels under the conditions of real life: threads, forks, sources that change."""

import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import numpy as np

from lva.world import World, load_grammar, tasks
from lva.world.kernels import compiling

GRAMMAR = load_grammar("paper")


def test_threads_may_call_at_once():
    """Numba's workqueue ends the process where two callers meet."""
    worlds = [World.reset(GRAMMAR.instructions * 20, seed) for seed in range(8)]
    with ThreadPoolExecutor(8) as pool:
        together = list(pool.map(lambda world: [world.observe() for _ in range(20)][-1], worlds))
    for world, images in zip(worlds, together):
        np.testing.assert_array_equal(images, world.observe())


def test_a_process_may_fork_after_a_kernel_ran():
    """As data loaders and asynchronous vector environments do."""
    code = (
        "import os; from lva.world import World, load_grammar\n"
        "world = World.reset(load_grammar('paper').instructions, 0); world.observe()\n"
        "child = os.fork()\n"
        "if child == 0: world.observe(); os._exit(7)\n"
        "raise SystemExit(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False, timeout=600).returncode == 7


def test_the_cache_follows_the_sources(monkeypatch, tmp_path):
    monkeypatch.setattr(compiling, "__file__", os.fspath(tmp_path / "kernel.py"))
    folders = []
    for text in ("x = 1", "x = 2", "x = 1"):
        (tmp_path / "a.py").write_text(text)
        folders.append(compiling._cache_folder.__wrapped__())
    assert folders[0] == folders[2] != folders[1]


def test_the_cache_follows_the_tasks(monkeypatch):
    """Kernels hold tables of the tasks as constants."""
    usual = compiling._cache_folder.__wrapped__()
    monkeypatch.setattr(tasks, "RECORDS", (*tasks.RECORDS, replace(tasks.RECORDS[0], name="fetch", number=4)))
    assert compiling._cache_folder.__wrapped__() != usual
