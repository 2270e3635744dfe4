"""Artefacts: whole or absent, and every refusal names the notebook that remakes the file."""

from __future__ import annotations

import errno
import json
import os
import signal
import subprocess
import sys
from dataclasses import dataclass

import pytest

from lva.ground.artifacts import (
    ArtifactError,
    atomic_path,
    check_artifact,
    config_hash,
    differences,
    entry_path,
    is_current,
    save_artifact,
)

CONFIG = {"seed": 3, "grammar": "paper"}


@pytest.fixture
def artifact(tmp_path):
    """A saved file of four bytes."""
    return save_artifact(tmp_path / "a.bin", lambda path: path.write_bytes(b"0123"), config=CONFIG, made_by="01_demos")


def refuse(path, config=None):
    """Return the message with which a file is refused."""
    with pytest.raises(ArtifactError) as error:
        check_artifact(path, config=config, made_by="01_demos")
    assert "remake it with `python -m lva run --only 01 --fresh`" in str(error.value)
    return str(error.value)


def test_a_saved_file_is_whole_and_says_where_it_comes_from(artifact):
    entry = check_artifact(artifact, config=CONFIG, made_by="01_demos")
    assert (entry.path, entry.bytes, entry.made_by, entry.config) == ("a.bin", 4, "01_demos", CONFIG)
    assert entry.sha256 == "1be2e452b46d7a0d9656bbb1f768e8248eba1b75baed65f5d99eafa948899a6a"
    assert sorted(path.name for path in artifact.parent.iterdir()) == ["a.bin", "a.bin.manifest.json"]


def test_a_missing_file_is_refused(tmp_path):
    assert "is not there" in refuse(tmp_path / "a.bin")


def test_a_corrupted_file_is_refused(artifact):
    artifact.write_bytes(b"0124")
    assert "damaged, swapped or changed by hand" in refuse(artifact)


def test_a_truncated_file_is_refused(artifact):
    artifact.write_bytes(b"01")
    assert "has 2 bytes, its manifest says 4" in refuse(artifact)


def test_a_foreign_file_is_refused(artifact):
    entry_path(artifact).unlink()
    assert "saved by something else" in refuse(artifact)


BROKEN = ["", "{", "[]", "3", "[" * 100_000, "\xff", '{"path": "a.bin"}', '{"bytes": 4, "colour": "red"}']


@pytest.mark.parametrize("text", BROKEN)
def test_a_broken_entry_is_refused(artifact, text):
    entry_path(artifact).write_text(text, encoding="latin-1")
    assert "is not a manifest entry" in refuse(artifact)


def test_the_entry_of_another_file_is_refused(artifact):
    other = artifact.with_name("b.bin")
    other.write_bytes(b"0123")
    entry_path(other).write_text(entry_path(artifact).read_text())
    assert "a.bin" in refuse(other)


def test_another_configuration_is_refused_and_the_difference_named(artifact):
    message = refuse(artifact, CONFIG | {"seed": 4})
    assert "seed: asked 4, found 3" in message
    assert "grammar" not in message
    assert is_current(artifact, config=CONFIG, made_by="01_demos")
    assert not is_current(artifact, config={}, made_by="01_demos")


def test_differences_are_named_down_to_the_innermost_field():
    asked = {"train": {"seed": 4, "batch": 2}, "n": 1, "labels": ["a"]}
    found = {"train": {"seed": 3, "batch": 2}, "n": 1, "labels": ["a", "b"], "code": None, "more": 5}
    assert differences(asked, found) == (
        "labels: asked ['a'], found ['a', 'b']; more: asked None, found 5; train.seed: asked 4, found 3"
    )
    assert differences({"train": 3}, {"train": {"seed": 3}}) == "train: asked 3, found {'seed': 3}"
    assert differences([1], [2]) == "asked [1], found [2]"


def test_an_exception_while_writing_keeps_the_old_bytes_and_leaves_nothing_behind(artifact):
    def write(path):
        path.write_bytes(b"half")
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        save_artifact(artifact, write, config=CONFIG | {"seed": 4}, made_by="01_demos")
    assert check_artifact(artifact, config=CONFIG, made_by="01_demos").bytes == 4
    assert len(list(artifact.parent.iterdir())) == 2


def test_a_killed_writer_leaves_the_old_file_whole(artifact):
    script = f"""
import os, signal
from pathlib import Path
from lva.ground.artifacts import save_artifact
def write(path):
    path.write_bytes(b"half")
    os.kill(os.getpid(), signal.SIGKILL)
save_artifact(Path({str(artifact)!r}), write, config={{}}, made_by="01_demos")
"""
    assert subprocess.run([sys.executable, "-c", script]).returncode == -signal.SIGKILL
    assert artifact.read_bytes() == b"0123"
    assert check_artifact(artifact, config=CONFIG, made_by="01_demos")


def test_a_writer_killed_between_file_and_entry_is_noticed(artifact):
    script = f"""
import os, signal
from pathlib import Path
from lva.ground import artifacts
artifacts.asdict = lambda entry: os.kill(os.getpid(), signal.SIGKILL)
write = lambda path: path.write_bytes(b"4567")
artifacts.save_artifact(Path({str(artifact)!r}), write, config={{}}, made_by="01_demos")
"""
    assert subprocess.run([sys.executable, "-c", script]).returncode == -signal.SIGKILL
    assert artifact.read_bytes() == b"4567"
    assert "interrupted" in refuse(artifact)


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EDQUOT])
def test_a_full_disk_is_named_and_keeps_the_old_file(artifact, code):
    def write(path):
        raise OSError(code, "no space")

    with pytest.raises(ArtifactError, match=r"no space left on the disk of .*LVA_CACHE"):
        save_artifact(artifact, write, config=CONFIG, made_by="01_demos")
    assert check_artifact(artifact, config=CONFIG, made_by="01_demos")


def test_other_errors_of_the_system_pass_unchanged(tmp_path):
    with pytest.raises(PermissionError), atomic_path(tmp_path / "a"):
        raise PermissionError(errno.EACCES, "not yours")


def test_equal_configurations_have_equal_hashes_and_others_do_not():
    @dataclass(frozen=True)
    class Config:
        seed: int = 3
        sizes: tuple[int, ...] = (1, 2)

    assert config_hash(Config()) == config_hash({"sizes": [1, 2], "seed": 3})
    assert config_hash(Config()) != config_hash(Config(seed=4))
    assert len(config_hash(Config())) == 16


def test_a_configuration_that_json_cannot_hold_is_refused_before_anything_is_written(tmp_path):
    with pytest.raises(TypeError, match="a configuration holds set"):
        save_artifact(tmp_path / "a", lambda path: path.write_text(""), config={"x": {1}}, made_by="01_demos")
    assert not list(tmp_path.iterdir())


def test_the_manifest_is_plain_json(artifact):
    assert json.loads(entry_path(artifact).read_text())["config_hash"] == config_hash(CONFIG)


def test_folders_given_by_the_environment_are_absolute(tmp_path):
    script = (
        "from lva.ground.paths import cache, published_results, published_figures; "
        "print(cache(), published_results(), published_figures())"
    )
    environment = os.environ | {"LVA_CACHE": "c", "LVA_RESULTS": "r", "LVA_FIGURES": "f"}
    found = subprocess.run(
        [sys.executable, "-c", script], cwd=tmp_path, env=environment, capture_output=True, text=True
    )
    assert found.stdout.split() == [str(tmp_path / name) for name in "crf"]
