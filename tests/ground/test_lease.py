"""Leases: one holder at a time, known by name, and none that outlives its process."""

import json
import os
import socket
import subprocess
import sys
import time

import pytest

from lva.ground import lease as module
from lva.ground.lease import Held, holder, lease

HOLD = """
import sys, time
from pathlib import Path
from lva.ground.lease import lease
with lease(Path(sys.argv[1])):
    print("held", flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def path(tmp_path):
    return tmp_path / "leases/one.json"


@pytest.fixture
def other(path):
    """Another process that holds the lease until its input closes."""
    process = subprocess.Popen([sys.executable, "-c", HOLD, str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert process.stdout.readline() == b"held\n"
    yield process
    process.kill()
    process.communicate()


def test_nobody_holds_it_before_and_after(path):
    assert holder(path) is None
    with lease(path):
        assert holder(path).startswith(f"process {os.getpid()} on {socket.gethostname()} since ")
    assert holder(path) is None and list(path.parent.iterdir()) == []


def test_it_is_given_back_after_an_error(path):
    with pytest.raises(KeyError), lease(path):
        raise KeyError
    with lease(path):
        pass


def test_a_second_process_is_told_who_holds_it(path, other):
    with pytest.raises(Held, match=f"process {other.pid} on "), lease(path):
        pass
    other.communicate()
    with lease(path):
        pass


def test_the_lease_of_a_killed_process_lapses_at_once(path, other):
    other.kill()
    other.wait()
    assert path.exists() and holder(path) is None
    with lease(path):
        assert f"process {os.getpid()} " in holder(path)


def test_another_process_with_the_same_number_is_not_the_holder(path):
    path.parent.mkdir()
    path.write_text(json.dumps({"host": socket.gethostname(), "pid": os.getpid(), "began": 1.0}))
    assert holder(path) is None


def test_a_lease_of_another_machine_lapses_when_it_is_not_renewed(path):
    path.parent.mkdir()
    path.write_text(json.dumps({"host": "elsewhere", "pid": 1, "began": time.time()}))
    with pytest.raises(Held, match="process 1 on elsewhere"), lease(path):
        pass
    long_ago = time.time() - module.LAPSE - 1
    os.utime(path, (long_ago, long_ago))
    with lease(path):
        pass


def test_a_lease_is_renewed_while_it_is_held(path, monkeypatch):
    monkeypatch.setattr(module, "RENEW", 0.01)
    with lease(path):
        os.utime(path, (0, 0))
        while path.stat().st_mtime == 0:
            time.sleep(0.01)


@pytest.mark.parametrize("content", ["", "{", "[]", "{}"])
def test_a_damaged_lease_holds_for_a_moment(path, content):
    path.parent.mkdir()
    path.write_text(content)
    assert "just begun" in holder(path)
    os.utime(path, (0, 0))
    assert holder(path) is None
