"""The user's own vectors, as .npz or .csv: matched by text, and refused when a row cannot stand for its text."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from lva.models.references.embedding import embed, embed_all
from lva.models.references.reference import ReferenceUnavailable, reference_of
from lva.models.references.stored import saved_embeddings

TEXTS = ["go to red ball", "pick up grey key", "say, 'null'", "NaN"]
X = np.random.default_rng(0).normal(size=(4, 5)).astype(np.float32)


@pytest.fixture(params=["npz", "csv"])
def write(request, tmp_path):
    """Save texts and vectors in either format."""

    def save(texts=TEXTS, vectors=X):
        path = tmp_path / f"mine.{request.param}"
        if request.param == "npz":
            np.savez(path, texts=np.array(texts), vectors=np.asarray(vectors))
        else:
            pd.DataFrame(np.asarray(vectors), index=pd.Index(texts, name="text")).to_csv(path)
        return path

    return save


def test_rows_are_matched_by_text(write):
    found = embed_all(str(write()), [TEXTS[3], TEXTS[0], TEXTS[2], TEXTS[3]])
    np.testing.assert_allclose(found.headline, X[[3, 0, 2, 3]], rtol=1e-6)
    assert found.headline.dtype == np.float32
    assert (found.layers, found.poolings, found.choice) == ([0], ["own"], "as given")
    assert found.about["size"] == 5


def test_saved_again_when_the_file_changes(write, tmp_path):
    first = saved_embeddings(str(write()), TEXTS, tmp_path / "saved").headline
    again = saved_embeddings(str(write(vectors=2 * X)), TEXTS, tmp_path / "saved").headline
    np.testing.assert_allclose(again, 2 * first, rtol=1e-6)


@pytest.mark.parametrize(
    ("row", "value", "message"),
    [
        (2, np.nan, "row 2 of .*, \"say, 'null'\", holds NaN or infinity"),
        (1, np.inf, "row 1"),
        (3, 0, "row 3 .*is zero"),
    ],
)
def test_rows_that_are_no_direction(write, row, value, message):
    vectors = X.copy()
    vectors[row] = value
    with pytest.raises(ValueError, match=message):
        embed(str(write(vectors=vectors)), TEXTS[:1])


def test_texts_that_are_missing_or_twice(write):
    message = "has no vector for 'run to red ball', 2 of 3 texts; its first is 'go to red ball'"
    with pytest.raises(ValueError, match=message):
        embed(str(write()), [TEXTS[0], "run to red ball", "go"])
    with pytest.raises(ValueError, match=r"row 3 of .*, 'go to red ball', repeats an earlier text"):
        embed(str(write(texts=[*TEXTS[:3], TEXTS[0]])), TEXTS[:1])


@pytest.mark.parametrize("header", ["", "text,a,b\n", ",0,1\n", "text,1,2\n", "text,0.0,1.0\n"])
def test_a_csv_keeps_its_first_row_with_and_without_a_header(header, tmp_path):
    path = tmp_path / "mine.csv"
    path.write_text(f"{header}go,0.5,1\nrun,1,3\n")
    assert embed(str(path), ["go", "run"]).tolist() == [[0.5, 1], [1, 3]]


def test_a_csv_that_is_no_table(tmp_path):
    path = tmp_path / "mine.csv"
    for content, message in (
        ("", "is empty"),
        ("go,1,3\nrun,1,2,3\n", "the same number of values in every line"),
        ("go,1,3\nrun,one,2\n", "lines of a text and its numbers"),
        ("go,1,2\nrun,3,4\n", "'go,1,2', may be a header or a row; add a header that begins with `text`"),
    ):
        path.write_text(content)
        with pytest.raises(ValueError, match=message):
            embed(str(path), ["go"])


def test_layers_and_poolings_are_those_of_a_table(write):
    path = str(write())
    np.testing.assert_array_equal(embed(path, TEXTS, 0, "own"), embed(path, TEXTS, -1))
    with pytest.raises(ValueError, match="pooling='mean' does not exist for layer 0 of mine; choose one of own"):
        embed(path, TEXTS, pooling="mean")


def test_a_file_that_is_not_there():
    with pytest.raises(ReferenceUnavailable, match=r"absent: no file nowhere/absent.npz; check the path"):
        embed(reference_of("nowhere/absent.npz"), TEXTS)


@pytest.mark.parametrize(
    ("arrays", "message"),
    [
        ({"vectors": X}, "must hold the arrays `texts`"),
        ({"texts": np.array(TEXTS), "vectors": X[:3]}, r"`texts` \(4,\) <U16 and `vectors` \(3, 5\) float32"),
        ({"texts": np.array(TEXTS), "vectors": X[None]}, r"expected strings \(n,\) and numbers \(n, d\)"),
        ({"texts": np.arange(4), "vectors": X}, r"`texts` \(4,\) int64"),
        ({"texts": np.array(TEXTS, dtype=object), "vectors": X}, "must hold the arrays .*allow_pickle"),
        ({"texts": np.array(TEXTS), "vectors": X[:, :0]}, "has no numbers beside its texts"),
    ],
)
def test_other_arrays(tmp_path, arrays, message):
    np.savez(tmp_path / "mine.npz", **arrays)
    with pytest.raises(ValueError, match=message):
        embed(str(tmp_path / "mine.npz"), TEXTS)


def test_a_csv_with_words_among_its_numbers(tmp_path):
    (tmp_path / "mine.csv").write_text("text,0,1\ngo,1.5,two\n")
    with pytest.raises(ValueError, match=r"must hold lines of a text and its numbers.*'two'"):
        embed(str(tmp_path / "mine.csv"), ["go"])
