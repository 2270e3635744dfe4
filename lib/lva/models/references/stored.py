"""Saved embeddings: asking again costs nothing, and a reference that is not available does not stop the others."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from lva.ground.artifacts import ArtifactError, config_hash, is_current, save_artifact, sha256
from lva.ground.code import announce_outdated, code_of_module
from lva.ground.runs import RunFolder
from lva.models.references.embedding import embed, embed_all
from lva.models.references.embeddings import MADE_BY, Embeddings, write_npz
from lva.models.references.kept import kept_embeddings, kept_file
from lva.models.references.loading import content
from lva.models.references.reference import Reference, ReferenceUnavailable
from lva.models.references.registry import check_distinct, find_reference

LOCAL = ("folder", "file")  # places that say nothing of what lies there
COLUMNS = ("reference", "family", "untrained_of", "size", "status", "choice", "note")


def saved_embeddings(
    reference: Reference | str, texts: Sequence[str], folder: str | Path, progress: bool = True
) -> Embeddings:
    """Read `<folder>/<name>.npz` if it is of this model, these texts and this code; otherwise compute and save it."""
    reference = find_reference(reference) if isinstance(reference, str) else reference
    path, kept = Path(folder) / f"{reference.file_name}.npz", kept_embeddings(reference, texts)
    config = _config(reference, texts, sha256(kept_file(reference)) if kept else content(reference))
    if is_current(path, config=config, made_by=MADE_BY):
        return replace(Embeddings.load(path), reference=reference)
    announce_outdated(path, config=config, made_by=MADE_BY)
    embeddings = kept or embed_all(reference, texts, progress=progress)
    embeddings.save(path, config)
    return embeddings


def embed_references(
    references: Sequence[Reference | str], texts: Sequence[str], folder: str | Path, progress: bool = True
) -> tuple[dict[str, Embeddings], pd.DataFrame]:
    """Embeddings by name, and one row per reference: `ok`, or `not run` and what to do about it."""
    resolved = [find_reference(item) if isinstance(item, str) else item for item in references]
    check_distinct(resolved)
    embeddings, rows = {}, []
    for reference in resolved:
        status, choice, note = "ok", "", ""
        try:
            embeddings[reference.name] = saved_embeddings(reference, texts, folder, progress)
            choice = embeddings[reference.name].choice
        except (ReferenceUnavailable, ArtifactError) as error:
            status, note = "not run", str(error)
        rows.append(
            (reference.name, reference.family, reference.untrained_of or "", reference.size, status, choice, note)
        )
    return embeddings, pd.DataFrame(rows, columns=COLUMNS)


def load_embeddings(names: Sequence[str], texts: Sequence[str], folder: str | Path) -> dict[str, Embeddings]:
    """Read what `embed_references` left in `folder` for these texts, by name."""
    loaded = {name: Embeddings.load(Path(folder) / f"{name.replace(' ', '-')}.npz") for name in names}
    for name, embeddings in loaded.items():
        if embeddings.texts != tuple(texts):
            raise ArtifactError(
                f"{name} in {folder} embeds other texts, the first {embeddings.texts[0]!r}; run {MADE_BY} again"
            )
    return loaded


def load_run_embeddings(folder: RunFolder, texts: Sequence[str]) -> dict[str, Embeddings]:
    """The embeddings of every reference that was available to a run, trained and untrained, by name."""
    status = folder.read("references")
    return load_embeddings(status[status.status == "ok"].reference, texts, folder.path / "embeddings")


def save_word_vectors(
    reference: Reference | str,
    words: Sequence[str],
    path: str | Path,
    layer: int | None = None,
    pooling: str | None = None,
) -> Path:
    """Embed single words for an agent to start from (`word_init="pretrained:<path>"`): arrays `words`, `vectors`."""
    reference = find_reference(reference) if isinstance(reference, str) else reference
    layer = reference.layer if layer is None else layer
    pooling = pooling or reference.pooling
    vectors = embed(reference, words, layer, pooling, progress=False)
    config = _config(reference, words, content(reference)) | {"layer": layer, "pooling": pooling}
    arrays = {"words": np.array(words), "vectors": vectors}
    return save_artifact(Path(path), lambda file: write_npz(file, arrays), config=config, made_by=MADE_BY)


def _config(reference: Reference, texts: Sequence[str], source: str) -> dict[str, Any]:
    """What vectors depend on; source: the hash of the files that they come from, wherever these lie."""
    made_from = {"content": source, "texts": config_hash(list(texts)), "code": code_of_module(__name__)}
    what = reference.what() | made_from
    return {name: value for name, value in what.items() if name != "source" or reference.place not in LOCAL}
