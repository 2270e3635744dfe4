"""Hashes of the code that a result depends on, and of no other code.

A module needs what it imports, name by name: `from lva.figures import plot_learning` needs the module that defines
`plot_learning`, not all figures. Comments, docstrings and layout do not count.
"""

from __future__ import annotations

import ast
import hashlib
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

from lva.ground.artifacts import ArtifactError, as_json, check_artifact
from lva.ground.paths import PACKAGE

# These modules decide where results are stored and what is refused, not what results are.
NAMES = "artifacts code errors folder_artifact jobs lease paths provenance runs values worker"
BOOKKEEPING = frozenset(f"lva.ground.{name}" for name in NAMES.split())
Need = tuple[str, str | None]  # a module, and a name in it; None: all of it


def code_of(source: str, package: Path = PACKAGE) -> dict[str, str]:
    """The modules of the package that a source needs, directly or not, each with the hash of its code."""
    hashes: dict[str, str] = {}
    pending = list(_needs(ast.parse(source), package))
    while pending:
        module = _defining(*pending.pop(), package)
        path = _file(module, package)
        if path is not None and module not in {*hashes, *BOOKKEEPING, package.name}:
            hashes[module], needs = _read(path, package)
            pending += needs
    return dict(sorted(hashes.items()))


@lru_cache(maxsize=32)
def code_of_module(module: str) -> dict[str, str]:
    """The same for a module: its own code and all that it needs."""
    return code_of(f"import {module}")


def changed_code(asked: Mapping[str, Any], found: Mapping[str, Any]) -> list[str]:
    """The modules whose hash differs between two configurations, if these differ in `code` alone.

    Empty if anything else differs, or nothing. An artefact from before code was recorded has no `code`.
    """
    if {**asked, "code": None} != {**found, "code": None}:
        return []
    now, then = asked.get("code", {}), found.get("code", {})
    return [module for module in sorted({*now, *then}) if now.get(module) != then.get(module)]


def announce_outdated(path: Path, *, config: Any, made_by: str) -> bool:
    """Print a line and return True if a saved file is intact and of this configuration, but made by other code."""
    try:
        entry = check_artifact(path, made_by=made_by)
    except ArtifactError:
        return False
    changed = changed_code(as_json(config), entry.config)
    if changed:
        announce_remaking(path, changed)
    return bool(changed)


def announce_remaking(what: str | Path, changed: Sequence[str]) -> None:
    """Print one line: what is made again, and which modules changed."""
    shown = ", ".join(changed[:3]) + (f" and {len(changed) - 3} more" if len(changed) > 3 else "")
    print(f"{what} was made by other code: {shown} changed; making it again")


def code_hash(source: str | ast.Module) -> str:
    """Hash a source without its comments, docstrings and layout: 16 hex digits."""
    tree = ast.parse(source) if isinstance(source, str) else source
    for node in ast.walk(tree):
        if isinstance(node, (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)) and _has_docstring(node):
            node.body = node.body[1:] or [ast.Pass()]
    return hashlib.sha256(ast.unparse(tree).encode()).hexdigest()[:16]


def _has_docstring(node: ast.AST) -> bool:
    return ast.get_docstring(node, clean=False) is not None


def _read(path: Path, package: Path) -> tuple[str, tuple[Need, ...]]:
    """The hash of a module, and what it needs."""
    return _read_once(path, package, path.stat().st_mtime_ns)


@lru_cache(maxsize=1024)
def _read_once(path: Path, package: Path, changed: int) -> tuple[str, tuple[Need, ...]]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return code_hash(tree), tuple(_needs(tree, package))


def _needs(tree: ast.Module, package: Path) -> Iterator[Need]:
    """Every name of the package that a source imports or reaches through a module it imports."""
    bound = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                if alias.name == package.name:  # its names are reached as `lva.train`
                    bound[alias.asname or alias.name] = alias.name
                elif _is_ours(alias.name, package):
                    yield alias.name, None
        elif isinstance(node, ast.ImportFrom) and node.module and _is_ours(node.module, package):
            for alias in node.names:
                inner = f"{node.module}.{alias.name}"
                if _file(inner, package) is None:
                    yield node.module, alias.name
                else:
                    bound[alias.asname or alias.name] = inner
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id in bound:
            yield bound[node.value.id], node.attr


def _defining(module: str, name: str | None, package: Path) -> str:
    """The module that defines a name, which a package's `__init__` may only re-export."""
    if name is None or name == "*":
        return module
    if _file(f"{module}.{name}", package):
        return f"{module}.{name}"
    path = _file(module, package)
    if path is not None and path.name == "__init__.py":
        for source, inner, bound in _front_door(path, package, path.stat().st_mtime_ns):
            if bound == name:
                return _defining(source, inner, package)
    return module


@lru_cache(maxsize=64)
def _front_door(path: Path, package: Path, changed: int) -> tuple[tuple[str, str, str], ...]:
    """What a package's `__init__` re-exports: module, name there, name here."""
    return tuple(
        (node.module, alias.name, alias.asname or alias.name)
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.ImportFrom) and node.module and _is_ours(node.module, package)
        for alias in node.names
    )


def _is_ours(module: str, package: Path) -> bool:
    return module.split(".")[0] == package.name


def _file(module: str, package: Path) -> Path | None:
    """The file of a module, or None if it is not a module of the package."""
    path = package.parent.joinpath(*module.split("."))
    return next((file for file in (path / "__init__.py", path.with_suffix(".py")) if file.is_file()), None)
