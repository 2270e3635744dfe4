"""The embeddings of a reference: all layers x poolings of its texts, in one file."""

from __future__ import annotations

import json
import os
import zipfile
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lva.ground.artifacts import ArtifactError, check_artifact, save_artifact
from lva.models.references.reference import POOLINGS, Reference

MADE_BY = "03_extract_embeddings"
Vectors = NDArray[np.float32]


@dataclass(frozen=True, eq=False, repr=False)
class Embeddings:
    """How a reference embeds some texts; `vectors[layer, pooling]: (n, d)`, layer 0 is what enters the first block."""

    reference: Reference
    texts: tuple[str, ...]
    vectors: dict[tuple[int, str], Vectors]
    about: dict[str, Any]  # class, parameters, layers, size, tokenizer, revision ...

    @property
    def layers(self) -> list[int]:
        """All layers, from 0."""
        return sorted({layer for layer, _ in self.vectors})

    @property
    def poolings(self) -> list[str]:
        """All poolings, of any layer."""
        return [name for name in POOLINGS if any(name == pooling for _, pooling in self.vectors)]

    @property
    def headline(self) -> Vectors:
        """The vectors behind the headline number: (n, d)."""
        return self.at()

    @property
    def chosen(self) -> tuple[int, str]:
        """The layer and pooling behind the headline number."""
        return self._key(None, None)

    @property
    def choice(self) -> str:
        """The same in words, to print beside the number."""
        layer, pooling = self.chosen
        if self.reference.place == "file":
            return "as given"
        return f"{pooling} of layer {layer} of {self.layers[-1]}"

    def at(self, layer: int | None = None, pooling: str | None = None) -> Vectors:
        """The vectors of a layer and pooling, by default those that the reference chose: (n, d)."""
        return self.vectors[self._key(layer, pooling)]

    def __repr__(self) -> str:
        n, d = self.headline.shape
        layers, poolings = len(self.layers), ", ".join(self.poolings)
        return f"Embeddings({self.reference.name!r}: {n} texts x {d}, {layers} layers, {poolings}; {self.choice})"

    def save(self, path: str | Path, config: Any) -> Path:
        """Write the file and its manifest entry; a folder is named by the way from here, so that both can be moved."""
        reference, path = self.reference, Path(path).absolute()
        if reference.place == "folder" and Path(reference.source).is_absolute():
            way = os.path.relpath(reference.source, path.parent)
            reference = replace(reference, source=way if way.startswith("..") else f"./{way}")
        header = json.dumps({"reference": asdict(reference), "texts": self.texts, "about": self.about})
        arrays = {f"{layer} {pooling}": x for (layer, pooling), x in self.vectors.items()}
        arrays["header"] = np.array(header)
        return save_artifact(path, lambda temporary: write_npz(temporary, arrays), config=config, made_by=MADE_BY)

    @classmethod
    def load(cls, path: str | Path) -> Embeddings:
        """Read embeddings back after checking the file."""
        check_artifact(Path(path), made_by=MADE_BY)
        try:
            with np.load(path, allow_pickle=False) as file:
                arrays = dict(file)
            header = json.loads(str(arrays.pop("header")))
            vectors = {(int(layer), pooling): arrays[f"{layer} {pooling}"] for layer, pooling in map(str.split, arrays)}
            reference = _beside(Reference(**header["reference"]), Path(path).absolute().parent)
            return cls(reference, tuple(header["texts"]), vectors, header["about"])
        except (OSError, ValueError, KeyError, TypeError, zipfile.BadZipFile) as error:
            raise ArtifactError(f"{path} does not hold embeddings ({error}); delete it, it will be remade") from error

    def _key(self, layer: int | None, pooling: str | None) -> tuple[int, str]:
        reference, last = self.reference, self.layers[-1]
        layer = reference.layer if layer is None else layer
        pooling = reference.pooling if pooling is None else pooling
        key = (layer + last + 1 if layer < 0 else layer, pooling)
        if key in self.vectors:
            return key
        if key[0] not in self.layers:
            raise ValueError(f"layer={layer} of {reference.name} does not exist; it has 0 to {last}, or -1 for {last}")
        available = [name for name in self.poolings if (key[0], name) in self.vectors]
        only = f"; {pooling} exists for layer {last}" if pooling in self.poolings else ""
        raise ValueError(
            f"pooling={pooling!r} does not exist for layer {key[0]} of {reference.name}; choose one of "
            f"{', '.join(available)}{only}"
        )


def _beside(reference: Reference, folder: Path) -> Reference:
    """The reference with the folder of its model, if that is named by the way from `folder`, as `save` does."""
    place = Path(os.path.normpath(folder / reference.source))
    there = reference.place == "folder" and reference.source.startswith(".") and place.is_dir()
    return replace(reference, source=str(place)) if there else reference


def stack(rows: Sequence[dict[tuple[int, str], Vectors]]) -> dict[tuple[int, str], Vectors]:
    """Join batches, key by key, along the texts."""
    return {key: np.concatenate([row[key] for row in rows]) for key in rows[0]}


def write_npz(path: Path, arrays: dict[str, np.ndarray]) -> None:
    """Write named arrays to a file, whatever its suffix."""
    with open(path, "wb") as file:
        np.savez(file, **arrays)
