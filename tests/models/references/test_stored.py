"""Saved embeddings: asking again costs nothing, a change of anything they depend on is noticed."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from checkpoints import TEXTS, write_checkpoint

from lva.agent import AgentConfig, new_agent
from lva.ground.artifacts import ArtifactError, check_artifact, entry_path, save_artifact
from lva.ground.code import code_of_module
from lva.models.references import stored
from lva.models.references.embedding import embed
from lva.models.references.embeddings import MADE_BY, Embeddings
from lva.models.references.reference import reference_of_folder, untrained
from lva.models.references.stored import embed_references, save_word_vectors, saved_embeddings
from lva.world import load_grammar

SOME = TEXTS[::20]


@pytest.fixture
def reference(tmp_path):
    """A small CLIP, as if trained here."""
    folder = write_checkpoint("clip", tmp_path / "models" / "clip-here")
    return reference_of_folder("clip-here", folder, "clip", pooling="own", size="36 k")


@pytest.fixture
def computed(monkeypatch):
    """The names of what was computed, not read."""
    names, compute = [], stored.embed_all

    def note(reference, *args, **kwargs):
        names.append(reference.name)
        return compute(reference, *args, **kwargs)

    monkeypatch.setattr(stored, "embed_all", note)
    return names


def test_asking_again_costs_nothing(reference, computed, tmp_path):
    first = saved_embeddings(reference, SOME, tmp_path)
    again = saved_embeddings(reference, SOME, tmp_path)
    assert computed == ["clip-here"]
    assert first.vectors.keys() == again.vectors.keys()
    for key, x in first.vectors.items():
        np.testing.assert_array_equal(again.vectors[key], x)
    assert (again.texts, again.about, again.reference) == (first.texts, first.about, reference)
    assert Embeddings.load(tmp_path / "clip-here.npz").reference == reference


def test_a_run_that_is_moved_keeps_its_embeddings_and_their_hashes(computed, tmp_path):
    """Where a model lies is no part of what was computed."""
    hashes = []
    for name in ("here", "elsewhere"):
        model = write_checkpoint("clip", tmp_path / name / "models" / "clip-here")
        saved_embeddings(
            reference_of_folder("clip-here", model, "clip", pooling="own"), SOME, tmp_path / name / "found"
        )
        hashes.append(check_artifact(tmp_path / name / "found/clip-here.npz", made_by=MADE_BY))
    assert hashes[0] == hashes[1] and len(computed) == 2
    (tmp_path / "here").rename(tmp_path / "moved")
    moved = reference_of_folder("clip-here", tmp_path / "moved/models/clip-here", "clip", pooling="own")
    saved_embeddings(moved, SOME, tmp_path / "moved" / "found")
    assert len(computed) == 2
    assert Embeddings.load(tmp_path / "moved/found/clip-here.npz").reference.source == moved.source


def test_another_choice_of_layer_reads_the_same_file(reference, computed, tmp_path):
    saved_embeddings(reference, SOME, tmp_path)
    other = replace(reference, layer=1, pooling="last", size="small")
    found = saved_embeddings(other, SOME, tmp_path)
    assert computed == ["clip-here"]
    assert found.choice == "last of layer 1 of 3"
    np.testing.assert_allclose(found.headline, embed(other, SOME), rtol=1e-5, atol=1e-5)


@pytest.mark.parametrize(
    "change",
    [
        lambda reference: replace(reference, special_tokens=True),
        lambda reference: replace(reference, dtype="bfloat16"),
        lambda reference: replace(untrained(reference, seed=1), name=reference.name),
    ],
    ids=["special tokens", "dtype", "untrained"],
)
def test_what_the_vectors_depend_on_is_noticed(reference, computed, tmp_path, change):
    first, second = (saved_embeddings(item, SOME, tmp_path) for item in (reference, change(reference)))
    assert len(computed) == 2
    assert np.abs(first.at(-1, "mean") - second.at(-1, "mean")).max() > 1e-4


def test_a_model_that_was_trained_again_is_noticed(reference, computed, tmp_path):
    first = saved_embeddings(reference, SOME, tmp_path)
    write_checkpoint("clip", Path(reference.source), seed=1)
    second = saved_embeddings(reference, SOME, tmp_path)
    assert len(computed) == 2
    assert np.abs(first.headline - second.headline).max() > 1e-4


def test_other_texts_are_noticed(reference, computed, tmp_path):
    saved_embeddings(reference, SOME, tmp_path)
    assert saved_embeddings(reference, SOME[::-1], tmp_path).texts == SOME[::-1]
    assert len(computed) == 2


def test_other_code_embeds_again_and_says_so(reference, computed, tmp_path, monkeypatch, capsys):
    first = saved_embeddings(reference, SOME, tmp_path)
    monkeypatch.setattr(stored, "code_of_module", lambda module: {module: "changed"})
    again = [saved_embeddings(reference, SOME, tmp_path) for _ in range(2)]
    assert len(computed) == 2
    lines = [line for line in capsys.readouterr().out.splitlines() if "made by other code" in line]
    assert len(lines) == 1 and lines[0].startswith(f"{tmp_path / 'clip-here.npz'} was made by other code: ")
    np.testing.assert_array_equal(again[1].headline, first.headline)


def test_what_embeddings_are_made_by_is_how_they_are_computed():
    needed = code_of_module("lva.models.references.stored")
    assert {"lva.models.references.embedding", "lva.models.references.pooling"} <= set(needed)
    assert all(name.startswith(("lva.models.references", "lva.models.quiet")) for name in needed)


def test_a_damaged_file_is_made_again_or_refused(reference, computed, tmp_path):
    saved_embeddings(reference, SOME, tmp_path)
    path = tmp_path / "clip-here.npz"
    path.write_bytes(path.read_bytes()[:-9])
    with pytest.raises(ArtifactError, match=r"clip-here.npz has .* bytes, its manifest says"):
        Embeddings.load(path)
    saved_embeddings(reference, SOME, tmp_path)
    assert len(computed) == 2
    save_artifact(path, lambda file: np.savez(file, x=np.eye(2)), config={}, made_by=MADE_BY)
    with pytest.raises(ArtifactError, match=r"does not hold embeddings .*header.*; delete it, it will be remade"):
        Embeddings.load(path)


def test_a_table_of_all(reference, tmp_path):
    references = [reference, untrained(reference), untrained(reference, 2)]
    done, table = embed_references(references, SOME, tmp_path)
    assert list(done) == ["clip-here", "clip-here untrained", "clip-here untrained 2"]
    assert table["status"].tolist() == ["ok"] * 3
    assert table["untrained_of"].tolist() == ["", "clip-here", "clip-here"]
    assert table["choice"].tolist() == ["own of layer 3 of 3"] * 3
    assert (tmp_path / "clip-here-untrained-2.npz").exists() and entry_path(tmp_path / "clip-here.npz").exists()
    with pytest.raises(ValueError, match="two references are named 'clip-here'"):
        embed_references([reference, reference], SOME, tmp_path)


def test_embeddings_have_a_short_repr(reference, tmp_path):
    found = saved_embeddings(reference, SOME, tmp_path)
    n, d = found.headline.shape
    assert repr(found).startswith(f"Embeddings('clip-here': {n} texts x {d}, 4 layers, ")


def test_an_agent_starts_from_the_word_vectors(reference, tmp_path):
    grammar = load_grammar("paper")
    path = save_word_vectors(reference, grammar.vocabulary, tmp_path / "words.npz", layer=0, pooling="mean")
    with np.load(path) as file:
        assert file["words"].tolist() == list(grammar.vocabulary)
        np.testing.assert_allclose(file["vectors"], embed(reference, grammar.vocabulary, 0, "mean"), atol=1e-6)
    agent = new_agent(AgentConfig(word_init=f"pretrained:{path}", width=8))
    grams = []
    for x in (agent.language.words.weight.data[1:].numpy(), embed(reference, grammar.vocabulary, 0, "mean")):
        centred = x - x.mean(0)
        grams.append((centred @ centred.T).ravel())
    assert np.corrcoef(*grams)[0, 1] == pytest.approx(1, abs=1e-5)
    assert check_artifact(path, made_by=MADE_BY).config["layer"] == 0
