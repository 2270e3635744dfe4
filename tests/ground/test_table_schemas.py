"""One schema per table: what is published keeps to it, and what does not is refused by name."""

import re

import pandas as pd
import pytest

from lva.ground import paths
from lva.ground.artifacts import ArtifactError
from lva.ground.runs import find_table, open_run, read_table
from lva.ground.tables import SCHEMAS

PUBLISHED = sorted(paths.published_results().glob("*/*.csv"))
PER_TASK = "ablations"  # has a column for each task of a grammar
SHARES = pd.DataFrame({"space": ["agent"], "factor": ["task"], "share": [0.5]})


@pytest.fixture
def run(tmp_path, monkeypatch):
    monkeypatch.setattr(paths, "cache", lambda: tmp_path)
    return open_run("mine")


@pytest.mark.parametrize("path", PUBLISHED, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_published_tables_have_a_schema_and_keep_to_it(path):
    assert path.stem in SCHEMAS and len(read_table(path))


@pytest.mark.parametrize("notebook", sorted(paths.notebooks().glob("*.ipynb")), ids=lambda path: path.stem)
def test_every_table_that_a_notebook_saves_has_a_schema(notebook):
    saved = set(re.findall(r'folder\.save\(\\"(\w+)\\"', notebook.read_text(encoding="utf-8")))
    assert saved - {PER_TASK} <= set(SCHEMAS)


def test_a_table_comes_back_as_it_was_saved(run):
    run.save("explained", SHARES)
    pd.testing.assert_frame_equal(run.read("explained"), SHARES)


@pytest.mark.parametrize(
    ("table", "complaint"),
    [
        (SHARES.drop(columns="share"), "missing: share, unknown: none"),
        (SHARES.assign(note=1), "missing: none, unknown: note"),
        (SHARES[["factor", "space", "share"]], "must have the columns space, factor, share"),
    ],
)
def test_other_columns_are_refused_when_written_and_when_read(run, table, complaint):
    with pytest.raises(ArtifactError, match=complaint):
        run.save("explained", table)
    assert not run.results.exists() or not list(run.results.iterdir())
    run.results.mkdir(parents=True, exist_ok=True)
    table.to_csv(run.results / "explained.csv", index=False)
    with pytest.raises(ArtifactError, match=complaint):
        run.read("explained")


def test_a_table_of_ones_own_may_have_any_columns(run):
    table = pd.DataFrame({"anything": [1]})
    run.save("mine", table)
    pd.testing.assert_frame_equal(run.read("mine"), table)


def test_a_run_made_here_comes_before_the_published_one(run, tmp_path, monkeypatch):
    monkeypatch.setattr(paths, "published_results", lambda: tmp_path / "published")
    assert find_table("mine", "explained") is None
    (tmp_path / "published/mine").mkdir(parents=True)
    SHARES.assign(share=0.1).to_csv(tmp_path / "published/mine/explained.csv", index=False)
    assert find_table("mine", "explained").share.item() == 0.1
    run.save("explained", SHARES)
    assert find_table("mine", "explained").share.item() == 0.5
