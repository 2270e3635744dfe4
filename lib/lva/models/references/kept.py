"""Vectors of real models that the repository carries in data/vectors, so that nobody has to install the models.

They are of the instructions of every committed grammar, in order and with their words shuffled, at every fourth layer
and the last, in float16. `tests/benchmarks/keep_vectors.py` makes them again; with the model at hand a test compares.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

import numpy as np

from lva.ground import paths
from lva.ground.artifacts import atomic_path
from lva.models.references.embedding import embed_all
from lva.models.references.embeddings import Embeddings
from lva.models.references.reference import Reference

EVERY = 4  # layers
POOLINGS = ("mean", "last")


def kept_file(reference: Reference) -> Path | None:
    """Where the vectors of a reference are kept, None if they are not."""
    path = paths.data() / "vectors" / f"{reference.file_name}.npz"
    return path if path.is_file() else None


def kept_embeddings(reference: Reference, texts: Sequence[str]) -> Embeddings | None:
    """The kept vectors of these texts; None if a text is missing, or they are of another model."""
    path = kept_file(reference)
    if path is None:
        return None
    with np.load(path, allow_pickle=False) as file:
        arrays = dict(file)
    header = json.loads(str(arrays.pop("header")))
    row = {text: i for i, text in enumerate(header["texts"])}
    made_from = Reference(**header["reference"])
    same = (made_from.what(), made_from.sha256) == (reference.what(), reference.sha256)
    if not same or not set(texts) <= set(row):
        return None
    index = [row[text] for text in texts]
    keys = {name: (int(name.split()[0]), name.split()[1]) for name in arrays}
    vectors = {key: arrays[name][index].astype(np.float32) for name, key in keys.items()}
    return Embeddings(reference, tuple(texts), vectors, header["about"] | {"kept": path.name})


def keep(reference: Reference, texts: Sequence[str], path: str | Path | None = None) -> Path:
    """Embed the texts and keep their vectors."""
    embeddings = embed_all(reference, texts)
    last = embeddings.layers[-1]
    arrays = {
        f"{layer} {pooling}": x.astype(np.float16)
        for (layer, pooling), x in embeddings.vectors.items()
        if pooling in POOLINGS and (layer % EVERY == 0 or layer == last)
    }
    header = {"reference": asdict(reference), "texts": list(texts), "about": embeddings.about}
    path = Path(path or paths.data() / "vectors" / f"{reference.file_name}.npz")
    with atomic_path(path) as temporary, open(temporary, "wb") as file:
        np.savez_compressed(file, **arrays, header=np.array(json.dumps(header)))
    return path
