"""Views: the same numbers as in the tidy tables, where a reader looks for them."""

import numpy as np
import pandas as pd

from lva import report


def test_the_ladder_has_rungs_and_targets_in_their_order():
    rows = [(r, t, m, v) for r, t, v in (("z", "b", 0.1), ("z", "a", 0.2), ("c", "a", 0.3)) for m in ("P@1", "P@15")]
    ladder = pd.DataFrame(rows, columns=["rung", "target", "measure", "value"])
    ladder.loc[ladder.measure == "P@1", "value"] = 9
    table = report.ladder_table(ladder)
    assert list(table.index) == ["z", "c"] and list(table) == ["b", "a"]
    assert table.loc["z", "b"] == 0.1 and table.loc["c", "a"] == 0.3 and np.isnan(table.loc["c", "b"])


def alignment(measure: str) -> pd.DataFrame:
    rows = [("agent", "m", 1), ("m", "agent", 2), ("agent", "n", 3), ("n", "agent", 4), ("m", "n", 5)]
    table = pd.DataFrame(rows, columns=["a", "b", "value"]).assign(measure=measure)
    return table.assign(low=table.value - 0.5, high=table.value + 0.5, p=0.5, partial=table.value / 10, partial_p=0.01)


def test_retrieval_stands_in_both_directions():
    table = report.retrieval_table(pd.concat([alignment("cka"), alignment("retrieval@1")]), ["n", "m"])
    assert list(table.index) == ["n", "m"]
    assert table["agent to model, value"].tolist() == [3, 1] and table["model to agent, low"].tolist() == [3.5, 1.5]


def test_what_is_left_without_words_stands_beside_the_whole():
    table = report.partial_table(pd.concat([alignment(m) for m in ("rsa", "P@1", "cka")]), ["m"])
    assert table.measure.tolist() == ["cka", "rsa"] and set(table.reference) == {"m"}
    assert table["value"].tolist() == [1, 1] and table["given words"].tolist() == [0.1, 0.1]
    assert table["p"].tolist() == [0.01, 0.01]  # of what is left, not of the whole


def test_metrics_have_a_column_each_raw_and_centred():
    rows = [("m", "cosine", False, "P@6", 0.1), ("m", "cosine", True, "P@6", 0.2), ("a", "cosine", False, "P@6", 0.3)]
    table = report.metric_view(pd.DataFrame(rows, columns=["reference", "metric", "centred", "measure", "value"]))
    assert list(table.index) == ["m", "a"] and list(table) == ["cosine", "cosine, centred"]
    assert table.loc["m", "cosine, centred"] == 0.2


def test_ceilings_stand_beside_the_agent_and_words_of_models_that_were_run():
    ceilings = pd.DataFrame(
        [("a", "the task", "P@3", 0.4), ("a", "the phrase", "P@3", 0.8)], columns=["space", "knows", "measure", "value"]
    )
    rows = [("a", "P@3", 0.3, 0.5), ("a", "P@1", 0.9, 0.9), ("b", "P@3", np.nan, np.nan)]
    results = pd.DataFrame(rows, columns=["reference", "measure", "value", "baseline_value"])
    view = report.ceiling_view(ceilings, results)
    assert list(view) == ["agent", "words alone", "the task", "the phrase"]
    assert view.index.tolist() == ["a"] and view.loc["a"].tolist() == [0.3, 0.5, 0.4, 0.8]
