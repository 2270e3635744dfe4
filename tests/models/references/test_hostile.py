"""Checkpoints that are damaged or mean harm: nothing but their own safetensors is read, and the others go on."""

from __future__ import annotations

import json
import pickle
import shutil

import pytest
import torch
from checkpoints import TEXTS, edit_json, write_checkpoint

from lva.models.references.embedding import embed
from lva.models.references.reference import ReferenceUnavailable, reference_of_folder
from lva.models.references.stored import embed_references

SOME = TEXTS[::20]


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """A checkpoint in shards, with their index."""
    folder = write_checkpoint("llama", tmp_path_factory.mktemp("whole"))
    names = list(torch.load(_as_pickle(folder), weights_only=True))
    index = {"metadata": {}, "weight_map": dict.fromkeys(names, "model-00001-of-00001.safetensors")}
    (folder / "model.safetensors").rename(folder / "model-00001-of-00001.safetensors")
    (folder / "model.safetensors.index.json").write_text(json.dumps(index))
    return folder


def _as_pickle(folder):
    from safetensors.torch import load_file

    torch.save(load_file(folder / "model.safetensors"), folder / "pytorch_model.bin")
    return folder / "pytorch_model.bin"


@pytest.fixture
def checkpoint(whole, tmp_path):
    return shutil.copytree(whole, tmp_path / "checkpoint")


def redirect(folder, file):
    """Let the index of a checkpoint name another file."""
    path = folder / "model.safetensors.index.json"
    named = json.loads(path.read_text())["weight_map"]
    edit_json(path, weight_map=dict.fromkeys(named, file))


def fails_with(folder, message):
    with pytest.raises(ReferenceUnavailable, match=message):
        embed(reference_of_folder("mine", folder, "own"), SOME)


def test_shards_are_read(checkpoint):
    assert embed(reference_of_folder("mine", checkpoint, "own"), SOME).shape[0] == len(SOME)


class Evil:
    """Leaves a trace when it is unpickled."""

    def __init__(self, trace):
        self.trace = trace

    def __reduce__(self):
        return open, (str(self.trace), "w")


def test_an_index_that_names_a_pickle(checkpoint, tmp_path):
    (checkpoint / "pytorch_model.bin").write_bytes(pickle.dumps(Evil(tmp_path / "ran")))
    redirect(checkpoint, "pytorch_model.bin")
    fails_with(checkpoint, "names 'pytorch_model.bin'; only .safetensors files of the same folder are read")
    assert not (tmp_path / "ran").exists()


@pytest.mark.parametrize("file", ["../outside.safetensors", "/outside.safetensors", "sub/model.safetensors", 3, None])
def test_an_index_that_leaves_its_folder(checkpoint, file):
    shutil.copy(checkpoint / "model-00001-of-00001.safetensors", checkpoint.parent / "outside.safetensors")
    redirect(checkpoint, file)
    fails_with(checkpoint, "only .safetensors files of the same folder are read")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[]", "is no index of weights"),
        ("{}", "is no index of weights"),
        ("[" * 100_000, "is no index of weights"),
        ('{"weight_map": {"a": "gone.safetensors"}}', "lacks gone.safetensors, which its index names"),
    ],
)
def test_an_index_that_is_none(checkpoint, text, message):
    (checkpoint / "model.safetensors.index.json").write_text(text)
    fails_with(checkpoint, message)


def test_an_adapter_is_not_followed_to_its_model(checkpoint):
    (checkpoint / "adapter_config.json").write_text('{"base_model_name_or_path": "somewhere/else"}')
    fails_with(checkpoint, "holds an adapter; merge it")


def test_a_configuration_with_fewer_layers_than_the_weights(checkpoint):
    edit_json(checkpoint / "config.json", num_hidden_layers=1)
    fails_with(checkpoint, "weights that its config.json has no layer for")


@pytest.mark.parametrize("file", ["model-00001-of-00001.safetensors", "tokenizer.json", "config.json"])
@pytest.mark.parametrize("content", [b"", b"not at all", b"\xff" * 64])
def test_files_that_are_damaged_leave_the_others_running(checkpoint, whole, tmp_path, file, content):
    (checkpoint / file).write_bytes(content)
    broken, other = (reference_of_folder(name, at, "own") for name, at in (("broken", checkpoint), ("whole", whole)))
    embeddings, table = embed_references([broken, other], SOME, tmp_path / "embeddings", progress=False)
    assert list(embeddings) == ["whole"] and table.status.tolist() == ["not run", "ok"]
    assert table.note[0].startswith(f"broken: {checkpoint} cannot be loaded (") and "\n" not in table.note[0]
