"""Saved artefacts: each file has a manifest entry that records its hash and configuration.

The entry, `<name>.manifest.json`, lies beside the file: path, sha256, bytes, configuration and its hash, code
version, and the notebook that made it. Both are written whole or not at all; a reader gets the path only if file and
entry agree.
"""

from __future__ import annotations

import errno
import hashlib
import json
import os
import tempfile
from collections.abc import Callable
from contextlib import contextmanager
from dataclasses import asdict, dataclass, is_dataclass
from pathlib import Path
from typing import Any

from lva import __version__
from lva.ground.errors import UserError


class ArtifactError(UserError):
    """A saved file is missing, damaged, or not the one asked for; the message names the remedy."""


@dataclass(frozen=True)
class Entry:
    """What a manifest entry records."""

    path: str  # file name, beside the entry
    sha256: str
    bytes: int
    config: dict[str, Any]  # what the artefact was made from
    config_hash: str
    version: str  # of lva
    made_by: str  # the notebook that makes it, e.g. "01_demos"


def config_hash(config: Any) -> str:
    """Hash a configuration: 16 hex digits of the sha256 of its canonical JSON."""
    return hashlib.sha256(json.dumps(as_json(config), sort_keys=True).encode()).hexdigest()[:16]


def as_json(config: Any) -> Any:
    """Convert dataclasses, tuples and paths to JSON types; raise for anything else that JSON cannot hold."""
    if is_dataclass(config) and not isinstance(config, type):
        return as_json(asdict(config))
    if isinstance(config, dict):
        return {str(key): as_json(value) for key, value in config.items()}
    if isinstance(config, (list, tuple)):
        return [as_json(value) for value in config]
    if isinstance(config, Path):
        return str(config)
    if config is None or isinstance(config, (str, int, float, bool)):
        return config
    raise TypeError(f"a configuration holds {type(config).__name__}; use numbers, strings, lists or dataclasses")


@contextmanager
def atomic_path(path: Path):
    """Yield a temporary path beside `path`; it replaces `path` if the block succeeds, and is deleted if not."""
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(prefix=f".{path.stem}-", suffix=path.suffix, dir=path.parent)
    os.close(handle)
    temporary = Path(name)
    try:
        yield temporary
        with open(temporary, "rb+") as file:
            os.fsync(file.fileno())
        temporary.chmod(0o644)
        os.replace(temporary, path)
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            message = f"no space left on the disk of {path.parent}; free some, or set LVA_CACHE to a larger disk"
            raise ArtifactError(message) from error
        raise
    finally:
        temporary.unlink(missing_ok=True)


def save_artifact(path: Path, write: Callable[[Path], Any], *, config: Any, made_by: str) -> Path:
    """Write a file through `write(temporary_path)` and its manifest entry, each atomically.

    If `write` fails, an older artefact of that name is left untouched.
    """
    path, config = Path(path), as_json(config)
    with atomic_path(path) as temporary:
        write(temporary)
        size, digest = temporary.stat().st_size, sha256(temporary)
        entry_path(path).unlink(missing_ok=True)  # until the new entry is written, nothing counts as saved
    entry = Entry(path.name, digest, size, config, config_hash(config), __version__, made_by)
    with atomic_path(entry_path(path)) as temporary:
        temporary.write_text(json.dumps(asdict(entry), indent=1) + "\n", encoding="utf-8")
    return path


def check_artifact(path: Path, *, config: Any = None, made_by: str) -> Entry:
    """Return the entry of a saved file after checking size, hash and, if given, configuration.

    `made_by` is the notebook that remakes the file; every error names it.
    """
    path = Path(path)
    remedy = f"remake it with {remaking(made_by)}"
    if not path.exists():
        raise ArtifactError(f"{path} is not there; {remedy}")
    if not entry_path(path).exists():
        raise ArtifactError(f"{path} has no manifest entry: interrupted, or saved by something else; {remedy}")
    try:
        entry = Entry(**json.loads(entry_path(path).read_text(encoding="utf-8")))
    except (ValueError, TypeError, RecursionError) as error:
        raise ArtifactError(f"{entry_path(path)} is not a manifest entry ({error}); {remedy}") from error
    if entry.path != path.name:
        raise ArtifactError(f"{entry_path(path)} belongs to {entry.path}, another file; {remedy}")
    check_content(path, entry.bytes, entry.sha256, remedy)
    if config is not None:
        check_config(path, config, entry.config, remedy)
    return entry


def check_content(path: Path, size: int, digest: str, remedy: str) -> None:
    """Raise unless a file has the size and hash that its manifest records."""
    if path.stat().st_size != size:
        raise ArtifactError(f"{path} has {path.stat().st_size} bytes, its manifest says {size}; {remedy}")
    if sha256(path) != digest:
        raise ArtifactError(f"{path} does not match its sha256: damaged, swapped or changed by hand; {remedy}")


def check_config(path: Path, asked: Any, found: Any, remedy: str) -> None:
    """Raise unless a file or folder was made from the configuration asked for."""
    if config_hash(asked) != config_hash(found):
        differing = differences(as_json(asked), found)
        raise ArtifactError(f"{path} was made with another configuration ({differing}); {remedy}")


def remaking(made_by: str) -> str:
    """The command that reruns a notebook."""
    return f"`python -m lva run --only {made_by.split('_')[0]} --fresh`, plus the --profile and -p of its run, if any"


def is_current(path: Path, *, config: Any, made_by: str) -> bool:
    """Whether the file exists, is intact, and was made from this configuration."""
    try:
        check_artifact(path, config=config, made_by=made_by)
    except ArtifactError:
        return False
    return True


def entry_path(path: Path) -> Path:
    """The path of a file's manifest entry."""
    return Path(path).with_name(Path(path).name + ".manifest.json")


def sha256(path: Path) -> str:
    """Hash a file's bytes."""
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def differences(asked: Any, found: Any, where: str = "") -> str:
    """Where two configurations differ, down to the innermost fields: `train.seed: asked 4, found 3; ...`."""
    if not (isinstance(asked, dict) and isinstance(found, dict)):
        return f"{where}: asked {asked!r}, found {found!r}".removeprefix(": ")
    keys = [key for key in sorted(asked.keys() | found.keys()) if asked.get(key) != found.get(key)]
    return "; ".join(differences(asked.get(key), found.get(key), f"{where}.{key}".lstrip(".")) for key in keys)
