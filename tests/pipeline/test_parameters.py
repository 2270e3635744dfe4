"""Every parameter of every notebook has a type and a range, checked before anything starts."""

import math
from datetime import date

import papermill
import pytest

from lva.ground import paths
from lva.pipeline import PipelineError, plan
from lva.pipeline.parameters import PARAMETERS, check_own_vectors, check_values

NO_VALUES = [
    *({}, {"a": 1}, {1}, [[0]], [{}], [None], [math.nan], b"x", date(2020, 1, 1), math.nan, math.inf, -1, -0.5, 10**13),
    *("", " ", "\0", "x\ny", "x" * 5000, ["\0"], ["x" * 5000]),
]
BOOKS = sorted(path for path in paths.notebooks().glob("[0-9]*.ipynb") if not path.name.startswith("00"))


def test_every_parameter_of_a_notebook_has_a_check_and_no_other_has():
    assert {name for path in BOOKS for name in papermill.inspect_notebook(path)} == set(PARAMETERS)


@pytest.mark.parametrize("profile", ["smoke", "laptop", "paper"])
def test_the_profiles_pass(profile):
    assert len(plan(profile)) == 5


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("width", "abc", "a whole number from 1"),
        ("width", 1.5, "a whole number"),
        ("width", True, "a whole number"),
        ("demonstrations", -5, "from 1 to 100,000,000"),
        ("grammar", "nope", "no grammar 'nope'; there are natural, paper"),
        ("seeds", [], "a list of at least 1"),
        ("seeds", [0, 0], "without repetitions"),
        ("seeds", [0, -1], "each item a whole number"),
        ("mirror", "x", "true or false"),
        ("precision", "fp8", "one of no, bf16"),
        ("run", "../../escape", "a name of letters"),
        ("run", "", "a name of letters"),
        ("references", ["nobody"], "is not a reference"),
        ("references", ["missing.npz"], "a file that exists; there is no missing.npz"),
        ("word_init", "pretrained:missing.npz", "a file that exists after `pretrained:`"),
        ("word_init", "clever", "one of identical, identity, random"),
        ("episodes", 0, "a whole number from 1"),
        ("instruction", "", "a text of at most 1000 characters"),
        ("trunk_weights", 3, "null, or a text"),
    ],
)
def test_a_value_that_cannot_be_is_refused_with_what_is_expected(name, value, expected):
    with pytest.raises(PipelineError) as error:
        check_values({name: value}, "-p")
    assert f"-p: {name}={value!r} is not valid" in str(error.value)
    assert expected in str(error.value)


@pytest.mark.parametrize("name", PARAMETERS)
def test_no_parameter_takes_what_is_no_value(name):
    for value in NO_VALUES:
        with pytest.raises(PipelineError, match="is not valid; expected"):
            check_values({name: value}, "-p")


def test_values_are_checked_before_anything_is_written(tmp_path, monkeypatch):
    monkeypatch.setenv("LVA_CACHE", str(tmp_path / "cache"))
    with pytest.raises(PipelineError, match="width='abc'"):
        plan("smoke", parameters={"width": "abc"})
    assert not (tmp_path / "cache").exists()


def test_own_grammars_and_vectors_are_accepted(tmp_path):
    path = tmp_path / "mine.toml"
    path.write_text('colors = ["red"]\nkinds = ["ball"]\n[phrases]\n"go-to" = ["go to"]\n')
    vectors = tmp_path / "mine.csv"
    vectors.write_text("go to red ball,3,2\n")
    values = {"grammar": str(path), "references": [str(vectors), "minilm", "owner/name"]}
    check_values(values, "-p")
    check_own_vectors(values)


def test_own_vectors_are_read_before_anything_starts(tmp_path, monkeypatch):
    monkeypatch.setenv("LVA_CACHE", str(tmp_path / "cache"))
    vectors = tmp_path / "mine.csv"
    vectors.write_text("go to red ball,3,2\nrun to red ball,0,0\n")
    with pytest.raises(PipelineError, match=r"row 1 of .*mine.csv, 'run to red ball', is zero"):
        plan("smoke", parameters={"references": [str(vectors)]})
    vectors.write_text("go to red ball,3,2\nrun to red ball,0,1\n")
    with pytest.raises(PipelineError, match=r"does not fit grammar=paper; .* has no vector for .* 106 of 108 texts"):
        plan("smoke", parameters={"references": [str(vectors)]})
    assert not (tmp_path / "cache").exists()
