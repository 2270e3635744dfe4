"""What is published is what a run made, and nothing else."""

import pandas as pd
import pytest

from lva.ground.artifacts import ArtifactError
from lva.ground.runs import open_run
from lva.ground.tables import SCHEMAS
from lva.report import publishing


@pytest.fixture
def run(tmp_path, monkeypatch):
    """A finished run `laptop` in a project of its own."""
    for name in ("cache", "results", "figures"):
        monkeypatch.setenv(f"LVA_{name.upper()}", str(tmp_path / name))
    monkeypatch.setattr(publishing, "update_pages", lambda: [])
    run = open_run("laptop")
    for name in ("stages", "success", "reproduction"):
        run.save(name, pd.DataFrame(columns=SCHEMAS.get(name)))
    run.figures.mkdir()
    (run.figures / "one.png").write_bytes(b"picture")
    return run


def test_tables_and_figures_are_copied_and_what_is_gone_is_removed(run, tmp_path):
    (tmp_path / "results/laptop").mkdir(parents=True)
    (tmp_path / "results/laptop/old.csv").write_text("x\n1\n")
    changed = publishing.publish(run)
    assert {path.name for path in changed} == {"old.csv", "stages.csv", "success.csv", "one.png"}
    assert {path.name for path in (tmp_path / "results/laptop").iterdir()} == {"stages.csv", "success.csv"}
    assert (tmp_path / "figures/one.png").read_bytes() == b"picture"
    assert publishing.publish(run) == []


def test_figures_of_other_runs_stay_where_they_are(run, tmp_path):
    run.path.rename(tmp_path / "cache/natural")
    publishing.publish(open_run("natural"))
    assert (tmp_path / "results/natural/success.csv").exists() and not (tmp_path / "figures").exists()


def test_a_run_that_is_not_finished_is_refused(run):
    (run.results / "stages.csv").unlink()
    with pytest.raises(ArtifactError, match="holds no finished run"):
        publishing.publish(run)


def test_benchmarks_are_copied_beside_the_runs(run, tmp_path):
    with pytest.raises(ArtifactError, match="make bench"):
        publishing.publish_benchmarks()
    (tmp_path / "cache/benchmarks").mkdir()
    (tmp_path / "cache/benchmarks/bench_world.csv").write_text("x\n1\n")
    publishing.publish(run)
    assert [path.name for path in publishing.publish_benchmarks()] == ["bench_world.csv"]
    assert publishing.publish_benchmarks() == [] and (tmp_path / "results/laptop").is_dir()
