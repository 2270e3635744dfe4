"""The package by itself: its front door, and a wheel in a place that knows nothing of the checkout."""

from __future__ import annotations

import os
import re
import subprocess
import sys

import pytest

import lva
from lva.ground import paths

README = paths.project() / "README.md"
SNIPPETS = re.findall(r"^```python\n(.*?)^```", README.read_text(encoding="utf-8"), re.S | re.M)


def test_the_front_door_names_what_it_gives():
    assert sorted(lva.ROOM_OF) == sorted(lva.__all__) == sorted(set(dir(lva)) - {"__version__"})
    for name in lva.__all__:
        assert callable(getattr(lva, name))
    with pytest.raises(AttributeError, match="has no attribute 'nonsense'"):
        _ = lva.nonsense


def test_importing_the_package_loads_nothing_heavy():
    script = "import sys, lva; print({'numpy', 'torch', 'numba', 'minigrid', 'pandas'} & set(sys.modules))"
    assert subprocess.run([sys.executable, "-c", script], capture_output=True, text=True).stdout.strip() == "set()"


@pytest.fixture(scope="module")
def elsewhere(tmp_path_factory):
    """A folder with the wheel installed below it, and how to run Python there; the checkout is out of sight."""
    folder = tmp_path_factory.mktemp("elsewhere")
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "-q"]
    subprocess.run([*pip, "wheel", "--no-deps", "-w", folder, paths.project()], check=True, timeout=600)
    (wheel,) = folder.glob("lva-*.whl")
    subprocess.run([*pip, "install", "--no-deps", "--target", folder / "site", wheel], check=True, timeout=600)
    environment = {name: value for name, value in os.environ.items() if not name.startswith("LVA_")}
    numba = os.environ.get("NUMBA_CACHE_DIR", str(paths.cache() / "numba"))
    environment |= {"PYTHONPATH": str(folder / "site"), "XDG_CACHE_HOME": str(folder / "home")}
    environment |= {"NUMBA_CACHE_DIR": numba}

    def run(*arguments: str) -> str:
        done = subprocess.run(
            [sys.executable, *arguments], cwd=folder, env=environment, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    return run


def test_a_wheel_carries_what_notebooks_need(elsewhere):
    script = (
        "import lva; from lva.ground import paths; from lva.pipeline import plan; "
        "print(lva.load_grammar('natural')); print(len(lva.load_references())); print(len(plan('laptop'))); "
        "print('success' in lva.published_run()); print(paths.in_checkout(), paths.cache())"
    )
    lines = elsewhere("-c", script).splitlines()
    assert lines[0].startswith("Grammar('natural': 108 instructions")
    assert int(lines[1]) > 5 and lines[2] == "5" and lines[3] == "True"
    assert lines[4].startswith("False ") and "home" in lines[4]
    assert "01_demos: not finished yet" in elsewhere("-m", "lva", "status", "--profile", "smoke")


@pytest.mark.parametrize("snippet", SNIPPETS, ids=lambda snippet: snippet.splitlines()[0][:40])
def test_every_snippet_of_the_readme_runs_alone(elsewhere, snippet):
    elsewhere("-c", snippet)
