"""A grid says which runs there are; a slip in it is named before anything starts."""

from pathlib import Path

import pytest

from lva.pipeline import PipelineError
from lva.pipeline.sweep import SweepError, read_grid, sweep
from lva.pipeline.sweep.sweeping import plan_sweep


@pytest.fixture
def grid(tmp_path, monkeypatch):
    """Write a grid and return its path; what a sweep would write goes to a folder of the test."""
    monkeypatch.setenv("LVA_CACHE", str(tmp_path / "cache"))

    def write(text):
        path = tmp_path / "mine.toml"
        path.write_text('profile = "smoke"\nonly = "01,02"\n' + text)
        return path

    return write


def test_products_and_zips_give_every_combination(grid):
    path = grid("[fixed]\nwidth = 8\n[product]\nseed = [0, 1]\n[[zip]]\ndistractors = [0, 4]\nmirror = [true, false]\n")
    runs = read_grid(path).runs()
    values = [(run["seed"], run["distractors"], run["mirror"]) for run in runs.values()]
    assert values == [(0, 0, True), (0, 4, False), (1, 0, True), (1, 4, False)]
    assert {run["width"] for run in runs.values()} == {8}
    assert next(iter(runs)) == "mine-seed.0-distractors.0-mirror.True"
    assert all(run["run"] == name for name, run in runs.items())


def test_a_grid_that_grows_keeps_the_names_of_its_runs(grid):
    before = set(read_grid(grid("[product]\nseed = [0, 1]\n")).runs())
    assert before < set(read_grid(grid("[product]\nseed = [2, 1, 0]\n")).runs())


def test_values_that_are_no_names_are_hashed(grid):
    names = list(read_grid(grid('[product]\nword_init = ["identical", "pretrained:a/b.npz"]\n')).runs())
    assert names[0] == "mine-word_init.identical"
    assert "/" not in names[1] and len(names[1]) == len("mine-") + 16


def test_one_value_for_a_list_is_a_list_of_one(grid):
    path = grid("[product]\nseeds = [0, [1, 2]]\n")
    records = plan_sweep(read_grid(path), path, path.parent)
    assert [record.stages[1].parameters["seeds"] for record in records] == [[0], [1, 2]]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[product]\nwidht = [1, 2]\n", "mine.toml: no parameter 'widht'; did you mean 'width'?"),
        ("[fixed]\nwidht = 1\n[product]\nseed = [1]\n", "mine.toml: no parameter 'widht'; did you mean 'width'?"),
        ('[product]\nwidth = [64, "wide"]\n', "mine.toml: width='wide' is not valid; expected a whole number"),
        ("[product]\nwidth = [64, 1.5]\n", "width=1.5 is not valid"),
        ("[product]\npermutations = [200, 400]\n", "--only 01,02: no parameter 'permutations'"),
        ("", "varies no parameter"),
        ("[fixed]\nwidth = 8\n", "varies no parameter"),
        ("[product]\nwidth = []\n", "width=[] must be a list of the values to take, at least one"),
        ("[product]\nwidth = 8\n", "width=8 must be a list"),
        ("[[zip]]\n", "a zip must be a table that is not empty"),
        ("[zip]\nwidth = [1]\n", "a zip must be a table"),
        ("[[zip]]\nwidth = [8, 9]\nseed = [0]\n", "must be as many, and they are width 2, seed 1"),
        ("[fixed]\nwidth = 8\n[product]\nwidth = [8]\n", "gives width in two places"),
        ('[product]\nrun = ["a"]\n', "a sweep names its runs itself"),
        ("[product]\nseed = [0, 0]\n", "seed takes the same values twice"),
        ("most_runs = 3\n[product]\nseed = [0, 1]\nwidth = [8, 9]\n", "has 4 runs, more than 3"),
        (f"[product]\nseed = {list(range(1001))}\n", "has 1,001 runs, more than 1,000"),
        ("[products]\nseed = [0]\n", "no setting 'products'; did you mean 'product'?"),
        ("[product]\nseed = [0]\n[workers]\ncuont = 2\n", "[workers]: no setting 'cuont'; did you mean 'count'?"),
        ("[product]\nseed = [0]\n[workers]\ncount = 0\n", "count=0 is not valid; expected a whole number from 1"),
        ('[product]\nseed = [0]\n[workers]\nmemory = "2 GB"\n', "memory='2 GB' is not valid; expected a number"),
        ("[product\n", "cannot be read as TOML"),
        ("product = 3\n", "must be a table: [product]"),
    ],
)
def test_a_slip_is_named_before_anything_starts(grid, tmp_path, text, message):
    with pytest.raises(PipelineError) as error:
        sweep(grid(text))
    assert message in str(error.value)
    assert not (tmp_path / "cache").exists()


def test_a_file_that_is_not_there_is_named(tmp_path):
    with pytest.raises(SweepError, match=r"nowhere\.toml is not there"):
        read_grid(Path(tmp_path / "nowhere.toml"))


@pytest.mark.parametrize(
    ("on", "message"),
    [
        ("slrum", "--on: no engine 'slrum'; did you mean 'slurm'?"),
        ("slurm", "--on slurm needs the options of its jobs: a table [slurm] in the grid"),
    ],
)
def test_an_engine_that_is_not_there_is_named(grid, on, message):
    with pytest.raises(PipelineError) as error:
        sweep(grid("[product]\nseed = [0]\n"), on)
    assert message in str(error.value)


def test_a_batch_system_must_know_how_many_jobs_to_ask_for(grid):
    with pytest.raises(SweepError, match=r"count = ... under \[workers\]"):
        sweep(grid("[product]\nseed = [0]\n[slurm]\n"), "slurm")


def test_the_plan_says_how_long_it_takes_and_writes_nothing(grid, tmp_path, capsys):
    sweep(grid("[product]\nseed = [0, 1, 2]\n[workers]\ncount = 2\n"), only_plan=True)
    said = capsys.readouterr().out
    assert "sweep mine: 3 runs, 0 finished before" in said
    assert "3 to run on local, 2 at once, 1 thread each; about 0.8 minutes each, 2 together" in said
    assert not (tmp_path / "cache").exists()
