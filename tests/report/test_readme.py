"""The README says what the tables say."""

import re
import shlex

import pytest

from lva.__main__ import EXAMPLES, _parser
from lva.ground import paths
from lva.ground.artifacts import ArtifactError
from lva.pipeline import parse_value, plan
from lva.report.readme import fill_blocks, update_readme

ROOT = paths.project()
README = ROOT / "README.md"


def test_the_readme_is_up_to_date():
    assert fill_blocks(README.read_text()) == README.read_text(), "run `python -m lva readme`"


def test_another_number_is_noticed(tmp_path):
    path = tmp_path / "README.md"
    path.write_text(re.sub(r"succeeds in GO-TO [\d.]+%", "succeeds in GO-TO 99.9%", README.read_text()))
    assert path.read_text() != README.read_text()
    assert update_readme(path) and path.read_text() == README.read_text()
    assert not update_readme(path)


def test_a_block_that_is_missing_is_named():
    with pytest.raises(ArtifactError, match="no block 'claim'"):
        fill_blocks("# nothing")


COMMANDS = [
    re.split(r" {2,}", command)[0].strip()
    for text in (README.read_text(), (ROOT / "CONTRIBUTING.md").read_text(), EXAMPLES)
    for command in re.findall(r"python -m lva run[^`\n]*", text)
]


@pytest.mark.parametrize("command", sorted(set(COMMANDS)))
def test_every_command_that_is_shown_can_be_given(command, tmp_path, monkeypatch):
    (tmp_path / "mine.toml").write_text('colors = ["red"]\nkinds = ["ball"]\n[phrases]\n"go-to" = ["go to"]\n')
    (tmp_path / "my-vectors.npz").write_bytes(b"")
    monkeypatch.chdir(tmp_path)
    asked = _parser().parse_args(shlex.split(command)[3:])
    assert plan(asked.profile, asked.only, {name: parse_value(value) for name, value in asked.parameters})


def test_what_the_readme_names_exists():
    """Every link to a file, and every path in backticks that looks like one of ours."""
    text = README.read_text()
    paths = re.findall(r"\]\((?!http)([^)#]+)\)", text) + re.findall(r"`((?:lib|data|notebooks|tests)/[\w./-]+)`", text)
    assert paths and not [path for path in paths if not (ROOT / path).exists() and "<" not in path]
