"""The README says what the tables say."""

import re
import shlex
import shutil

import numpy as np
import pytest

from lva.__main__ import EXAMPLES, _parser
from lva.ground import paths
from lva.ground.artifacts import ArtifactError
from lva.pipeline import parse_value, plan
from lva.report.pages.filling import PAGES, fill_blocks, update_pages
from lva.world import load_grammar

ROOT = paths.project()
README = ROOT / "README.md"


@pytest.mark.parametrize("name", PAGES)
def test_the_page_is_up_to_date(name):
    text = (ROOT / name).read_text()
    assert fill_blocks(text, PAGES[name]) == text, "run `python -m lva readme`"


def test_another_number_is_noticed(tmp_path):
    for name in PAGES:
        (tmp_path / name).parent.mkdir(exist_ok=True)
        shutil.copy(ROOT / name, tmp_path / name)
    path = tmp_path / "docs/results.md"
    path.write_text(re.sub(r"succeeds in go-to [\d.]+ %", "succeeds in go-to 99.9 %", path.read_text()))
    assert path.read_text() != (ROOT / "docs/results.md").read_text()
    assert update_pages(tmp_path) == [path] and path.read_text() == (ROOT / "docs/results.md").read_text()
    assert update_pages(tmp_path) == []


def test_a_block_that_is_missing_is_named():
    with pytest.raises(ArtifactError, match="no block 'claim'"):
        fill_blocks("# nothing", PAGES["README.md"])


def test_the_readme_is_short_and_its_tables_fit_the_page():
    text = README.read_text()
    assert len(text.split()) < 1200
    assert all(line.count("|") <= 8 for line in text.splitlines() if line.startswith("|"))


PROSE = [ROOT / "CONTRIBUTING.md", *(ROOT / "docs").glob("*.md")]
COMMANDS = [
    re.split(r" {2,}", command)[0].strip()
    for text in (README.read_text(), *(path.read_text() for path in PROSE), EXAMPLES)
    for command in re.findall(r"python -m lva run(?! --help)[^`\n]*", text)
]


@pytest.mark.parametrize("command", sorted(set(COMMANDS)))
def test_every_command_that_is_shown_can_be_given(command, tmp_path, monkeypatch):
    (tmp_path / "mine.toml").write_text('colors = ["red"]\nkinds = ["ball"]\n[phrases]\n"go-to" = ["go to"]\n')
    texts = load_grammar("paper").texts
    np.savez(tmp_path / "my-vectors.npz", texts=np.array(texts), vectors=np.eye(len(texts)))
    monkeypatch.chdir(tmp_path)
    asked = _parser().parse_args(shlex.split(command)[3:])
    assert plan(asked.profile, asked.only, {name: parse_value(value) for name, value in asked.parameters})


def test_what_a_page_names_exists():
    """Every link to a file, from the page that holds it, and every path in backticks that looks like one of ours."""
    for page in (README, *PROSE):
        text = page.read_text()
        links = [page.parent / link for link in re.findall(r"\]\((?!http)([^)#]+)\)", text)]
        named = [ROOT / path for path in re.findall(r"`((?:lib|data|notebooks|tests)/[\w./-]+)`", text)]
        made_by_a_run = ROOT / "data/cache"
        kept = [path for path in [*links, *named] if path != made_by_a_run and "<" not in path.name]
        assert not [path for path in kept if not path.exists()], page.name
