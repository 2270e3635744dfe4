"""A folder as one artefact: whole or refused, whatever has happened to any of its files."""

from __future__ import annotations

import errno
import json
import shutil

import pytest

from lva.ground.artifacts import ArtifactError
from lva.ground.folder_artifact import MANIFEST, check_folder, folder_is_current, save_folder

CONFIG = {"seed": 3, "train": {"labels": "optimal"}}
ROLES = {"model.bin": "weights", "*.json": "configuration", "log/*": "log"}
BY = "02_train_agent"
FILES = {"model.bin": b"\x00\x01\x02\x03", "config.json": b"{}", "log/events": b"one"}


def save(folder, files=FILES, config=CONFIG, roles=ROLES):
    with save_folder(folder, roles, config=config, made_by=BY) as path:
        for name, content in files.items():
            (path / name).parent.mkdir(exist_ok=True)
            (path / name).write_bytes(content)
    return folder


@pytest.fixture
def saved(tmp_path):
    return save(tmp_path / "agent")


def refuse(folder, config=None):
    with pytest.raises(ArtifactError, match="--only 02") as caught:
        check_folder(folder, config=config, made_by=BY)
    return str(caught.value)


def test_every_file_is_listed_with_its_role(saved):
    entry = check_folder(saved, config=CONFIG, made_by=BY)
    assert {name: file.role for name, file in entry.files.items()} == {
        "model.bin": "weights",
        "config.json": "configuration",
        "log/events": "log",
    }
    assert entry.files["model.bin"].bytes == 4 and entry.made_by == BY and entry.config == CONFIG
    assert entry.files["model.bin"].sha256.startswith("054edec1d0211f62")  # sha256sum of 00 01 02 03
    assert {path.relative_to(saved).as_posix() for path in saved.rglob("*") if path.is_file()} == {*FILES, MANIFEST}


@pytest.mark.parametrize("name", FILES)
def test_one_flipped_bit_is_refused(saved, name):
    content = bytearray((saved / name).read_bytes())
    content[-1] ^= 1
    (saved / name).write_bytes(content)
    assert f"{name} does not match its sha256" in refuse(saved)


@pytest.mark.parametrize("name", FILES)
def test_a_file_of_another_folder_is_refused(saved, tmp_path, name):
    other = save(
        tmp_path / "other", {name: content[::-1] for name, content in (FILES | {"config.json": b"[]"}).items()}
    )
    shutil.copy(other / name, saved / name)
    assert name in refuse(saved)


def test_a_missing_file_is_refused(saved):
    (saved / "model.bin").unlink()
    assert "the weights, is not there" in refuse(saved)


def test_a_shorter_file_is_refused(saved):
    (saved / "model.bin").write_bytes(b"01")
    assert "has 2 bytes, its manifest says 4" in refuse(saved)


def test_no_folder_and_no_manifest(saved, tmp_path):
    assert f"give the folder that holds {MANIFEST}" in refuse(tmp_path / "nowhere")
    (saved / MANIFEST).unlink()
    assert "interrupted, or saved by something else" in refuse(saved)


BROKEN = ["", "[]", "3", "[" * 100_000, "\xff", '{"files": 3}', '{"files": {"a": {"sha256": "0"}}}', '{"files": {}}']


@pytest.mark.parametrize("text", BROKEN)
def test_a_broken_manifest_is_refused(saved, text):
    (saved / MANIFEST).write_text(text, encoding="latin-1")
    assert "is not a manifest of a folder" in refuse(saved)


def test_another_configuration_is_refused_and_the_difference_named(saved):
    other = {"seed": 3, "train": {"labels": "expert"}}
    assert "train.labels: asked 'expert', found 'optimal'" in refuse(saved, other)
    assert folder_is_current(saved, config=CONFIG, made_by=BY)
    assert not folder_is_current(saved, config=other, made_by=BY)


def test_files_that_were_there_already_are_listed_too(saved):
    save(saved, {"model.bin": b"new"})
    entry = check_folder(saved, made_by=BY)
    assert list(entry.files) == ["config.json", "log/events", "model.bin"] and entry.files["model.bin"].bytes == 3


def test_a_file_without_a_role_stops_it_and_the_saved_folder_stays(saved):
    with pytest.raises(ValueError, match=r"no role for 'notes\.txt'"):
        save(saved, {"model.bin": b"new", "notes.txt": b"?"})
    assert check_folder(saved, config=CONFIG, made_by=BY).files["model.bin"].bytes == 4


def test_files_of_the_user_are_left_alone(tmp_path):
    (tmp_path / "notes.txt").write_text("mine")
    assert "notes.txt" not in check_folder(save(tmp_path), made_by=BY).files
    assert (tmp_path / "notes.txt").read_text() == "mine"


def test_a_writer_that_fails_leaves_what_was_saved(saved):
    with pytest.raises(ZeroDivisionError), save_folder(saved, ROLES, config={}, made_by=BY) as path:
        (path / "model.bin").write_bytes(b"half")
        raise ZeroDivisionError
    assert folder_is_current(saved, config=CONFIG, made_by=BY)
    assert {path.name for path in saved.iterdir()} == {"model.bin", "config.json", "log", MANIFEST}


def test_a_full_disk_is_told_with_its_remedy(tmp_path):
    with pytest.raises(ArtifactError, match="set LVA_CACHE"), save_folder(tmp_path, {}, config={}, made_by=BY):
        raise OSError(errno.ENOSPC, "full")


def test_the_manifest_can_be_read_by_a_person(saved):
    assert json.loads((saved / MANIFEST).read_text())["files"]["config.json"]["role"] == "configuration"
