"""Provenance of a run: how long each notebook took, on which machine, with which package versions."""

from __future__ import annotations

import json
import os
import platform
import shutil
import subprocess
from importlib.metadata import version
from pathlib import Path

import pandas as pd

from lva.ground.artifacts import atomic_path

PACKAGES = ("lva", "torch", "numpy", "scipy", "numba", "minigrid", "transformers")


def hardware() -> str:
    """The number of cores, the processor, and the GPU if there is one, in words."""
    model = platform.machine()
    cpuinfo = Path("/proc/cpuinfo")
    if cpuinfo.exists():
        names = [
            line.split(":")[1].strip()
            for line in cpuinfo.read_text(encoding="utf-8").splitlines()
            if "model name" in line
        ]
        model = names[0] if names else model
    return ", ".join([f"{os.cpu_count()} cores", model, *_gpus()])


def record_stages(executed: Path, table: Path) -> None:
    """Record time, machine and versions of the executed notebooks in a folder; rows of other notebooks stay."""
    books = sorted(path for path in executed.glob("[0-9][0-9]_*.ipynb") if not path.name.endswith(".partial.ipynb"))
    environment = {"hardware": hardware(), "python": platform.python_version()}
    environment |= {package: version(package) for package in PACKAGES}
    rows = pd.DataFrame([{"stage": path.stem, "minutes": _minutes(path), **environment} for path in books])
    if table.exists():
        before = pd.read_csv(table)
        rows = pd.concat([before[~before.stage.isin(rows.stage)], rows])
    with atomic_path(table) as path:
        rows.sort_values("stage", kind="stable").to_csv(path, index=False)


def _minutes(book: Path) -> float:
    """The minutes that papermill recorded for a notebook; too few if it was resumed."""
    return round(json.loads(book.read_text(encoding="utf-8"))["metadata"]["papermill"]["duration"] / 60, 2)


def _gpus() -> list[str]:
    if shutil.which("nvidia-smi") is None:
        return []
    command = ["nvidia-smi", "--query-gpu=name", "--format=csv,noheader"]
    return subprocess.run(command, capture_output=True, text=True, check=False).stdout.splitlines()
