"""What every worker must share with the one that asks: folders, versions of packages, the code."""

from __future__ import annotations

import os
import platform
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING

from lva.ground import paths
from lva.ground.artifacts import config_hash, sha256
from lva.ground.provenance import PACKAGES
from lva.pipeline.sweep.errors import SweepError

if TYPE_CHECKING:
    from distributed import Client

ALL_PACKAGES = ("python", *PACKAGES, "papermill", "dask", "distributed")


@dataclass(frozen=True)
class Place:
    """Where a sweep happens, and with what."""

    cache: str  # what runs write
    project: str  # notebooks and data
    folder: str  # of the one that asks: parameters may name files from here
    witness: str  # a file below `cache`
    token: str  # what it holds: nobody else has written this
    versions: tuple[tuple[str, str], ...]
    code: str  # hash of the package


def place_here(folder: Path) -> Place:
    """The place of a sweep whose own files are in `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    witness, token = folder / "witness", uuid.uuid4().hex
    witness.write_text(token, encoding="utf-8")
    folders = str(paths.cache()), str(paths.project()), os.getcwd()
    return Place(*folders, str(witness), token, tuple(versions().items()), code_of_package())


def problem_here(place: Place) -> str:
    """What this process lacks to do runs; empty if nothing."""
    found = versions()
    others = [f"{name} {found[name]} instead of {asked}" for name, asked in place.versions if found[name] != asked]
    if others:
        return f"has other versions: {', '.join(others)}; install the same ones there"
    if place.code != code_of_package():
        return f"has other code of lva, in {paths.PACKAGE}; let it use the same checkout"
    witness = Path(place.witness)
    if not witness.is_file() or witness.read_text(encoding="utf-8") != place.token:
        return f"does not see the folder {place.cache}; set LVA_CACHE to a folder that all workers share"
    missing = [folder for folder in (place.project, place.folder) if not Path(folder).is_dir()]
    return f"does not see {' and '.join(missing)}; work in folders that all workers share" if missing else ""


def check_workers(client: Client, place: Place) -> None:
    """Raise if a worker cannot do the runs of this place; name each such worker with its reason."""
    answers = client.run(problem_here, place, on_error="return")
    problems = {address: _in_words(answer) for address, answer in answers.items() if answer}
    if problems:
        lines = "\n".join(f"  {address} {problem}" for address, problem in sorted(problems.items()))
        raise SweepError(f"{len(problems)} of {len(answers)} workers cannot take part:\n{lines}")


def versions() -> Mapping[str, str]:
    """The versions of what results depend on."""
    return {name: platform.python_version() if name == "python" else _version(name) for name in ALL_PACKAGES}


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "none"


@cache
def code_of_package() -> str:
    """The hash of all code of the package that this process runs."""
    files = sorted(paths.PACKAGE.rglob("*.py"))
    return config_hash({path.relative_to(paths.PACKAGE).as_posix(): sha256(path) for path in files})


def _in_words(answer: str | Exception) -> str:
    return answer if isinstance(answer, str) else f"cannot import lva ({answer}); install the same version there"
