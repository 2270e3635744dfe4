"""Where files are kept. Read at each call, so that environment variables can change it at any time.

| variable | what it moves | default |
|---|---|---|
| LVA_ROOT | the project: `data`, `notebooks`, `figures` | the checkout, or the copy inside the installed package |
| LVA_CACHE | what runs write | `data/cache` of a checkout, else the user's cache folder |
| LVA_RESULTS | published tables | `data/results` |
| LVA_FIGURES | published figures | `figures` |
"""

from __future__ import annotations

import os
from pathlib import Path

PACKAGE = Path(__file__).resolve().parents[1]
CHECKOUT = PACKAGE.parents[1]  # if there is one


def project() -> Path:
    """The folder that holds `data` and `notebooks`."""
    return _given("LVA_ROOT") or (CHECKOUT if in_checkout() else PACKAGE / "share")


def in_checkout() -> bool:
    """Whether the package runs from its own repository, as after `pip install -e .`."""
    return (CHECKOUT / "pyproject.toml").is_file() and (CHECKOUT / "notebooks").is_dir()


def data() -> Path:
    """Grammars, the registry of references, reported numbers."""
    return project() / "data"


def notebooks() -> Path:
    """The notebooks, and their profiles in `params`."""
    return project() / "notebooks"


def cache() -> Path:
    """What runs write, one folder per run; ignored by git."""
    if given := _given("LVA_CACHE"):
        return given
    if _given("LVA_ROOT") or in_checkout():
        return data() / "cache"
    from platformdirs import user_cache_path

    return user_cache_path("lva")


def benchmarks() -> Path:
    """The tables of `make bench`, until they are published."""
    return cache() / "benchmarks"


def published_results() -> Path:
    """The tables that README quotes, one folder per published run."""
    return _given("LVA_RESULTS") or data() / "results"


def published_figures() -> Path:
    """The figures of the published run `laptop`."""
    return _given("LVA_FIGURES") or project() / "figures"


def find(source: str | Path) -> Path:
    """A path relative to the working directory if it exists there, else to the project."""
    there = os.path.exists(source)  # False too for what cannot be a path
    return Path(source) if there else project() / source


def _given(variable: str) -> Path | None:
    """The path in a variable, made absolute: a notebook may run in another folder."""
    value = os.environ.get(variable)
    return Path(value).absolute() if value else None
