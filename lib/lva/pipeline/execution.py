"""Run one notebook through papermill, with this interpreter, and show its progress on the terminal."""

from __future__ import annotations

import logging
import os
import re
import socket
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from lva.pipeline.errors import StageFailed
from lva.pipeline.importing import load_papermill
from lva.pipeline.plan import Stage

# tqdm.auto, imported before IPython exists, draws its bars as text, which can be shown in a terminal
START = "import tqdm.auto; from ipykernel.kernelapp import launch_new_instance; launch_new_instance()"
KERNEL = [sys.executable, "-c", START, "--log-level=50", "-f", "{connection_file}"]
PATIENCE = 600  # seconds until a kernel answers: of many that start at once, each is slow


def execute(stage: Stage, output: Path) -> None:
    """Run a notebook into `output`, which is kept up to date cell by cell."""
    papermill, progress = load_papermill(), Progress()
    try:
        papermill.execute_notebook(
            stage.notebook, output, stage.parameters, kernel_name="python3", language="python",
            cwd=Path.cwd(), progress_bar=False, start_timeout=PATIENCE, stdout_file=progress, stderr_file=progress,
            on_cell_start=progress.cell_start, kernel_manager_class=_kernel_manager(), coalesce_streams=True,
        )  # fmt: skip
    except KeyboardInterrupt:
        logging.getLogger("asyncio").disabled = True  # it would show the traceback of the cell that nobody waits for
        raise
    except papermill.PapermillExecutionError as error:
        problem = f"{error.ename}: {error.evalue}"
    except RuntimeError as error:
        problem = f"{error}; if memory was full, close other programs or take a smaller profile"
    else:
        return
    where = f"{stage.name} stopped in In [{progress.cell}]"
    raise StageFailed(f"{where}: {problem}\noutput so far: {os.path.relpath(output)}")


def _kernel_manager() -> type:
    from jupyter_client import AsyncKernelManager
    from jupyter_client.kernelspec import KernelSpec

    class ThisInterpreter(AsyncKernelManager):
        """Starts the current interpreter, whatever kernels are installed; they talk by sockets in a folder of theirs.

        Ports are drawn before they are bound: of many kernels that start at once, some would draw the same. The folder
        is a temporary one, because a home folder may be on a network, or too deep for the 108 letters of a socket.
        """

        kernel_spec = KernelSpec(argv=KERNEL)

        def __init__(self, **options: Any) -> None:
            super().__init__(**options)
            if hasattr(socket, "AF_UNIX"):
                self._folder = TemporaryDirectory(prefix="lva-kernel-", ignore_cleanup_errors=True)
                self.transport, self.connection_file = "ipc", str(Path(self._folder.name) / "kernel.json")
                self.ip = self._ip_default()

    return ThisInterpreter


class Progress:
    """Shows the section that runs and what it prints; a log file gets only the last state of each progress bar."""

    def __init__(self) -> None:
        self.cell, self.heading, self.shown, self.line = 0, "", "", ""

    def cell_start(self, cell: Any, cell_index: int) -> None:
        """Print a section's heading at its first code cell; the notebook's title was printed as the stage."""
        if cell.cell_type == "markdown":
            self.heading = next(iter(re.findall(r"^##+ +(.+)", cell.source, re.M)), self.heading)
        elif cell.source.strip():
            self.cell += 1  # as in the executed notebook, where the parameters cell is In [1]
            if self.heading != self.shown:
                print(f"  In [{self.cell}] {self.heading}", flush=True)
                self.shown = self.heading

    def write(self, text: str) -> None:
        """Pass on what the cell printed."""
        if sys.stdout.isatty():
            sys.stdout.write(text)
            return
        *lines, self.line = (self.line + text).split("\n")
        for line in lines:
            print(re.sub(r"\x1b\[[0-9;]*[A-Za-z]", "", line.rstrip("\r").rpartition("\r")[2]))

    def flush(self) -> None:
        """Flush, as papermill does after each write."""
        sys.stdout.flush()
