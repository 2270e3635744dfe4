"""The user's own embeddings: an .npz with `texts` and `vectors`, or a .csv with a text and its numbers per line."""

from __future__ import annotations

import zipfile
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd

from lva.ground import paths
from lva.models.references.embeddings import Embeddings, Vectors
from lva.models.references.reference import Reference, ReferenceUnavailable


def own_embeddings(reference: Reference, texts: Sequence[str]) -> Embeddings:
    """The rows of the user's file that belong to the texts, as the one layer of a model."""
    path = own_file(reference)
    chosen = read_vectors(path, texts)
    about = {"class": path.suffix, "layers": 0, "size": chosen.shape[1]}
    return Embeddings(reference, tuple(texts), {(0, "own"): chosen}, about)


def read_vectors(path: Path, texts: Sequence[str] = ()) -> Vectors:
    """The vectors of the texts, (n, d), after a check of every row of the file."""
    names, vectors = (_read_npz if path.suffix == ".npz" else _read_csv)(path)
    _check(path, names, vectors)
    row = {name: i for i, name in enumerate(names)}
    if missing := [text for text in texts if text not in row]:
        known = f"of {len(texts)} texts; its first is {names[0]!r}" if names else "texts; it is empty"
        raise ValueError(f"{path} has no vector for {missing[0]!r}, {len(missing)} {known}")
    return vectors[[row[text] for text in texts]]


def own_file(reference: Reference) -> Path:
    """The path of the user's file."""
    path = paths.find(reference.source)
    if not path.is_file():
        raise ReferenceUnavailable(f"{reference.name}: no file {reference.source}; check the path")
    return path


def _read_npz(path: Path) -> tuple[list[str], Vectors]:
    try:
        with np.load(path, allow_pickle=False) as file:
            names, vectors = file["texts"], file["vectors"]
    except (KeyError, ValueError, OSError, EOFError, zipfile.BadZipFile) as error:
        raise ValueError(f"{path} must hold the arrays `texts` (n,) and `vectors` (n, d): {error}") from error
    if names.dtype.kind != "U" or vectors.ndim != 2 or len(names) != len(vectors) or vectors.dtype.kind not in "fiu":
        raise ValueError(
            f"{path} holds `texts` {names.shape} {names.dtype} and `vectors` {vectors.shape} {vectors.dtype}; "
            "expected strings (n,) and numbers (n, d)"
        )
    return names.tolist(), vectors.astype(np.float32)


def _read_csv(path: Path) -> tuple[list[str], Vectors]:
    try:
        table = pd.read_csv(path, dtype=str, keep_default_na=False, header=None)
    except pd.errors.EmptyDataError as error:
        raise ValueError(f"{path} is empty; expected lines of a text and its numbers") from error
    except pd.errors.ParserError as error:
        raise ValueError(f"{path} must hold the same number of values in every line: {error}") from error
    if _is_header(table.iloc[0].tolist(), path):
        table = table.iloc[1:]
    try:
        vectors = table.iloc[:, 1:].replace("", "nan").to_numpy(dtype=np.float32)
    except ValueError as error:
        raise ValueError(f"{path} must hold lines of a text and its numbers: {error}") from error
    return table.iloc[:, 0].tolist(), vectors


def _is_header(line: list[str], path: Path) -> bool:
    """Whether the first line names columns: by words, or by counting them from 0 or 1, as pandas does."""
    first, *cells = line
    try:
        numbers = [float(cell) for cell in cells]
    except ValueError:
        return True
    if numbers not in ([*range(len(cells))], [*range(1, len(cells) + 1)]):
        return False
    if first not in ("", "text", "texts"):
        raise ValueError(
            f"the first line of {path}, {','.join(line)[:60]!r}, may be a header or a row; add a header that begins "
            f"with `text`"
        )
    return True


def _check(path: Path, names: list[str], vectors: Vectors) -> None:
    """Raise unless every row is a direction and belongs to one text."""
    if vectors.shape[1] == 0:
        raise ValueError(f"{path} has no numbers beside its texts")
    for problem, rows in (
        ("holds NaN or infinity", ~np.isfinite(vectors).all(axis=1)),
        ("is zero", ~vectors.any(axis=1)),
        ("repeats an earlier text", pd.Series(names, dtype=object).duplicated().to_numpy()),
    ):
        if rows.any():
            row = int(np.argmax(rows))
            raise ValueError(f"row {row} of {path}, {names[row]!r}, {problem}; fix or drop it")
