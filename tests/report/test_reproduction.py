"""The reproduction report: the rule at its edges, and what it says."""

import numpy as np
import pandas as pd
import pytest

from lva.ground.runs import open_run
from lva.ground.tables import SCHEMAS
from lva.report.reproduction import Number, _row, as_markdown, as_text, compare, reproduction_report, summary


def tables(success=(0.9, 0.92, 0.94), p15=0.3):
    """The tables of a run with three seeds and one reference."""
    rows = [("sampled", "go-to", value, seed) for seed, value in enumerate(success)]
    results = {"reference": "minilm", "family": "sentence", "measure": "P@15", "value": p15, "seed_sd": np.nan}
    results |= {"seeds": 3, "low": 0.25, "high": 0.35, "gain": -0.2, "gain_low": -0.3, "gain_high": -0.1}
    made = {
        "success": pd.DataFrame(rows, columns=["policy", "task", "success", "seed"]),
        "results": pd.DataFrame([results]),
    }
    return {name: table.reindex(columns=list(SCHEMAS[name])) for name, table in made.items()}


@pytest.mark.parametrize(
    ("published", "here", "agrees"),
    [
        (Number(0.9, 0.01, 4), Number(0.909, n=4), "yes"),  # 2 x 0.01 x sqrt(1/4 + 1/4) = 0.0141
        (Number(0.9, 0.01, 4), Number(0.915, n=4), "no"),
        (Number(0.9, 0.01, 4), Number(0.915, n=1), "yes"),  # one seed: 2 x 0.01 x sqrt(1 + 1/4) = 0.0224
        (Number(0.3, 0.05, 4, 0.03, 3), Number(0.389, n=4), "yes"),  # 2 sqrt(0.04^2 / 2 + 0.03^2 (1 + 1/3)) = 0.0894
        (Number(0.3, 0.05, 4, 0.03, 3), Number(0.390, n=4), "no"),
        (Number(0.3, low=0.25, high=0.35), Number(0.35), "yes"),
        (Number(0.3, low=0.25, high=0.35), Number(0.351), "no"),
        (Number(0.3, np.nan, 3, low=0.25, high=0.35), Number(0.26), "yes"),
        (Number(0.3), Number(0.3), "yes"),
        (Number(0.3), Number(0.301), "no"),
        (Number(0.3), None, "not run"),
    ],
)
def test_the_rule(published, here, agrees):
    assert _row("x", published, here)[-1] == agrees


def test_a_reference_that_was_trained_again_may_differ_as_its_trainings_do():
    published = tables() | {"draws": pd.DataFrame({"reference": "minilm", "measure": "P@15", "value": [0.2, 0.3, 0.4]})}
    published["results"] = published["results"].assign(seeds=9, seed_sd=0.1)
    found = compare(published, tables(p15=0.5)).set_index("number")
    assert found.allowed["P@15 with minilm"] == "± 0.231" and found.agrees["P@15 with minilm"] == "yes"


def test_a_run_agrees_with_itself_and_what_it_lacks_is_not_run():
    same = compare(tables(), tables())
    assert (same.agrees == "yes").all() and (same.difference == 0).all()
    partly = compare(tables(), {"success": tables()["success"]})
    assert partly.agrees.tolist() == ["yes", "not run", "not run"]
    assert summary(partly) == "1 of 1 headline numbers agree with the published run; 2 not run."


def test_a_disagreement_is_shown():
    found = compare(tables(), tables(success=(0.1, 0.1, 0.1), p15=0.9)).set_index("number")
    assert found.agrees["success, go-to"] == "no" and found.agrees["P@15 with minilm"] == "no"
    assert found.difference["P@15 with minilm"] == pytest.approx(0.6)


def test_the_report_fits_a_terminal_and_is_saved(tmp_path, monkeypatch):
    monkeypatch.setenv("LVA_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("LVA_RESULTS", str(tmp_path / "published"))
    assert reproduction_report(open_run("laptop")) is None
    for name, table in tables().items():
        (tmp_path / "published/laptop").mkdir(parents=True, exist_ok=True)
        table.to_csv(tmp_path / f"published/laptop/{name}.csv", index=False)
        open_run("mine").save(name, table)
    table = reproduction_report(open_run("mine"))
    text = as_text(table)
    assert max(map(len, text.splitlines())) <= 100 and "P@15 with minilm" in text and "nan" not in text
    assert as_markdown(table) in (tmp_path / "cache/mine/reproduction.md").read_text()
    assert open_run("mine").read("reproduction").agrees.tolist() == ["yes"] * 3


def test_a_run_of_another_grammar_is_not_compared_with_the_default(tmp_path, monkeypatch):
    monkeypatch.setenv("LVA_CACHE", str(tmp_path / "cache"))
    run = open_run("mine")
    run.save("success", tables()["success"])
    (run.results / "parameters.json").write_text('{"grammar": "natural"}')
    assert reproduction_report(run) is None
