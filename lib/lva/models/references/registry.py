"""The references known by name: data/references.toml, one line each."""

from __future__ import annotations

import difflib
import tomllib
from collections.abc import Sequence
from dataclasses import fields
from pathlib import Path
from typing import Any

from lva.ground import paths
from lva.ground.values import check_value, short_text
from lva.models.references.reference import BETWEEN, PLACES, TABLES, Reference, reference_of

DERIVED = ("name", "place", "source", "seed", "untrained_of")
FIELDS = tuple(field.name for field in fields(Reference) if field.name not in DERIVED)


def load_references(names: Sequence[str] | None = None, path: str | Path | None = None) -> list[Reference]:
    """The references of the registry, all or those named; a name may also be a source, as for `find_reference`."""
    known = read_registry(path)
    if names is None:
        return list(known.values())
    references = [find_reference(name, known) for name in names]
    check_distinct(references)
    return references


def find_reference(name: str, known: dict[str, Reference] | None = None) -> Reference:
    """A reference by its name in the registry, or else by its source: owner/name on the hub, folder, .npz or .csv."""
    check_value("reference", name, short_text)
    known = read_registry() if known is None else known
    if name in known:
        return known[name]
    if "/" in name or Path(name).suffix in (*TABLES, ".gguf") or paths.find(name).is_dir():
        return reference_of(name)
    nearest = difflib.get_close_matches(name, known, 1)
    raise ValueError(
        f"{name!r} is not a reference{f'; did you mean {nearest[0]!r}?' if nearest else '.'} The registry has "
        f"{', '.join(known)}. A model of your own is given as owner/name on the hub, as an .npz, .csv or .gguf file, "
        "or as a folder that exists; those trained here are in data/cache/<run>/models"
    )


def read_registry(path: str | Path | None = None) -> dict[str, Reference]:
    """Parse a registry, data/references.toml unless given: name -> reference."""
    path = paths.data() / "references.toml" if path is None else path
    try:
        entries = tomllib.loads(Path(path).read_text(encoding="utf-8"))
    except tomllib.TOMLDecodeError as error:
        raise ValueError(f"{path} is not a registry ({error}); use each name once, as `name = {{ ... }}`") from error
    return {name: _parse(name, entry) for name, entry in entries.items()}


def check_distinct(references: Sequence[Reference]) -> None:
    """Raise if two references share a name: one would overwrite the other."""
    names = [reference.file_name for reference in references]
    for reference in references:
        if names.count(reference.file_name) > 1:
            raise ValueError(f"two references are named {reference.name!r}; give one of them another name")


def _parse(name: str, entry: str | dict[str, Any]) -> Reference:
    """One line: a source alone, or a table with one of hub, folder, package, file, and any other fields."""
    if isinstance(entry, str):
        return reference_of(entry, name)
    unknown = set(entry) - {*PLACES, *FIELDS}
    if unknown:
        raise ValueError(f"{name}: unknown {', '.join(sorted(unknown))}; known are {', '.join((*PLACES, *FIELDS))}")
    places = [place for place in PLACES if place in entry]
    if len(places) != 1:
        raise ValueError(f"{name}: give one of {', '.join(PLACES)}; found {', '.join(places) or 'none of them'}")
    (place,) = places
    rest = {field: value for field, value in entry.items() if field != place}
    if place == "file":
        rest = {"pooling": "own"} | rest
    source = entry[place] if isinstance(entry[place], str) else BETWEEN.join(entry[place])  # parts of a GGUF file
    return Reference(name, place, source, **rest)
