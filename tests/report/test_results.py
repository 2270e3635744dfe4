"""The results table and the verdicts: every rule tried on numbers that meet it and on numbers that do not."""

import numpy as np
import pandas as pd
import pytest

from lva import report

FAMILIES = {"llama-here": "llama", "qwen-here": "qwen", "bert-here": "bert", "gated": "clip"}
REPORTED = pd.DataFrame(
    [("agent", "llama", "P@15", 0.70, 0.73), ("agent", "bert", "P@15", 0.30, 0.35)],
    columns=["a", "b", "measure", "low", "high"],
)
FAR, NEAR = {"difference": 0.3, "low": 0.2, "high": 0.4}, {"difference": -0.1, "low": -0.2, "high": -0.05}


def alignment(value=0.6, untrained=0.2, q=0.001, gain=-0.1, relabel_p=0.01, among=0.65):
    """As `align` makes it: the agent and the untrained one with three references, and these with each other."""
    references = ["llama-here", "qwen-here", "bert-here"]
    pairs = [("agent", b, value) for b in references] + [("agent untrained", b, untrained) for b in references]
    pairs += [(a, b, among) for a in references for b in references if a != b]
    rows = [
        {
            "a": a, "b": b, "measure": measure, "value": v, "seeds": 3, "seed_sd": 0.01, "low": v - 0.05,
            "high": v + 0.05, "null_mean": 0.14 if measure == "P@15" else 0.01, "q": q, "baseline": "bag of words",
            "baseline_value": v - gain, "gain": gain, "gain_low": gain - 0.05, "gain_high": gain + 0.05,
            "relabel_excess": 0.1, "relabel_p": relabel_p, "partial": np.nan, "partial_p": np.nan,
        }
        for a, b, v in pairs
        for measure in ("P@1", "P@15")
    ]  # fmt: skip
    return pd.DataFrame(rows)


def found(table, contrast=FAR):
    results = report.results_table(table, REPORTED, FAMILIES)
    return report.verdicts(results, table, contrast)["this run"].tolist()


def test_the_results_have_a_row_a_reference_and_measure_and_what_was_not_run_is_empty():
    results = report.results_table(alignment(), REPORTED, FAMILIES)
    assert len(results) == len(FAMILIES) * 2
    row = results.set_index(["reference", "measure"]).loc["llama-here", "P@15"]
    assert (row.value, row.untrained, row.paper_low, row.paper_high) == (0.6, 0.2, 0.70, 0.73)
    assert results[results.reference == "gated"].value.isna().all()
    assert results.set_index(["reference", "measure"]).paper_low.isna()["qwen-here", "P@15"]
    wide = report.wide_table(results)
    assert list(wide.index) == list(FAMILIES) and wide.loc["gated"].isna().all()
    assert wide.loc["bert-here", "P@1"] == 0.6 and wide.loc["bert-here", "best lexical"] == pytest.approx(0.7)


CHANCE, TENFOLD, GROUPS, LITTLE, LEARNT, LEXICAL, WORDS = range(7)
YES, NO, PART = "supported", "not supported", "in part"


def test_the_verdicts_of_numbers_as_the_paper_has_them():
    assert found(alignment()) == [YES, YES, YES, YES, YES, NO, YES]


@pytest.mark.parametrize(
    ("change", "claim", "verdict"),
    [
        ({"q": 0.2}, CHANCE, NO),
        ({"value": 0.05}, TENFOLD, NO),
        ({"among": 0.9}, LITTLE, NO),
        ({"among": 0.5}, LITTLE, PART),
        ({"untrained": 0.7}, LEARNT, NO),
        ({"untrained": 0.6}, LEARNT, PART),
        ({"gain": 0.1}, LEXICAL, YES),
        ({"gain": 0.0}, LEXICAL, PART),
        ({"relabel_p": 0.4}, WORDS, NO),
    ],
)
def test_every_verdict_follows_the_numbers(change, claim, verdict):
    assert found(alignment(**change))[claim] == verdict


def test_the_groups_are_decided_by_the_contrast():
    assert found(alignment(), NEAR)[GROUPS] == NO
    assert found(alignment(), {"difference": 0.1, "low": -0.1, "high": 0.3})[GROUPS] == PART


def test_the_reading_quotes_the_numbers_and_says_what_it_cannot_tell():
    table = alignment()
    results = report.results_table(table, REPORTED, FAMILIES)
    synonyms = pd.DataFrame(
        [("agent", 0.99, 0.2), ("agent untrained", 0.2, 0.2), ("bag of words", 0.83, 0.2)],
        columns=["space", "rate", "chance"],
    )
    text = report.reading(results, report.verdicts(results, table, FAR), synonyms, "paper")
    for said in ("P@15 0.60 to 0.60", "+0.30 [+0.20, +0.40]", "99% of the instructions", "Not run: gated", "`natural`"):
        assert said in text
    assert "`natural`" not in report.reading(results, report.verdicts(results, table, FAR), synonyms, "natural")


def test_runs_stand_side_by_side():
    results = report.results_table(alignment(), REPORTED, FAMILIES)
    both = report.compare_runs({"one": results, "two": results.assign(value=results.value + 1)})
    assert both.loc["llama-here", ("two", "P@15")] - both.loc["llama-here", ("one", "P@15")] == 1


def test_layers_have_the_untrained_reference_beside_them_and_the_choice_marked():
    rungs = [("m", 0, "mean"), ("m", 1, "mean"), ("m untrained", 1, "mean")]
    scores = pd.DataFrame({"rung": rungs, "measure": "P@15", "value": [0.1, 0.2, 0.05]})
    table = report.layer_table(scores, {"m": (1, "mean"), "m untrained": (1, "mean")}).set_index("layer")
    assert table.value.tolist() == [0.1, 0.2] and table.headline.tolist() == [False, True]
    assert np.isnan(table.untrained[0]) and table.untrained[1] == 0.05
