"""The spaces of one model: which there are, that twins are random, and that a file is read and not made again."""

import numpy as np
import pytest
import torch
from tests.models.references import checkpoints

from lva.models.references.loading import load_model
from lva.models.references.reference import reference_of_folder
from lva.studies.prefix import spaces as module
from lva.studies.prefix.orders import FIRST, ORDERS, TWICE
from lva.studies.prefix.readouts import ENTERS, LAST, MEAN
from lva.studies.prefix.spaces import CAUSAL, LIFTED, RANDOM, TRAINED, Key, spaces_of
from lva.studies.prefix.subjects import Subject, twin
from lva.world import Grammar

SMALL = Grammar("small", {"go-to": ("go to",), "escape-from": ("escape from",)}, ("red", "blue"), ("ball", "key"))


@pytest.fixture(scope="module")
def subject(tmp_path_factory):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(checkpoints, "LONGEST", 96)
        folder = checkpoints.write_checkpoint("llama", tmp_path_factory.mktemp("llama"))
    return Subject("tiny one", reference_of_folder("tiny one", folder, "llama"), causal=True, generative=True)


@pytest.fixture(scope="module")
def spaces(subject, tmp_path_factory):
    return spaces_of(subject, SMALL, 2, tmp_path_factory.mktemp("spaces"))


def test_every_order_is_read_out(spaces):
    assert {key.order for key in spaces} == set(ORDERS)
    assert len(spaces[Key(TWICE, RANDOM, CAUSAL, LAST)]) == 2
    assert {key.order for key in spaces if key.mask == LIFTED} == {FIRST}
    assert all(x.shape[0] == len(SMALL.texts) for draws in spaces.values() for x in draws)


def test_what_enters_knows_no_order(spaces):
    """LLaMA adds no positions to the words that enter."""
    same = (spaces[Key(order, TRAINED, CAUSAL, ENTERS)][0] for order in (FIRST, TWICE))
    first, twice = (x @ x.T for x in same)
    assert np.corrcoef(first.ravel(), twice.ravel())[0, 1] > 0.8
    assert not np.allclose(spaces[Key(FIRST, TRAINED, CAUSAL, MEAN)][0], spaces[Key(FIRST, TRAINED, LIFTED, MEAN)][0])


def test_a_finished_file_is_read_again(subject, spaces, tmp_path, monkeypatch):
    made = spaces_of(subject, SMALL, 1, tmp_path)
    monkeypatch.setattr(module, "_all_weights", None)
    again = spaces_of(subject, SMALL, 1, tmp_path)
    for key, (x,) in made.items():
        np.testing.assert_array_equal(again[key][0], x)


def test_a_twin_has_other_weights_by_its_seed_alone(subject):
    model = load_model(subject.reference)
    torch.manual_seed(0)
    one, same, other = (twin(model, seed).tower.state_dict() for seed in (1, 1, 2))
    after = torch.rand(1)
    torch.manual_seed(0)
    assert torch.equal(after, torch.rand(1)), "torch's own generator is left as it was"
    name = next(name for name in one if name.endswith("q_proj.weight"))
    assert torch.equal(one[name], same[name])
    assert not torch.equal(one[name], other[name])
    assert not torch.equal(one[name], model.tower.state_dict()[name])
