"""A real JupyterLab on loopback and a real browser in front of it, for any notebook.

`jupyterlab(folder)` starts a server, its `open("name.ipynb")` a page; then `run_all()`, and look at `page`. In the
end `complaints()` must be empty: of the cells, the page's console, the server and its kernels.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from lva.figures.browser import serving
from lva.ground import paths

if TYPE_CHECKING:  # it may not be installed
    from playwright.sync_api import Browser, Page

FLAGS = ["--no-sandbox", "--disable-background-networking", "--disable-gpu"]
SPACES = """
import numpy as np
from lva.agent import AgentConfig, new_agent
from lva.figures.browser.widget import Browser
from lva.world import Level, load_grammar

grammar, random = load_grammar("paper"), np.random.default_rng(0)
words = np.array([[word in text.split() for word in grammar.vocabulary] for text in grammar.texts], float)
agent = new_agent(AgentConfig(width=8, blocks=1, word_init="random")).eval()
spaces = {"bag of words": words, "summed vectors": words @ random.normal(size=(16, 32))}
spaces |= {"agent": agent.language_embedding(grammar.texts), "chance": random.normal(size=(108, 32))}
embed = {"agent": lambda text: agent.language_embedding([text])[0]}
"""
BROWSER = "Browser(grammar, spaces, embed=embed, agent=agent, level=Level(max_steps=16))"
SIZE = {"width": 1400, "height": 1000}
FAILURES = re.compile(r"Traceback|Exception|\bERROR\b|\bCRITICAL\b|^\[[EC] ")
PROMPTS = ".jp-Notebook .jp-CodeCell .jp-InputPrompt"
WRONG = re.compile(r'"msg_type": ?"error"|"name": ?"stderr"')  # as kernels say it, of cells and of callbacks
# JupyterLab looks for widgets in a kernel that has not imported ipywidgets yet, and the kernel says that it has none
HARMLESS = re.compile(r"No such comm(: | target registered: jupyter\.widget\.control)")


@dataclass
class Notebook:
    """A notebook in a page of the browser."""

    page: Page
    log: Path  # of the server and its kernels
    heard: list[str] = field(default_factory=list)  # errors in the page's console, and of the kernel

    def __post_init__(self):
        self.page.on("pageerror", lambda error: self.heard.append(str(error)))
        self.page.on("console", lambda line: self.heard.append(line.text) if line.type == "error" else None)
        self.page.on("websocket", lambda socket: socket.on("framereceived", self._hear))

    def _hear(self, message: str | bytes) -> None:
        """Errors of a widget's callback are in no output; JupyterLab keeps them in a log that nobody opens."""
        text = message if isinstance(message, str) else message.decode(errors="replace")
        if WRONG.search(text) and not HARMLESS.search(text):
            self.heard.append(text)

    def run_all(self, seconds: float = 600) -> None:
        """Run every cell of a notebook that has just been opened, and wait for the last."""
        prompts = self.page.locator(PROMPTS)
        self.page.get_by_role("menuitem", name="Run", exact=True).click()
        self.page.get_by_text("Run All Cells", exact=True).click()
        prompts.filter(has_text=re.compile(r"\[[*\d]+\]")).first.wait_for()
        prompts.filter(has_text="[*]").first.wait_for(state="detached", timeout=1000 * seconds)

    def complaints(self) -> list[str]:
        """What went wrong, in the page, in the kernel, or by the log."""
        return self.heard + [line for line in self.log.read_text().splitlines() if FAILURES.search(line)]

    def screenshot(self, name: str) -> Path:
        """Keep what is to be seen, for people to look at."""
        path = paths.cache() / "screenshots" / f"{name}.png"
        self.page.screenshot(path=path)
        return path


@dataclass
class Lab:
    """A running JupyterLab."""

    url: str
    log: Path
    chromium: Browser

    def open(self, notebook: str) -> Notebook:
        """Open a notebook by its path below the root of the server."""
        page = self.chromium.new_page(viewport=SIZE)
        opened = Notebook(page, self.log)
        page.goto(f"{self.url}/lab/tree/{notebook}?reset")  # without what was open before
        page.locator(".jp-Notebook").wait_for()
        self._wait_for_kernel(page, notebook)
        return opened

    def _wait_for_kernel(self, page: Page, notebook: str, seconds: float = 600) -> None:
        """Until it is connected to a kernel, JupyterLab calls it idle and drops what it is asked to run."""
        until = time.monotonic() + seconds
        while not any(
            session["path"] == notebook and session["kernel"]["connections"]
            for session in page.request.get(f"{self.url}/api/sessions").json()
        ):
            assert time.monotonic() < until, f"no kernel within {seconds:.0f} s:\n{self.log.read_text()}"
            page.wait_for_timeout(100)
        page.locator(".jp-Notebook-ExecutionIndicator[data-status='idle']").wait_for()


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """Debian's chromium, without a window."""
    driver = pytest.importorskip("playwright.sync_api", reason="playwright is missing; pip install 'lva[test]'")
    path = shutil.which("chromium") or pytest.skip("no chromium on the PATH; install Debian's package `chromium`")
    with driver.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def cells() -> list[str]:
    """The cells of a notebook that shows the browser on small spaces."""
    return [SPACES.strip(), BROWSER]


@pytest.fixture(scope="module")
def jupyterlab(chromium, tmp_path_factory) -> Iterator[Callable[..., Lab]]:
    """Start a server for a folder; it ends with the tests of the module."""
    servers = []

    def start(folder: Path, theme: str = "JupyterLab Light") -> Lab:
        home, port = tmp_path_factory.mktemp("jupyter"), _free_port()
        options = {"ip": "127.0.0.1", "port": port, "port_retries": 0, "root_dir": folder, "password": ""}
        command = [sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root", "--IdentityProvider.token="]
        command += [f"--ServerApp.{name}={value}" for name, value in options.items()]
        log = home / "log"
        with log.open("w") as file:
            servers.append(subprocess.Popen(command, env=_environment(home, theme), stdout=file, stderr=file))
        lab = Lab(f"http://127.0.0.1:{port}", log, chromium)
        _wait(f"{lab.url}/api", servers[-1], log)
        return lab

    yield start
    for server in servers:
        server.terminate()
        server.wait(600)


@pytest.fixture(scope="module")
def voila(cells, tmp_path_factory) -> Iterator[str]:
    """The address of the browser on small spaces, served as `python -m lva browse` does."""
    pytest.importorskip("voila", reason="voila is missing; pip install 'lva[browse]'")
    folder, port = tmp_path_factory.mktemp("cache"), _free_port()
    (folder / "tiny").mkdir()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("LVA_CACHE", str(folder))
        patch.setattr(serving, "CELL", "\n".join(cells))
        for name, value in _environment(tmp_path_factory.mktemp("jupyter"), "JupyterLab Light").items():
            patch.setenv(name, value)
        command, environment = serving.voila_command(serving.write_notebook("tiny"), port, open_page=False)
    log = folder / "log"
    with log.open("w") as file:
        server = subprocess.Popen(command, env=environment, stdout=file, stderr=file)
    _wait(f"http://127.0.0.1:{port}/static/none", server, log)
    yield f"http://127.0.0.1:{port}"
    server.terminate()
    server.wait(600)


def _environment(home: Path, theme: str) -> dict[str, str]:
    """Only the interpreter's own kernel, no settings of the user's, no look at the network for news."""
    settings = {
        "notebook-extension/tracker": {"windowingMode": "none"},  # every cell is in the document, seen or not
        "apputils-extension/notification": {"fetchNews": "false", "checkForUpdates": False},
        "apputils-extension/themes": {"theme": theme},
    }
    for name, values in settings.items():
        path = home / "lab/user-settings/@jupyterlab" / f"{name}.jupyterlab-settings"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(values))
    own = {
        "JUPYTER_CONFIG_DIR": home,
        "JUPYTER_DATA_DIR": home / "data",
        "JUPYTER_RUNTIME_DIR": home / "runtime",
        "IPYTHONDIR": home / "ipython",
    }
    return os.environ | {name: str(path) for name, path in own.items()} | {"JUPYTER_PREFER_ENV_PATH": "1"}


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def _wait(url: str, server: subprocess.Popen, log: Path, seconds: float = 600) -> None:
    """Until a server answers."""
    until = time.monotonic() + seconds
    while server.poll() is None and time.monotonic() < until:
        try:
            urllib.request.urlopen(url, timeout=60).close()
            return
        except urllib.error.HTTPError:
            return  # also an answer
        except urllib.error.URLError:
            time.sleep(0.2)
    raise RuntimeError(f"{url} did not answer within {seconds:.0f} s:\n{log.read_text()}")
