"""From a run to what the repository shows: its tables, its figures, README's numbers."""

from __future__ import annotations

import shutil
from pathlib import Path

from lva.ground import paths
from lva.ground.artifacts import ArtifactError, atomic_path
from lva.ground.errors import UserError
from lva.ground.runs import RunFolder
from lva.report.pages.filling import update_pages

MAIN = "laptop"  # the run whose figures are published
LEFT_OUT = {"reproduction.csv"}  # is about the machine that ran it, not about the run


def publish(run: RunFolder) -> list[Path]:
    """Copy a run's tables, and the figures of the run `laptop`, to where the repository keeps them.

    README and docs are updated. Only a checkout can publish. Published files that the run no longer makes are removed.
    """
    _check_checkout()
    if not (run.results / "stages.csv").exists():
        raise ArtifactError(f"{run.results} holds no finished run; make it with `python -m lva run -p run {run.name}`")
    tables = [path for path in sorted(run.results.iterdir()) if path.is_file() and path.name not in LEFT_OUT]
    changed = _mirror(tables, paths.published_results() / run.name)
    if run.name == MAIN:
        changed += _mirror(sorted(run.figures.glob("*")), paths.published_figures())
    return changed + update_pages()


def publish_benchmarks() -> list[Path]:
    """Copy the tables of `make bench` to where the repository keeps them; update docs."""
    _check_checkout()
    tables = sorted(paths.benchmarks().glob("*.csv"))
    if not tables:
        raise ArtifactError(f"{paths.benchmarks()} holds no tables; make them with `make bench`")
    return _copy(tables, paths.published_results()) + update_pages()


def _check_checkout() -> None:
    if not paths.in_checkout():
        raise UserError("only a checkout of the repository can publish; this is an installed package")


def _mirror(files: list[Path], folder: Path) -> list[Path]:
    """Make a folder hold these files and no others; return what changed."""
    names = {path.name for path in files}
    stale = [path for path in folder.glob("*") if path.is_file() and path.name not in names]
    for path in stale:
        path.unlink()
    return stale + _copy(files, folder)


def _copy(files: list[Path], folder: Path) -> list[Path]:
    """Copy files that are missing or differ; return what changed."""
    new = [path for path in files if not _same(path, folder / path.name)]
    for path in new:
        with atomic_path(folder / path.name) as temporary:
            shutil.copyfile(path, temporary)
    return [folder / path.name for path in new]


def _same(a: Path, b: Path) -> bool:
    return b.is_file() and a.read_bytes() == b.read_bytes()
