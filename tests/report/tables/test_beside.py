"""What else comes as close: agents that cannot act, untrained twins, words; intervals and corrected p."""

import numpy as np
import pandas as pd
import pytest

from lva import report
from lva.alignment import benjamini_hochberg

from ..alignment_table import FAMILIES, REPORTED, alignment, certainty, ladder


@pytest.fixture
def results():
    return report.results_table(alignment(), REPORTED, FAMILIES)


def test_every_rival_stands_beside_the_agent(results):
    twin = pd.DataFrame({"rung": ["bert-here untrained"], "target": "agent", "measure": "P@15", "value": 0.44})
    table = report.rivals_table(results, pd.concat([ladder(alignment()), twin]))
    assert table.index[0] == "another seed" and table.agent["another seed"] == 0.7
    row = table.loc["bert-here"]
    assert row.tolist() == pytest.approx([0.6, 0.2, 0.3, 0.25, 0.44, 0.7]) and "gated" not in table.index
    assert np.isnan(table["the model untrained"]["llama-here"])


def test_without_controls_and_seeds_nothing_is_made_up(results):
    table = report.rivals_table(results.assign(ceiling=np.nan), ladder(alignment())[:0])
    assert table.index.tolist() == ["llama-here", "qwen-here", "bert-here"]
    assert table["taught other steps' actions"].isna().all() and table.untrained.notna().all()


def test_intervals_are_written_beside_their_values():
    row = report.certainty_view(certainty(alignment())).loc["qwen-here"]
    assert row.tolist() == ["0.60 [0.55, 0.65]", "bag of words", "0.010", "−0.10 [−0.15, −0.05]"]


def test_p_is_corrected_over_references_and_runs_within_a_measure():
    one, two = (report.results_table(alignment(relabel_p=p), REPORTED, FAMILIES) for p in ([0.001, 0.02, 0.5], 0.9))
    table = report.corrected_together({"one": one, "two": two})
    at = table[table.measure == "P@15"]
    assert len(at) == 6 and at.q.tolist() == pytest.approx(
        benjamini_hochberg([0.001, 0.02, 0.5, 0.9, 0.9, 0.9]).tolist()
    )
    found = report.found_in_runs({"one": one, "two": two})
    assert found.loc["one", "P@15"] == "llama-here +0.10" and found.loc["two"].tolist() == ["", ""]


def test_calibrated_values_have_a_column_per_null_and_choice():
    rows = [
        ("a", choice, 4, null, "P@15", 0.5, 0.2, value, 0.01, 0.4 if choice == "largest" else np.nan)
        for choice, null, value in (
            ("fixed", "chance", 0.3),
            ("largest", "chance", 0.4),
            ("fixed", "words", 0),
            ("largest", "words", 0.1),
        )
    ]
    columns = ["reference", "choice", "of", "null", "measure", "value", "threshold", "calibrated", "p", "other_half"]
    table = report.calibrated_view(pd.DataFrame(rows, columns=columns))
    assert table.loc["a"].tolist() == [4, 0.5, 0.4, 0.3, 0.4, 0, 0.1]


def test_ablations_show_success_beside_alignment():
    ablations = pd.DataFrame(
        {"variant": ["best", "plain"], "pick-up sampled": [1, 0.9], "pick-up greedy": [1, 1], "seed": 0}
    )
    scores = pd.DataFrame({"rung": ["best", "plain"], "target": "bert", "measure": "P@15", "value": [0.3, 0.4]})
    table = report.ablation_table(ablations, scores)
    assert list(table) == ["pick-up sampled", "bert"] and table.loc["plain"].tolist() == [0.9, 0.4]
