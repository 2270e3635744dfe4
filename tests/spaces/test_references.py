"""References as spaces: the chosen layer, every layer, and the words out of order."""

import numpy as np
import pytest

from lva.ground.artifacts import ArtifactError
from lva.ground.runs import RunFolder
from lva.models import Embeddings, Reference, untrained
from lva.spaces import readouts, scramble, scrambled_spaces

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
