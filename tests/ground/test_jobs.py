"""Jobs side by side: the same results as one after the other, and no process left behind."""

import os
import signal
import subprocess
import sys
import time

import pytest
import torch

from lva.ground.jobs import side_by_side

START_TWO_JOBS = """
from lva.ground.jobs import side_by_side
from jobs_of_the_test import sleep_and_say
side_by_side(sleep_and_say, {"a": (folder, "a"), "b": (folder, "b")}, 2, "job", "sleeping", workers=2)
"""
SLEEP = """
import os, time
from pathlib import Path
def sleep_and_say(folder, name, report):
    Path(folder, name).write_text(str(os.getpid()))
    time.sleep(300)
"""
# Says who imports it, and is not done with that for a long time, unless it is the script itself.
SLOW_TO_IMPORT = """
import os, sys, time
from pathlib import Path
def sleep_and_say(folder, name, report): pass
if "lva.ground.worker" in " ".join(sys.orig_argv):
    names = iter("ab")
    while True:
        try:
            with open(Path(__file__).with_name(next(names)), "x") as file:
                file.write(str(os.getpid()))
            break
        except FileExistsError: pass
    time.sleep(300)
"""


def square(x, report):
    report(1)
    return x * x, torch.get_num_threads()


def report_and_raise(report):
    report(3)
    raise Unspeakable("one", "two")


class Unspeakable(Exception):
    """One that pickle cannot put together again."""

    def __init__(self, first, second):
        super().__init__(f"{first} and {second}")


def end_the_process(report):
    os._exit(7)


def fail_at_two(x, report):
    if x == 2:
        raise ValueError("two is refused")
    time.sleep(600)


@pytest.mark.parametrize("workers", [1, 2])
def test_every_job_returns_under_its_name(workers):
    found = side_by_side(square, {"two": (2,), "three": (3,), "four": (4,)}, 3, "job", "squares", workers)
    assert {name: value for name, (value, _) in found.items()} == {"two": 4, "three": 9, "four": 16}
    assert workers == 1 or {threads for _, threads in found.values()} == {1}


def test_the_bar_shows_what_all_jobs_have_done(monkeypatch):
    seen = []
    monkeypatch.setattr("lva.ground.jobs._show", lambda bar, units: seen.append(units))
    side_by_side(square, {"two": (2,), "three": (3,), "four": (4,)}, 3, "job", "squares", 2)
    assert seen[-1] == 3 and seen == sorted(seen)


def test_an_exception_that_cannot_travel_is_told_in_words():
    with pytest.raises(RuntimeError, match="Unspeakable: one and two") as caught:
        side_by_side(report_and_raise, {"a": (), "b": ()}, 2, "job", "raising", workers=2)
    assert 'raise Unspeakable("one", "two")' in str(caught.value)


def test_where_a_job_failed_is_told():
    with pytest.raises(ValueError, match="two is refused") as caught:
        side_by_side(fail_at_two, {"wrong": (2,), "wrong too": (2,)}, 2, "job", "failing", workers=2)
    assert 'raise ValueError("two is refused")' in caught.value.__notes__[0]


def test_a_process_that_ends_in_the_midst_of_a_job():
    with pytest.raises(RuntimeError, match=r"died in the job '[ab]' .exit status 7.*workers=1"):
        side_by_side(end_the_process, {"a": (), "b": ()}, 2, "job", "ending", workers=2)


def test_a_function_of_a_script_is_refused(monkeypatch):
    monkeypatch.setattr(square, "__module__", "__main__")
    with pytest.raises(ValueError, match="move it from the script into a module"):
        side_by_side(square, {"a": (1,), "b": (2,)}, 2, "job", "squares", workers=2)


def test_no_job_is_no_work():
    assert side_by_side(square, {}, 0, "job", "nothing") == {}


def test_a_job_that_fails_stops_the_others_at_once():
    began = time.monotonic()
    with pytest.raises(ValueError, match="two is refused"):
        side_by_side(fail_at_two, {"slow": (1,), "wrong": (2,)}, 2, "job", "failing", workers=2)
    assert time.monotonic() - began < 600  # the other sleeps for ten minutes


def start(folder, module):
    """A script in a session of its own, as a terminal starts it, and the numbers of its two workers."""
    (folder / "jobs_of_the_test.py").write_text(module)
    script = folder / "run.py"
    script.write_text(f"folder = {os.fspath(folder)!r}\n" + START_TWO_JOBS)
    process = subprocess.Popen(
        [sys.executable, os.fspath(script)], stderr=subprocess.PIPE, start_new_session=True, text=True
    )
    wait_until(lambda: all((folder / name).exists() and (folder / name).read_text() for name in "ab"))
    return process, [int((folder / name).read_text()) for name in "ab"]


@pytest.mark.parametrize("module", [SLEEP, SLOW_TO_IMPORT], ids=["working", "importing"])
def test_processes_end_when_the_one_that_asked_is_killed(tmp_path, module):
    process, workers = start(tmp_path, module)
    process.send_signal(signal.SIGKILL)
    process.communicate()
    wait_until(lambda: not any(is_running(pid) for pid in workers))


def test_ctrl_c_twice_ends_everything_and_only_the_script_says_so(tmp_path):
    process, workers = start(tmp_path, SLEEP)
    for _ in range(2):
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGINT)  # what a terminal sends to all that it started
    _, said = process.communicate()
    assert "KeyboardInterrupt" in said
    assert "worker.py" not in said and "in sleep_and_say" not in said
    wait_until(lambda: not any(is_running(pid) for pid in workers))


def wait_until(condition, seconds=300):
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def is_running(pid):
    done = subprocess.run(["ps", "-o", "stat=", "-p", str(pid)], capture_output=True, text=True, check=False)
    return bool(done.stdout.strip()) and not done.stdout.startswith("Z")
