"""The results table: a row per reference and measure, for the eye, and run by run."""

import numpy as np
import pandas as pd
import pytest

from lva import report
from lva.ground.paper import ALIGNMENT
from lva.ground.tables import SCHEMAS
from lva.models import Embeddings, Reference, untrained

from ..alignment_table import FAMILIES, REPORTED, alignment


def test_the_results_have_a_row_a_reference_and_measure_and_what_was_not_run_is_empty():
    results = report.results_table(alignment(relabel_p=[0.01, 0.0002, 0.01]), REPORTED, FAMILIES)
    assert len(results) == len(FAMILIES) * 2
    row = results.set_index(["reference", "measure"]).loc["llama-here", "P@15"]
    assert (row.value, row.untrained, row.paper_low, row.paper_high) == (0.6, 0.2, 0.70, 0.73)
    assert results[results.reference == "gated"].value.isna().all()
    assert results.set_index(["reference", "measure"]).paper_low.isna()["qwen-here", "P@15"]
    wide = report.wide_table(results)
    assert list(wide.index) == list(FAMILIES) and wide.loc["gated"].drop("p").isna().all()
    assert wide.loc["qwen-here", "p"] == "< 0.001" and wide.loc["bert-here", "p"] == "0.010"
    assert wide.loc["bert-here", "P@1"] == 0.6 and wide.loc["bert-here", "best lexical"] == pytest.approx(0.7)


@pytest.mark.parametrize("grammar", ["natural", "mine.toml"])
def test_the_papers_values_stand_beside_no_other_grammar(grammar):
    llama = report.reported_values("paper").set_index("b").loc["llama"]
    assert (llama.low, llama.high) == ALIGNMENT
    results = report.results_table(alignment(), report.reported_values(grammar), FAMILIES)
    assert results[["paper_low", "paper", "paper_high"]].isna().all(axis=None) and results.value.notna().any()


def test_a_smaller_grammar_has_its_own_neighbourhoods():
    """18 instructions have P@1 and P@3: the table, and what is picked from it, follow."""
    small = alignment().replace({"P@15": "P@3"})
    results = report.results_table(small, report.reported_values("mine"), FAMILIES)
    assert results.measure.unique().tolist() == ["P@1", "P@3"]
    assert report.wide_table(results).loc["bert-here", "best lexical"] == pytest.approx(0.7)
    large = report.results_table(alignment(), REPORTED, FAMILIES)
    assert {("small", "P@3"), ("large", "P@15")} <= set(report.compare_runs({"small": results, "large": large}))


def test_runs_stand_side_by_side():
    results = report.results_table(alignment(), REPORTED, FAMILIES)
    both = report.compare_runs({"one": results, "two": results.assign(value=results.value + 1)})
    assert both.loc["llama-here", ("two", "P@15")] - both.loc["llama-here", ("one", "P@15")] == 1


def test_layers_have_the_untrained_reference_beside_them_and_the_choice_marked():
    rungs = [("m", 0, "mean"), ("m", 1, "mean"), ("m untrained", 1, "mean")]
    scores = pd.DataFrame({"rung": rungs, "measure": "P@15", "value": [0.1, 0.2, 0.05]})
    trained = Reference("m", "folder", "anywhere")
    vectors = {(layer, "mean"): np.eye(2) for layer in (0, 1)}
    embeddings = {r.name: Embeddings(r, ("a", "b"), vectors, {}) for r in (trained, untrained(trained))}
    table = report.layer_table(scores, embeddings).set_index("layer")
    assert table.value.tolist() == [0.1, 0.2] and table.headline.tolist() == [False, True]
    assert np.isnan(table.untrained[0]) and table.untrained[1] == 0.05


def test_runs_that_are_neither_here_nor_published_are_left_out(monkeypatch):
    made = {("one", "results"): "its results", ("two", "success"): "no results yet"}
    monkeypatch.setattr("lva.report.tables.results.find_table", lambda *asked: made.get(asked))
    assert report.finished_results(["one", "two", "none"]) == {"one": "its results"}


def test_the_readouts_show_the_last_layer_by_pooling_and_weights():
    rows = [
        ("one", "", 0, "mean", "phrase", 0.1), ("one", "", 4, "mean", "phrase", 0.8),
        ("one", "", 4, "mean", "task", 0.4), ("one", "", 4, "last", "phrase", 0.3),
        ("one untrained", "one", 4, "mean", "phrase", 0.7),
        ("file", "", 0, "own", "phrase", 0.9), ("two", "", 2, "mean", "phrase", 0.5),
    ]  # fmt: skip
    table = pd.DataFrame(rows, columns=["reference", "untrained_of", "layer", "pooling", "target", "value"])
    view = report.readout_view(table)
    assert view.index.tolist() == ["one", "two"] and list(view) == ["mean", "last", "mean, random weights"]
    assert view.loc["one"].tolist() == [0.8, 0.3, 0.7] and view.loc["two", "mean"] == 0.5


def test_every_readout_keeps_its_target_and_its_twin():
    reference = Reference("r", "folder", "a")
    both = {one.name: Embeddings(one, ("a",), {}, {}) for one in (reference, untrained(reference))}
    rungs = [("r", 1, "mean"), ("r untrained", 1, "mean")]
    scores = pd.DataFrame({"rung": rungs, "target": "task", "measure": "P@15", "value": [0.1, 0.2]})
    table = report.readout_table(scores, both)
    assert tuple(table) == SCHEMAS["readouts"] and table.untrained_of.tolist() == ["", "r"]
