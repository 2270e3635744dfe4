"""Static vectors of words: kept for the committed grammars, as the package has them, other words from the package."""

from __future__ import annotations

import json
from importlib.util import find_spec

import numpy as np
import pytest
from safetensors.numpy import save_file
from tokenizers import Tokenizer
from tokenizers.models import WordLevel

from lva.ground import paths
from lva.ground.artifacts import ArtifactError, sha256
from lva.models import ReferenceUnavailable, word_vectors
from lva.models.references import static
from lva.models.references.static import keep_words, kept_words, package_vectors
from lva.world import load_grammar

WORDS = sorted({word for path in paths.data().glob("grammars/*.toml") for word in load_grammar(path.stem).vocabulary})


@pytest.fixture
def package(tmp_path, monkeypatch):
    """A package that has vectors of `go` and `moon`."""
    folder = tmp_path / "package"
    for name in static.SHA256:
        (folder / name).parent.mkdir(parents=True)
    rows = np.array([[1, 2], [3, 4], [5, 6]], np.float16)
    save_file({"embedding.weight": rows}, folder / static.WEIGHTS)
    Tokenizer(WordLevel({"go": 0, "moon": 1, "?": 2}, "?")).save(str(folder / static.TOKENIZER))
    monkeypatch.setattr(static, "package_folder", lambda reference: folder)
    monkeypatch.setattr(static, "SHA256", {name: sha256(folder / name) for name in static.SHA256})
    return folder


def test_every_word_of_the_committed_grammars_is_kept_with_what_made_it():
    with np.load(kept_words()) as file:
        header = json.loads(str(file["header"]))
        assert file["words"].tolist() == WORDS and file["vectors"].dtype == np.float16
    assert header == {"package": "wordllama", "sha256": static.SHA256}
    assert word_vectors(WORDS).shape == (len(WORDS), 256)


def test_words_that_are_not_kept_come_from_the_package(package, tmp_path, monkeypatch):
    path = keep_words(["go"], tmp_path / "words.npz")
    monkeypatch.setattr(static, "kept_words", lambda: path)
    np.testing.assert_array_equal(word_vectors(["moon", "go"]), [[3, 4], [1, 2]])
    (package / static.WEIGHTS).unlink()
    np.testing.assert_array_equal(word_vectors(["go"]), [[1, 2]])


def test_another_version_of_the_package_is_refused(package):
    save_file({"embedding.weight": np.ones((3, 2), np.float16)}, package / static.WEIGHTS)
    with pytest.raises(ArtifactError, match=r"l2_supercat_256.safetensors of wordllama has sha256 .*, expected"):
        package_vectors(["go"])


@pytest.mark.skipif(find_spec("wordllama") is not None, reason="the package is installed")
def test_without_the_package_a_new_word_says_what_to_install():
    with pytest.raises(ReferenceUnavailable, match="pip install --no-deps wordllama"):
        word_vectors(["go", "moon"])


@pytest.mark.skipif(find_spec("wordllama") is None, reason="needs `make wordllama`")
def test_the_package_gives_the_kept_vectors_again():
    np.testing.assert_allclose(word_vectors(WORDS), package_vectors(WORDS), rtol=1e-3, atol=1e-3)
