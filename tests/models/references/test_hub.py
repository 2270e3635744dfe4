"""References from a hub: downloaded, cached, refused, absent, silent. The hub is played by a server of our own."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time

import numpy as np
import pytest
from checkpoints import TEXTS, write_checkpoint
from fake_hub import COMMIT, serve
from huggingface_hub import close_session, constants

from lva.models.references import hub
from lva.models.references.embedding import embed_all
from lva.models.references.reference import ReferenceUnavailable, reference_of, reference_of_folder, untrained
from lva.models.references.stored import embed_references

SOME = TEXTS[::20]


@pytest.fixture(scope="module")
def checkpoint(tmp_path_factory):
    """What the hub's open models hold: weights twice over, and pickles."""
    folder = write_checkpoint("llama", tmp_path_factory.mktemp("hub"))
    for name in ("pytorch_model.bin", "consolidated.safetensors", "onnx/model.safetensors"):
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_bytes(b"not to be downloaded")
    return folder


@pytest.fixture
def address(monkeypatch, tmp_path):
    """Point the hub library to another address, with an empty cache."""

    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    close_session()  # it remembers the proxy

    def point(url: str, cache=tmp_path / "cache"):
        monkeypatch.setattr(constants, "ENDPOINT", url)
        monkeypatch.setattr(constants, "HUGGINGFACE_CO_URL_TEMPLATE", url + "/{repo_id}/resolve/{revision}/{filename}")
        monkeypatch.setattr(constants, "HF_HUB_CACHE", str(cache))
        return cache

    return point


def test_a_model_is_downloaded_once_and_as_safetensors_alone(checkpoint, address):
    reference = reference_of("open/llama", "mine")
    with serve(checkpoint) as (url, asked):
        cache = address(url)
        found = embed_all(reference, SOME)
    here = embed_all(reference_of_folder("here", checkpoint, "llama"), SOME)
    np.testing.assert_array_equal(found.headline, here.headline)
    assert found.about["revision"] == COMMIT
    names = {path.name for path in cache.rglob("*") if path.is_file()}
    assert "model.safetensors" in names and not names & {"pytorch_model.bin", "consolidated.safetensors"}
    assert not any(path.startswith("open/llama/resolve") and "onnx" in path for path in asked)
    again = embed_all(reference, SOME)  # the server is gone, the cache is not
    np.testing.assert_array_equal(again.headline, found.headline)


def test_an_untrained_reference_leaves_the_weights_on_the_hub(checkpoint, address):
    with serve(checkpoint) as (url, asked):
        address(url)
        embed_all(untrained(reference_of("open/llama")), SOME)
    assert not any("safetensors" in path for path in asked)


def test_what_cannot_be_had_is_not_run_and_the_rest_goes_on(checkpoint, address, tmp_path):
    broken = [
        reference_of("gated/llama-8b"),
        reference_of("nobody/nothing"),
        reference_of("open/llama", "old", revision="v0"),
        reference_of("not a name/at all", "odd"),
        reference_of("broken/model"),
        reference_of(tmp_path / "absent.npz"),
    ]
    good = [reference_of("open/llama", "mine", family="llama", size="37 k")]
    with serve(checkpoint) as (url, _):
        address(url)
        done, table = embed_references([*broken[:3], *good, *broken[3:]], SOME, tmp_path)
    assert set(done) == {"mine"}
    assert table["reference"].tolist() == ["llama-8b", "nothing", "old", "mine", "odd", "model", "absent"]
    assert table["status"].tolist() == ["not run"] * 3 + ["ok"] + ["not run"] * 3
    assert tuple(table.iloc[3]) == ("mine", "llama", "", "37 k", "ok", "mean of layer 3 of 3", "")
    notes = dict(zip(table["reference"], table["note"]))
    for name, remedy in {
        "llama-8b": f"is gated: accept its licence at {url}/gated/llama-8b and log in with `hf auth login`",
        "nothing": "is not on the hub, or private: check the name, or log in with `hf auth login`",
        "old": f"has no revision 'v0': look for one at {url}/open/llama/commits/main",
        "odd": "is neither a folder nor a name on the hub",
        "model": f"is not in the cache, and no answer from {url}: connect, point HF_HOME to a filled cache",
        "absent": "no file",
    }.items():
        assert remedy in notes[name]
    assert not any("\n" in note for note in notes.values())


def test_a_download_that_breaks_off(checkpoint, address, monkeypatch):
    """The disk is full, the connection goes: a line in the table, and the rest can go on."""

    def fail(*args, **options):
        raise OSError("[Errno 28] No space left\non device")

    monkeypatch.setattr(hub, "snapshot_download", fail)
    with serve(checkpoint) as (url, _):
        address(url)
        with pytest.raises(
            ReferenceUnavailable, match=r"open/llama was interrupted \(.*No space left on device\): run again"
        ):
            embed_all("open/llama", SOME)


def test_a_silent_hub_does_not_hold_us_up(address, monkeypatch):
    assert hub.TIMEOUT <= 10
    monkeypatch.setattr(hub, "TIMEOUT", 0.2)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        address(f"http://127.0.0.1:{silent.getsockname()[1]}")
        start = time.monotonic()
        with pytest.raises(ReferenceUnavailable, match="org/model is not in the cache, and no answer from http://127"):
            embed_all("org/model", SOME)
    assert time.monotonic() - start < 60


def test_a_repository_of_pickles_alone(checkpoint, address, tmp_path):
    folder = write_checkpoint("llama", tmp_path / "pickled")
    (folder / "model.safetensors").rename(folder / "pytorch_model.bin")
    with serve(folder) as (url, _):
        address(url)
        with pytest.raises(ReferenceUnavailable, match=r"open/llama holds no safetensors.*refs/pr/N on the hub"):
            embed_all("open/llama", SOME)


def test_offline_for_real(tmp_path):
    """HF_HUB_OFFLINE=1 in a process of its own, with nothing in the cache."""
    code = (
        "from lva.models.references.stored import embed_references\n"
        f"done, table = embed_references(['nobody/no-such-model'], ['go to red ball'], {str(tmp_path)!r})\n"
        "print(done, table['status'][0], table['note'][0])"
    )
    env = os.environ | {"HF_HUB_OFFLINE": "1", "HF_HOME": str(tmp_path)}
    result = subprocess.run([sys.executable, "-c", code], env=env, capture_output=True, text=True, check=True)
    expected = "{} not run nobody/no-such-model is not in the cache, and HF_HUB_OFFLINE is set: connect, point HF_HOME"
    assert result.stdout.startswith(expected)
