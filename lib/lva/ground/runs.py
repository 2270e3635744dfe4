"""The folder of a run: everything that it writes, inside the cache, which git ignores."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from lva.ground import paths
from lva.ground.artifacts import ArtifactError, atomic_path
from lva.ground.errors import UserError
from lva.ground.tables import check_table

if TYPE_CHECKING:
    import pandas as pd

NAME = re.compile(r"[A-Za-z0-9][\w.-]{0,99}")


@dataclass(frozen=True)
class RunFolder:
    """`demos.npz`, `agents/`, `models/`, `embeddings/` and, for the reader, `results/`, `figures/`, `notebooks/`."""

    name: str
    path: Path

    @property
    def results(self) -> Path:
        """Tables."""
        return self.path / "results"

    @property
    def figures(self) -> Path:
        """Figures and their captions."""
        return self.path / "figures"

    @property
    def notebooks(self) -> Path:
        """The executed notebooks."""
        return self.path / "notebooks"

    def save(self, name: str, table: pd.DataFrame, digits: int = 5) -> pd.DataFrame:
        """Write `results/<name>.csv`, whole or not at all, rounded to `digits`; return the table unrounded."""
        check_table(name, table)
        with atomic_path(self.results / f"{name}.csv") as temporary:
            table.round(digits).to_csv(temporary, index=False)
        return table

    def read(self, name: str) -> pd.DataFrame:
        """A table that this run has written."""
        path = self.results / f"{name}.csv"
        if not path.exists():
            raise ArtifactError(f"{path} is not there; run the notebook that writes it, see `python -m lva status`")
        return read_table(path)

    def tables(self) -> dict[str, pd.DataFrame]:
        """All tables of the run by name."""
        return read_tables(self.results)


def open_run(name: str) -> RunFolder:
    """The folder of a run, which need not exist yet."""
    if not NAME.fullmatch(name):
        raise UserError(f"run={name!r} must be letters, digits, dots and dashes, at most 100: it names a folder")
    return RunFolder(name, paths.cache() / name)


def published_run(name: str = "laptop") -> dict[str, pd.DataFrame]:
    """The published tables of a run by name."""
    folder = paths.published_results() / open_run(name).name
    if not folder.is_dir():
        known = ", ".join(sorted(path.name for path in paths.published_results().iterdir() if path.is_dir()))
        raise UserError(f"there is no published run {name!r}; choose one of {known}")
    return read_tables(folder)


def find_table(run: str, name: str) -> pd.DataFrame | None:
    """A table of the run made here, else of the published run of that name; None if neither has it."""
    places = (open_run(run).results, paths.published_results() / run)
    found = [path for folder in places if (path := folder / f"{name}.csv").exists()]
    return read_table(found[0]) if found else None


def read_tables(folder: Path) -> dict[str, pd.DataFrame]:
    """Every table in a folder by name."""
    return {path.stem: read_table(path) for path in sorted(folder.glob("*.csv"))}


def read_table(path: Path) -> pd.DataFrame:
    """One table of a run, its columns checked; empty texts stay empty texts."""
    import pandas as pd

    table = pd.read_csv(path, keep_default_na=False, na_values=[""])
    texts = table.select_dtypes(["object", "string"]).columns
    return check_table(path.stem, table.fillna(dict.fromkeys(texts, "")))
