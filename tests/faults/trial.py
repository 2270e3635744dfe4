"""A run on a tiny scale that can be stopped at any moment, and what it leaves behind."""

from __future__ import annotations

import hashlib
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pandas as pd
import psutil
import yaml
from safetensors.torch import load_file

from lva.ground import paths

TIMES = ("seconds", "minutes")  # columns that no two runs share
GONE = 2.0  # seconds within which every process of a run has to be gone
SIGNALS = {
    "KILL": (signal.SIGKILL,),
    "TERM": (signal.SIGTERM,),
    "INT": (signal.SIGINT,),
    "HUP": (signal.SIGHUP,),
    "INT twice": (signal.SIGINT, signal.SIGINT),
}


class Trial:
    """A run in a folder of its own."""

    def __init__(self, folder: Path, only: str | None = None):
        self.folder, self.cache, self.run = folder, folder / "cache", folder / "cache/tiny"
        folder.mkdir(parents=True, exist_ok=True)
        base, tiny = paths.notebooks() / "params/laptop.yaml", Path(__file__).with_name("tiny.yaml")
        values = yaml.safe_load(base.read_text()) | yaml.safe_load(tiny.read_text()) | {"run": "tiny"}
        (folder / "tiny.yaml").write_text(yaml.safe_dump(values))
        numba = os.environ.get("NUMBA_CACHE_DIR", str(paths.cache() / "numba"))
        self.environment = os.environ | {"LVA_CACHE": str(self.cache), "NUMBA_CACHE_DIR": numba}
        self.command = [sys.executable, "-m", "lva", "run", "--profile", str(folder / "tiny.yaml")]
        self.command += ["--only", only] if only else []

    def start(self, *options: str) -> subprocess.Popen:
        """Begin the run, or go on with it."""
        output = (self.folder / "log").open("ab")
        return subprocess.Popen(
            [*self.command, *options],
            env=self.environment,
            cwd=self.folder,
            stdout=output,
            stderr=output,
            start_new_session=True,
        )

    def finish(self) -> float:
        """Run to the end; return the seconds it took."""
        began = time.monotonic()
        status = self.start().wait()
        assert status == 0, (self.folder / "log").read_text()[-3000:]
        return time.monotonic() - began

    def stop(self, process: subprocess.Popen, how: str) -> list[str]:
        """Stop the run in one of the ways of SIGNALS; return the commands that still run when all should be gone."""
        for number in SIGNALS[how]:
            if process.poll() is not None:
                break
            if number == signal.SIGKILL:
                process.kill()
            else:  # as a terminal does: to the whole group
                os.killpg(process.pid, number)
            time.sleep(0.05)
        process.wait()
        deadline = time.monotonic() + GONE
        while (left := self.processes()) and time.monotonic() < deadline:
            time.sleep(0.05)
        return left

    def processes(self) -> list[str]:
        """The commands of all processes that work on this run, whoever started them."""
        found = []
        for process in psutil.process_iter():
            try:
                if process.status() != psutil.STATUS_ZOMBIE and process.environ().get("LVA_CACHE") == str(self.cache):
                    found.append(" ".join(process.cmdline())[:100])
            except psutil.Error:
                continue
        return found

    def hashes(self) -> dict[str, str]:
        """Everything that the run computed, by its path: tables without times, weights, vectors, figures."""
        found = {}
        for path in sorted(path for path in self.run.rglob("*") if path.is_file()):
            name = path.relative_to(self.run).as_posix()
            if path.suffix == ".csv" and path.name != "stages.csv":
                table = pd.read_csv(path)
                content = table.drop(columns=[column for column in TIMES if column in table]).to_csv().encode()
            elif path.name == "model.safetensors":
                content = b"".join(value.numpy().tobytes() for _, value in sorted(load_file(path).items()))
            elif path.suffix in (".png", ".pdf", ".npz"):
                content = path.read_bytes()
            else:
                continue
            found[name] = hashlib.sha256(content).hexdigest()
        return found


def differing(found: dict[str, str], expected: dict[str, str]) -> list[str]:
    """The names of the files that differ, or that only one side has."""
    return sorted(name for name in found.keys() | expected.keys() if found.get(name) != expected.get(name))
