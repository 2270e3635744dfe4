"""Static vectors of words, whatever stands beside them: those of WordLlama, distilled from LLaMA's token embeddings.

The repository keeps those of every word of the committed grammars, in float16 as the package has them; other words need
the package (`make wordllama`), whose files are read and whose code is never run. `tests/benchmarks/keep_vectors.py`
makes the kept file again; with the package at hand a test compares.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from safetensors.numpy import load_file
from tokenizers import Tokenizer

from lva.ground import paths
from lva.ground.artifacts import ArtifactError, atomic_path, sha256
from lva.models.references.embeddings import Vectors
from lva.models.references.package import package_folder
from lva.models.references.reference import Reference

WORDLLAMA = Reference("wordllama", "package", "wordllama", family="static")
WEIGHTS, TOKENIZER = "weights/l2_supercat_256.safetensors", "tokenizers/l2_supercat_tokenizer_config.json"
SHA256 = {  # of the package's files
    WEIGHTS: "64b47a2dc493cb8e85944076601189739852d7b64e0e1eedcb1937a251cd9fd5",
    TOKENIZER: "93248f2a9ec36c7b35f700a033d5f36228aae48db61aee31007fa49062cdeb68",
}


def word_vectors(words: Sequence[str]) -> Vectors:
    """The vectors of words, the kept ones or else the package's: (n, d)."""
    with np.load(kept_words(), allow_pickle=False) as file:
        known = dict(zip(file["words"].tolist(), file["vectors"].astype(np.float32)))
    if missing := [word for word in words if word not in known]:
        known |= dict(zip(missing, package_vectors(missing)))
    return np.array([known[word] for word in words])


def package_vectors(words: Sequence[str]) -> Vectors:
    """The vectors of words in the installed package, each the mean of its tokens: (n, d)."""
    folder = package_folder(WORDLLAMA)
    for name, expected in SHA256.items():
        if (digest := sha256(folder / name)) != expected:
            remedy = "install the version that pyproject.toml names"
            raise ArtifactError(f"{name} of {WORDLLAMA.name} has sha256 {digest}, expected {expected}; {remedy}")
    tokens = load_file(folder / WEIGHTS)["embedding.weight"].astype(np.float32)
    encoded = Tokenizer.from_file(str(folder / TOKENIZER)).encode_batch(list(words), add_special_tokens=False)
    return np.array([tokens[each.ids].mean(axis=0) for each in encoded])


def keep_words(words: Sequence[str], path: str | Path | None = None) -> Path:
    """Keep the package's vectors of words as `word_init="pretrained:<path>"` reads them, with what made them."""
    path = Path(path or kept_words())
    arrays = {"words": np.array(words), "vectors": package_vectors(words).astype(np.float16)}
    header = json.dumps({"package": WORDLLAMA.source, "sha256": SHA256})
    with atomic_path(path) as temporary, open(temporary, "wb") as file:
        np.savez_compressed(file, **arrays, header=np.array(header))
    return path


def kept_words() -> Path:
    """The file of the kept vectors."""
    return paths.data() / "vectors" / f"{WORDLLAMA.name}-words.npz"
