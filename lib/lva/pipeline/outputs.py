"""What a stage leaves behind, with a hash of every file: whoever damages one makes the stage unfinished."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

from lva.ground.artifacts import sha256
from lva.ground.folder_artifact import MANIFEST
from lva.pipeline.plan import Stage


def written_files(stage: Stage) -> dict[str, int]:
    """Tables and figures of the run with their times of modification."""
    root = stage.run.path
    files = [path for folder in (stage.run.results, stage.run.figures) for path in folder.rglob("*") if path.is_file()]
    return {
        path.relative_to(root).as_posix(): path.stat().st_mtime_ns
        for path in sorted(files)
        if not path.name.startswith(".") and path.suffix != ".json"
    }


def outputs(stage: Stage, before: dict[str, int]) -> dict[str, str]:
    """Name -> hash of the tables and figures written since `before`, and of the artefacts that this stage makes.

    Of the latter also those that it found made: a stage that starts again leaves them as they are.
    """
    root = stage.run.path
    new = [name for name, changed in written_files(stage).items() if before.get(name) != changed]
    made = [path.relative_to(root).as_posix() for path in _artefacts(root, stage.name)]
    return {name: sha256(root / name) for name in sorted({*new, *made})}


def _artefacts(root: Path, made_by: str) -> Iterator[Path]:
    """The files below a folder whose manifest names a stage, and the manifests; an executed notebook does not count."""
    for manifest in sorted(root.rglob(f"*{MANIFEST}")):
        try:
            entry = json.loads(manifest.read_text(encoding="utf-8"))
            names = [*entry["files"]] if manifest.name == MANIFEST else [entry["path"]]
            mine = entry["made_by"] == made_by and manifest.parent.name != "notebooks"
        except (ValueError, KeyError, TypeError):
            continue  # who reads what it describes will say so
        files = [manifest, *(manifest.parent / name for name in names)]
        yield from (path for path in files if mine and path.is_file())
