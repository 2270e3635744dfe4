"""A folder that is one artefact: a trained model with its configuration, its card and its training curves.

One manifest, `manifest.json`, lists every file with its hash, its size and its role, and says what all of them were
made from. The manifest is written last, and only then does the folder count as saved; a reader gets the folder only if
every listed file is unchanged.
"""

from __future__ import annotations

import errno
import json
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from fnmatch import fnmatch
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from lva import __version__
from lva.ground.artifacts import (
    ArtifactError,
    as_json,
    atomic_path,
    check_config,
    check_content,
    config_hash,
    remaking,
    sha256,
)

MANIFEST = "manifest.json"


@dataclass(frozen=True)
class File:
    """One file of the folder."""

    sha256: str
    bytes: int
    role: str  # what it is, in words: "weights"


@dataclass(frozen=True)
class FolderEntry:
    """What a manifest records."""

    files: dict[str, File]  # by path in the folder, with forward slashes
    config: dict[str, Any]  # what the folder was made from
    config_hash: str
    version: str  # of lva
    made_by: str  # the notebook that makes it, e.g. "02_train_agent"


@contextmanager
def save_folder(folder: str | Path, roles: Mapping[str, str], *, config: Any, made_by: str) -> Iterator[Path]:
    """Yield an empty folder to write into; if the block succeeds, its files move into `folder` with a manifest.

    `roles`: file name pattern -> what such files are; the first match counts. Files already in `folder` are listed
    too if they have a role, and left alone if not. If the block raises, a folder saved before is left untouched.
    """
    folder, config = Path(folder), as_json(config)
    folder.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(prefix=".writing-", dir=folder) as scratch, _disk_has_room(folder):
        yield Path(scratch)
        written = _files_in(Path(scratch))
        for name in written:
            if _role(name, roles) is None:
                raise ValueError(f"no role for {name!r}; add one to roles, which has {', '.join(roles)}")
        (folder / MANIFEST).unlink(missing_ok=True)  # until the new manifest is written, nothing counts as saved
        for name in written:
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            os.replace(Path(scratch, name), folder / name)
        listed = {name: _role(name, roles) for name in _files_in(folder)}
        files = {name: _describe(folder / name, role) for name, role in listed.items() if role}
        entry = FolderEntry(files, config, config_hash(config), __version__, made_by)
        with atomic_path(folder / MANIFEST) as temporary:
            temporary.write_text(json.dumps(asdict(entry), indent=1) + "\n", encoding="utf-8")


def check_folder(folder: str | Path, *, config: Any = None, made_by: str) -> FolderEntry:
    """Return the manifest of a folder after checking every file and, if given, the configuration.

    `made_by` is the notebook that remakes the folder; every error names it.
    """
    folder = Path(folder)
    remedy = f"remake it with {remaking(made_by)}"
    if not os.path.isdir(folder):  # False too for what cannot be a path
        raise ArtifactError(f"{folder} is not there; {remedy}, or give the folder that holds {MANIFEST}")
    entry = _read_manifest(folder, remedy)
    for name, file in entry.files.items():
        path = folder / name
        if not path.is_file():
            raise ArtifactError(f"{path}, the {file.role}, is not there; {remedy}")
        check_content(path, file.bytes, file.sha256, remedy)
    if config is not None:
        check_config(folder, config, entry.config, remedy)
    return entry


def folder_is_current(folder: str | Path, *, config: Any, made_by: str) -> bool:
    """Whether the folder exists, is intact, and was made from this configuration."""
    try:
        check_folder(folder, config=config, made_by=made_by)
    except ArtifactError:
        return False
    return True


def _read_manifest(folder: Path, remedy: str) -> FolderEntry:
    manifest = folder / MANIFEST
    if not manifest.exists():
        raise ArtifactError(f"{folder} has no {MANIFEST}: interrupted, or saved by something else; {remedy}")
    try:
        fields = json.loads(manifest.read_text(encoding="utf-8"))
        files = {str(name): File(**file) for name, file in fields.pop("files").items()}
        return FolderEntry(files, **fields)
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        raise ArtifactError(f"{manifest} is not a manifest of a folder ({error}); {remedy}") from error


def _files_in(folder: Path) -> list[str]:
    """The paths of all files in the folder, sorted, without the manifest and files still being written."""
    paths = [path.relative_to(folder) for path in sorted(folder.rglob("*")) if path.is_file()]
    return [path.as_posix() for path in paths if not path.parts[0].startswith(".") and path != Path(MANIFEST)]


def _role(name: str, roles: Mapping[str, str]) -> str | None:
    return next((role for pattern, role in roles.items() if fnmatch(name, pattern)), None)


def _describe(path: Path, role: str) -> File:
    with open(path, "rb+") as file:
        os.fsync(file.fileno())
    path.chmod(0o644)
    return File(sha256(path), path.stat().st_size, role)


@contextmanager
def _disk_has_room(folder: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            message = f"no space left on the disk of {folder}; free some, or set LVA_CACHE to a larger disk"
            raise ArtifactError(message) from error
        raise
