"""A model in a GGUF file, as programs for chatting on one's own machine keep them. transformers reads it, into float32.

The source is a path; owner/name/file.gguf on the hub; or parts inside pip packages, package/folder/part, one after
another. Parts are put together once, in the cache.
"""

from __future__ import annotations

import shutil
import struct
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path

from lva.ground import paths
from lva.ground.artifacts import ArtifactError, atomic_path, sha256
from lva.models.references.hub import hub_file
from lva.models.references.package import package_folder
from lva.models.references.reference import BETWEEN, Reference, ReferenceUnavailable

ENDING = ".gguf"


def gguf_file(reference: Reference) -> Path:
    """The file of a reference, fetched or put together if need be, its hash checked if one is known."""
    if find_spec("gguf") is None:
        raise ReferenceUnavailable(
            f"{reference.name} is a GGUF file, read by a package that is missing: pip install gguf"
        )
    parts = reference.source.split(BETWEEN)
    path = _found(reference, parts[0]) if len(parts) == 1 else _joined(reference, parts)
    if reference.sha256 is not None and (digest := sha256(path)) != reference.sha256:
        expected = f"expected {reference.sha256}; do not use this file, delete it or install it again"
        raise ArtifactError(f"{path} of {reference.name} has sha256 {digest}, {expected}")
    return path


@contextmanager
def explained(reference: Reference, path: Path) -> Iterator[None]:
    """Turn what transformers says of a file that it cannot read into one line that says what to do."""
    try:
        yield
    except (ValueError, KeyError, IndexError, OSError, struct.error) as error:
        message = " ".join(str(error).split())
        if "architecture" in message or "not supported" in message:
            raise ReferenceUnavailable(f"{reference.name}: transformers cannot read {path.name}: {message}") from error
        raise ArtifactError(
            f"{path} of {reference.name} is damaged or no GGUF file ({message}); fetch it again"
        ) from error


def _found(reference: Reference, source: str) -> Path:
    path = paths.find(source)
    if path.is_file():
        return path
    if source.count("/") == 2 and not source.startswith(("/", ".")):
        return hub_file(reference, *source.rsplit("/", 1))
    raise ReferenceUnavailable(f"{reference.name}: no file {source}; check the path")


def _part(reference: Reference, source: str) -> Path:
    folder, _, name = source.rpartition("/")
    path = package_folder(reference, folder) / name
    if not path.is_file():
        raise ReferenceUnavailable(f"{reference.name}: {path} is not there; install its package again")
    return path


def _joined(reference: Reference, parts: list[str]) -> Path:
    """The file made of the parts, in the cache."""
    found = [_part(reference, part) for part in parts]
    whole = paths.cache() / "gguf" / f"{reference.file_name.removesuffix('-untrained')}{ENDING}"
    if not whole.is_file() or whole.stat().st_size != sum(path.stat().st_size for path in found):
        with atomic_path(whole) as temporary, open(temporary, "wb") as file:
            for path in found:
                with open(path, "rb") as part:
                    shutil.copyfileobj(part, file)
    return whole
