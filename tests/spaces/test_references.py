"""References as spaces: the chosen layer, every layer, and the words out of order."""

import numpy as np
import pytest

from lva.ground.artifacts import ArtifactError
from lva.ground.runs import RunFolder
from lva.models import Embeddings, Reference, untrained
from lva.spaces import choices, pooled, readouts, scramble, scrambled_spaces

TEXTS = ("run from red ball", "go to blue key", "pick up red key")
READER = Reference("reader", "folder", "anywhere", "bert")
FILE = Reference("mine", "file", "mine.npz", pooling="own")
LAYERS = {(0, "mean"): np.eye(3), (1, "mean"): 2 * np.eye(3)}
AGAIN = {key: -x for key, x in LAYERS.items()}
FOUND = {
    "reader": (Embeddings(READER, TEXTS, LAYERS, {}), Embeddings(READER, TEXTS, AGAIN, {})),
    "untrained": (Embeddings(untrained(READER), TEXTS, {(0, "mean"): np.eye(3)}, {}),),
    "mine": (Embeddings(FILE, TEXTS, {(0, "own"): 3 * np.eye(3)}, {}),),
}


def test_readouts_are_every_layer_of_every_reference():
    found = readouts(FOUND)
    assert list(found) == [("reader", 0, "mean"), ("reader", 1, "mean"), ("untrained", 0, "mean"), ("mine", 0, "own")]
    np.testing.assert_array_equal(found["reader", 1, "mean"], [2 * np.eye(3), -2 * np.eye(3)])


def test_a_trained_reference_offers_its_layers_and_names_the_one_that_was_fixed():
    offered = choices(FOUND)
    assert list(offered) == ["reader", "mine"]
    assert offered["reader"].fixed == FOUND["reader"][0].chosen and set(offered["reader"].spaces) == set(LAYERS)
    np.testing.assert_array_equal(offered["reader"].spaces[1, "mean"], [2 * np.eye(3), -2 * np.eye(3)])


def test_another_pooling_is_taken_at_the_same_layer_where_there_is_one():
    last = {**LAYERS, (1, "last"): 7 * np.eye(3)}
    found = pooled(FOUND | {"reader": (Embeddings(READER, TEXTS, last, {}),)}, "last")
    np.testing.assert_array_equal(found["reader"], [7 * np.eye(3)])
    np.testing.assert_array_equal(found["mine"], [3 * np.eye(3)])  # a file has no other


def test_only_what_reads_text_can_be_given_it_out_of_order(tmp_path):
    for folder, sign in (("scrambled", 1), ("scrambled/draw-2", -1)):
        disordered = Embeddings(READER, tuple(scramble(TEXTS)), {(1, "mean"): sign * 5 * np.eye(3)}, {})
        disordered.save(tmp_path / "embeddings" / folder / "reader.npz", {})
    (space,) = scrambled_spaces(RunFolder("mine", tmp_path), FOUND).values()
    assert space.name == "reader" and space.kind == "reference"
    np.testing.assert_array_equal(space.draws, [5 * np.eye(3), -5 * np.eye(3)])
    assert not scrambled_spaces(RunFolder("mine", tmp_path), {"mine": FOUND["mine"]})


def test_other_texts_than_the_scrambled_ones_are_refused(tmp_path):
    FOUND["reader"][0].save(tmp_path / "embeddings/scrambled/reader.npz", {})
    with pytest.raises(ArtifactError, match="other texts"):
        scrambled_spaces(RunFolder("mine", tmp_path), {"reader": FOUND["reader"]})
