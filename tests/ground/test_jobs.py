"""Jobs side by side: the same results as one after the other, and no process left behind."""

import os
import signal
import subprocess
import sys
import time

import pytest
import torch

from lva.agent import side_by_side

LEAVE_A_JOB_RUNNING = """
from lva.agent import side_by_side
from tests_of_parallel import sleep_and_say
if __name__ == "__main__":
    side_by_side(sleep_and_say, {"a": (folder, "a"), "b": (folder, "b")}, 2, "job", "sleeping", workers=2)
"""
SLEEP = """
import os, time
from pathlib import Path
def sleep_and_say(folder, name, report):
    Path(folder, name).write_text(str(os.getpid()))
    time.sleep(300)
"""


def square(x, report):
    report(1)
    return x * x, torch.get_num_threads()


def fail_at_two(x, report):
    if x == 2:
        raise ValueError("two is refused")
    time.sleep(60)


@pytest.mark.parametrize("workers", [1, 2])
def test_every_job_returns_under_its_name(workers):
    found = side_by_side(square, {"two": (2,), "three": (3,), "four": (4,)}, 3, "job", "squares", workers)
    assert {name: value for name, (value, _) in found.items()} == {"two": 4, "three": 9, "four": 16}
    assert workers == 1 or {threads for _, threads in found.values()} == {1}


def test_no_job_is_no_work():
    assert side_by_side(square, {}, 0, "job", "nothing") == {}


def test_a_job_that_fails_stops_the_others_at_once():
    began = time.monotonic()
    with pytest.raises(ValueError, match="two is refused"):
        side_by_side(fail_at_two, {"slow": (1,), "wrong": (2,)}, 2, "job", "failing", workers=2)
    assert time.monotonic() - began < 40


def test_processes_end_when_the_one_that_asked_is_killed(tmp_path):
    (tmp_path / "tests_of_parallel.py").write_text(SLEEP)
    script = tmp_path / "run.py"
    script.write_text(f"folder = {os.fspath(tmp_path)!r}\n" + LEAVE_A_JOB_RUNNING)
    process = subprocess.Popen([sys.executable, os.fspath(script)], stderr=subprocess.DEVNULL)
    wait_until(lambda: all((tmp_path / name).exists() and (tmp_path / name).read_text() for name in "ab"))
    workers = [int((tmp_path / name).read_text()) for name in "ab"]
    process.send_signal(signal.SIGKILL)
    process.wait()
    wait_until(lambda: not any(is_running(pid) for pid in workers))


def wait_until(condition, seconds=60):
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def is_running(pid):
    done = subprocess.run(["ps", "-o", "stat=", "-p", str(pid)], capture_output=True, text=True, check=False)
    return bool(done.stdout.strip()) and not done.stdout.startswith("Z")
