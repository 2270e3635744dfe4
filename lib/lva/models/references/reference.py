"""What a reference is: a model the agent is compared with, where it is stored, and which of its vectors count."""

from __future__ import annotations

import re
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from lva.ground import paths

PLACES = ("hub", "folder", "package", "gguf", "file")
BETWEEN = " + "  # between the parts of a GGUF file that packages carry
PARTS = ("auto", "model", "sentence", "text", "encoder", "decoder")
POOLINGS = ("mean", "last", "first", "own")
DTYPES = ("float32", "bfloat16", "float16")
TABLES = (".npz", ".csv")
UNTRAINED = "untrained"  # in the names of models with random weights
NAME = re.compile(r"[\w.-]+( [\w.-]+)*")


class ReferenceUnavailable(RuntimeError):
    """A reference is not available; the message says in one line what to do. The others run without it."""


@dataclass(frozen=True)
class Reference:
    """One model, and the choice behind its headline number: layer, pooling, special tokens in or out."""

    name: str  # as tables and figures show it
    place: str  # hub, folder, package (installed by pip), gguf (a file), or file (.npz or .csv of embeddings)
    source: str  # owner/name on the hub, a path, package/folder, or see `lva.models.references.gguf`
    family: str = "own"  # as tables group it: llama, qwen, deepseek, bert, clip, blip, sentence, own
    size: str = ""  # as tables show it, "1.2 B"
    revision: str = "main"  # of the hub: a branch, a tag, a commit, or refs/pr/N
    part: str = "auto"  # which part to load; auto: as its configuration says, see `lva.models.references.loading`
    layer: int = -1  # 0 is what enters the first block, -1 is the model's output
    pooling: str = "mean"  # of the tokens: mean, last, first, or the model's own
    special_tokens: bool = False  # include [CLS], <s>, </s> and the like in mean, last and first
    dtype: str = "float32"  # bfloat16 halves a big model; the vectors are float32 in any case
    sha256: str | None = None  # of model.safetensors in a folder or package, or of a GGUF file; checked before loading
    seed: int | None = None  # of random weights in place of the trained ones
    untrained_of: str | None = None  # for random weights: the reference that has the same architecture

    def __post_init__(self):
        if not NAME.fullmatch(self.name):
            raise ValueError(f"name={self.name!r} must be words of letters, digits, dots and dashes: it names a file")
        known = {"place": PLACES, "part": PARTS, "pooling": POOLINGS, "dtype": DTYPES}
        for field, values in known.items():
            if getattr(self, field) not in values:
                value = getattr(self, field)
                raise ValueError(f"{field}={value!r} of {self.name} is unknown; choose one of {', '.join(values)}")
        if self.place == "file" and Path(self.source).suffix not in TABLES:
            raise ValueError(f"{self.source!r} of {self.name} must end in {' or '.join(TABLES)}")
        if self.place == "file" and (self.pooling, self.seed) != ("own", None):
            raise ValueError(f"{self.name} is a file of vectors: it has only pooling='own', and no untrained version")
        if self.sha256 is not None and self.place not in ("folder", "package", "gguf"):
            raise ValueError(
                f"sha256 of {self.name} is for folders, packages and GGUF files; pin a hub model by its revision"
            )

    @property
    def is_untrained(self) -> bool:
        """Whether the weights are random."""
        return self.seed is not None

    @property
    def file_name(self) -> str:
        """The name without spaces."""
        return self.name.replace(" ", "-")

    def what(self) -> dict[str, Any]:
        """Everything that its vectors depend on, apart from the content of local files."""
        fields = ("place", "source", "revision", "part", "special_tokens", "dtype", "seed")
        return {name: value for name, value in asdict(self).items() if name in fields}


def reference_of(source: str | Path, name: str | None = None, **fields: Any) -> Reference:
    """A reference from its source: an .npz, .csv or .gguf file, a folder that exists, else a name on the hub."""
    source = str(source)
    if Path(source).suffix in TABLES:
        return Reference(name or Path(source).stem, "file", source, **{"pooling": "own"} | fields)
    if source.endswith(".gguf"):
        return Reference(name or Path(source).stem, "gguf", source, **fields)
    place = "folder" if paths.find(source).is_dir() else "hub"
    return Reference(name or Path(source).name, place, source, **fields)


def reference_of_folder(name: str, folder: str | Path, family: str, **fields: Any) -> Reference:
    """A model saved by `save_pretrained` together with its tokenizer, such as those trained here."""
    return Reference(name, "folder", str(folder), family, **fields)


def untrained(reference: Reference, seed: int = 0) -> Reference:
    """The same architecture and tokenizer with random weights: what structure alone, without learning, gives."""
    name = f"{reference.name} {UNTRAINED}" + (f" {seed}" if seed else "")
    return replace(reference, name=name, seed=seed, untrained_of=reference.name)
