"""Tests keep their caches and data sets to themselves, use one thread a process, and need no screen."""

import os
import signal

os.environ.setdefault("OMP_NUM_THREADS", "1")  # too small to share; and sums as in a training beside others
os.environ.setdefault("SDL_VIDEODRIVER", "dummy")
signal.signal(signal.SIGINT, signal.default_int_handler)  # a job in the background ignores it, and so would its own


def pytest_xdist_auto_num_workers(config) -> int:
    """One process more than cores: now and then a test waits for a process of its own."""
    return (os.cpu_count() or 1) + 1
