"""The registry: what is in it, what a line may say, and what it says about a line that is wrong."""

from __future__ import annotations

import ast
from collections import Counter

import pytest

from lva.ground import paths
from lva.models.references.reference import Reference, reference_of, untrained
from lva.models.references.registry import check_distinct, find_reference, load_references

FAMILIES = ("llama", "qwen", "deepseek", "bert", "clip", "blip")  # the paper's


@pytest.fixture
def registry(tmp_path):
    """Write a registry of these lines."""

    def write(text: str):
        path = tmp_path / "references.toml"
        path.write_text(text)
        return path

    return write


def test_the_papers_families_are_there_in_several_sizes():
    references = load_references()
    sizes = Counter(reference.family for reference in references)
    assert set(sizes) == {*FAMILIES, "sentence", "gemma"}
    assert all(sizes[family] >= 2 for family in FAMILIES)
    assert all(reference.size and reference.part for reference in references)
    assert all(reference.place == "hub" for reference in references if reference.family in FAMILIES)


def test_references_by_name_and_by_source(tmp_path):
    names = ["qwen3-0.6b", "owner/model", str(tmp_path), "vectors.npz", "bert-base"]
    found = load_references(names)
    assert [reference.name for reference in found] == ["qwen3-0.6b", "model", tmp_path.name, "vectors", "bert-base"]
    assert [reference.place for reference in found] == ["hub", "hub", "folder", "file", "hub"]
    assert found[0].source == "Qwen/Qwen3-0.6B"
    with pytest.raises(
        ValueError, match=r"'minilmm' is not a reference; did you mean 'minilm'\? The registry has minilm, "
    ):
        load_references(["minilmm"])
    with pytest.raises(ValueError, match="two references are named 'bert-base'"):
        load_references(["bert-base", "bert-base"])


def test_one_line_adds_a_model(registry, tmp_path):
    path = registry(
        f'a = "owner/name"\nb = "{tmp_path}"\nc = "x.npz"\nd = "x.csv"\ne = {{ file = "y.npz", family = "mine" }}\n'
        '"f.1" = { hub = "owner/other", revision = "refs/pr/3", pooling = "last", layer = -2, special_tokens = true }'
    )
    found = {reference.name: reference for reference in load_references(path=path)}
    assert found["a"] == Reference("a", "hub", "owner/name")
    assert found["b"] == Reference("b", "folder", str(tmp_path))
    assert found["c"] == Reference("c", "file", "x.npz", pooling="own")
    assert found["d"].source == "x.csv"
    assert found["e"] == Reference("e", "file", "y.npz", "mine", pooling="own")
    assert found["f.1"] == Reference(
        "f.1", "hub", "owner/other", revision="refs/pr/3", pooling="last", layer=-2, special_tokens=True
    )


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ('a = { hub = "x/y", pool = "mean" }', "a: unknown pool; known are hub, folder, package, gguf, file, family"),
        ('a = { hub = "x/y", name = "b" }', "a: unknown name"),
        ('a = { hub = "x/y", folder = "z" }', "a: give one of hub, .*; found hub, folder"),
        ('a = { family = "llama" }', "a: give one of hub, .*; found none of them"),
        ('a = { hub = "x/y", pooling = "max" }', "pooling='max' of a is unknown; choose one of mean, last, first, own"),
        ('a = { hub = "x/y", part = "vision" }', "part='vision' of a is unknown; choose one of auto, model"),
        ('a = { hub = "x/y", dtype = "int8" }', "dtype='int8' of a is unknown; choose one of float32"),
        ('a = { hub = "x/y", sha256 = "0" }', "sha256 of a is for folders, packages and GGUF"),
        ('a = { file = "x.npy" }', "'x.npy' of a must end in .npz or .csv"),
        ('a = { file = "x.npz", pooling = "mean" }', "a is a file of vectors: it has only pooling='own'"),
        ('"a/b" = "x/y"', "name='a/b' must be words of letters"),
        ('a = "x/y"\na = "x/z"', "is not a registry .*Cannot overwrite.*use each name once"),
    ],
)
def test_a_wrong_line_is_named(registry, line, message):
    with pytest.raises(ValueError, match=message):
        load_references(path=registry(line))


def test_names_that_would_share_a_file():
    model = reference_of("owner/model")
    check_distinct([model, untrained(model), untrained(model, 1)])
    with pytest.raises(ValueError, match=r"two references are named 'model untrained'; give one of them another name"):
        check_distinct([untrained(model), reference_of("x/y", "model-untrained")])


def test_names_are_looked_up_from_the_root_of_the_project(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    assert find_reference("data/grammars").place == "folder"


def test_nothing_trusts_the_code_of_a_checkpoint():
    """Wherever the flag is written, it is the constant False."""
    flags = []
    for path in (paths.project() / "lib").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.keyword) and node.arg == "trust_remote_code":
                flags.append(node.value)
            elif isinstance(node, ast.Dict):
                keys = [getattr(key, "value", None) for key in node.keys]
                flags += [value for key, value in zip(keys, node.values) if key == "trust_remote_code"]
    assert flags and all(isinstance(flag, ast.Constant) and flag.value is False for flag in flags)
