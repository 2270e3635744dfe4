"""The README says what the tables say."""

import re

import pytest

from lva.artifacts import ROOT, ArtifactError
from lva.readme import README, fill_blocks, update_readme


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


def test_what_the_readme_names_exists():
    """Every link to a file, and every path in backticks that looks like one of ours."""
    text = README.read_text()
    paths = re.findall(r"\]\((?!http)([^)#]+)\)", text) + re.findall(r"`((?:lib|data|notebooks|tests)/[\w./-]+)`", text)
    assert paths and not [path for path in paths if not (ROOT / path).exists() and "<" not in path]
