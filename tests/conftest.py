"""Tests keep their caches and data sets to themselves, use one thread a process, and need no screen."""

import os
import signal
import subprocess
import sys

os.environ.setdefault("OMP_NUM_THREADS", "1")  # too small to share; and sums as in a training beside others
os.environ.setdefault("SDL_VIDEODRIVER", "dummy")
signal.signal(signal.SIGINT, signal.default_int_handler)  # a job in the background ignores it, and so would its own


WARM = """
import sys
from lva.world import World, load_grammar, make_demos, random_policy, rollout
grammar = load_grammar("paper")
def see():
    world = World.reset(grammar.instructions, 0)
    world.observe(), rollout(world, random_policy(0))
def play():
    return make_demos(grammar, 108, progress=False).optimal()
def replay():
    make_demos(grammar, 108, progress=False).frames()
for what in sys.argv[1:]:
    {"see": see, "play": play, "replay": replay}[what]()
"""


def pytest_configure(config):
    """Compile the kernels while tests are collected, in two processes; the tests take what these have made."""
    if not hasattr(config, "workerinput") and getattr(config.option, "numprocesses", None):
        for order in (("play", "see"), ("see", "replay")):
            config.add_cleanup(subprocess.Popen([sys.executable, "-c", WARM, *order]).wait)


def pytest_xdist_auto_num_workers(config) -> int:
    """One process more than cores: now and then a test waits for a process of its own."""
    return (os.cpu_count() or 1) + 1
