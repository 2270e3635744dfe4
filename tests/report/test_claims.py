"""The claims: every rule at its edges, on numbers that support it, that are mixed, and that do not support it."""

import numpy as np
import pandas as pd
import pytest

from lva import report
from lva.ground import paths
from lva.report.claims import BASELINES, VERDICTS, over_models
from lva.spaces import lexical_spaces

from .alignment_table import FAMILIES, REPORTED, alignment, certainty, ladder

YES, MIXED, NO, NOT_RUN = VERDICTS
CHANCE, TENFOLD, GROUPS, LITTLE, LEARNT, LEXICAL, WORDS = range(7)
NEAR_ABOVE = {"as fixed": {"difference": 0.3, "low": 0.2, "high": 0.4}}
TINY = 1e-6


def evidence(table, contrasts=NEAR_ABOVE, grammar="mine", **others):
    results = report.results_table(table, REPORTED, FAMILIES)
    return report.Evidence(results, table, certainty(table), ladder(table, **others), contrasts, grammar)


def decided(table, contrasts=NEAR_ABOVE, **others):
    return report.verdicts(evidence(table, contrasts, **others))


def found(table, contrasts=NEAR_ABOVE, **others):
    return decided(table, contrasts, **others)["this run"].tolist()


def test_the_verdicts_of_numbers_as_the_paper_has_them():
    assert found(alignment()) == [YES, YES, YES, YES, YES, NO, YES]


@pytest.mark.parametrize(
    ("change", "claim", "verdict"),
    [
        ({"q": 0.05 - TINY}, CHANCE, YES),
        ({"q": [0.2, 0.2, 0.05 - TINY]}, CHANCE, MIXED),
        ({"q": 0.05}, CHANCE, NO),
        ({"value": 0.1}, TENFOLD, YES),
        ({"value": [0.1, 0.1 - TINY, 0.6]}, TENFOLD, MIXED),
        ({"value": [0.1 - TINY, 0.1 - TINY, 0.6]}, TENFOLD, NO),
        ({"among": 0.7 - TINY}, LITTLE, YES),
        ({"among": 0.6 + TINY}, LITTLE, YES),
        ({"among": 0.6 - TINY}, LITTLE, NO),
        ({"among": 0.7 + TINY}, LITTLE, NO),
        ({"untrained": 0.55 - TINY}, LEARNT, YES),
        ({"untrained": [0.55, 0.9, 0.55 - TINY]}, LEARNT, MIXED),
        ({"untrained": 0.55}, LEARNT, NO),
        ({"untrained": 0.7}, LEARNT, NO),
        ({"gain": 0.05 + TINY}, LEXICAL, YES),
        ({"gain": [-0.3, 0.05, 0.05 + TINY]}, LEXICAL, MIXED),
        ({"gain": 0.05}, LEXICAL, NO),
        ({"gain": 0.0}, LEXICAL, NO),
        ({"gain": [-0.3, -0.3, 0.0]}, LEXICAL, NO),  # above for none: no more is needed
        ({"relabel_p": 0.05 - TINY}, WORDS, YES),
        ({"relabel_p": [0.9, 0.9, 0.05 / 3 - TINY]}, WORDS, MIXED),
        ({"relabel_p": [0.9, 0.9, 0.05 / 3 + TINY]}, WORDS, NO),  # p < 0.05 for one of three, but not corrected
        ({"relabel_p": 0.05 + TINY}, WORDS, NO),
    ],
)
def test_every_rule_at_its_edges(change, claim, verdict):
    assert found(alignment(**change))[claim] == verdict


@pytest.mark.parametrize(
    ("lows", "verdict"), [((TINY, TINY), YES), ((TINY, 0.0), MIXED), ((-0.2, TINY), MIXED), ((0.0, -0.2), NO)]
)
def test_the_groups_are_decided_by_the_intervals_of_both_readouts(lows, verdict):
    """A positive difference is not enough: its interval must be above 0, and by both read-outs."""
    contrasts = {
        name: {"difference": 0.1, "low": low, "high": 0.4} for name, low in zip(("as fixed", "last token"), lows)
    }
    assert found(alignment(), contrasts)[GROUPS] == verdict


@pytest.mark.parametrize("rung", ["untrained, identity words", "agent shuffled"])
def test_acting_brings_alignment_only_if_no_agent_that_cannot_act_has_it(rung):
    assert found(alignment(), **{rung: 0.55 - TINY})[LEARNT] == YES
    assert found(alignment(), **{rung: [0.1, 0.55, 0.1]})[LEARNT] == MIXED
    row = decided(alignment(), **{rung: 0.55}).iloc[LEARNT]
    assert row["this run"] == NO and "above for 0 of 3" in row.numbers and "above for 3 of 3" in row.numbers


def test_controls_that_were_not_trained_are_left_out():
    table = alignment()
    nothing = ladder(table)[:0]
    results = report.results_table(table, REPORTED, FAMILIES)
    row = report.verdicts(report.Evidence(results, table, certainty(table), nothing, NEAR_ABOVE, "mine")).iloc[LEARNT]
    assert row["this run"] == YES and row.numbers == "trained 0.60 to 0.60; untrained 0.20 to 0.20, above for 3 of 3"


def test_what_was_not_run_is_neither_supported_nor_refuted():
    nobody = {"as fixed": {"difference": np.nan, "low": np.nan, "high": np.nan}}
    table = alignment(relabel_p=np.nan)
    table = decided(table[(table.b == "bert-here")], nobody)
    assert table["this run"].tolist() == [YES, NOT_RUN, NOT_RUN, NOT_RUN, YES, NO, NOT_RUN]
    assert table.numbers[TENFOLD] == "" and "nan" not in table.to_string()


def test_a_null_result_says_what_would_have_been_found(tmp_path, monkeypatch):
    monkeypatch.setattr(paths, "published_results", lambda: tmp_path)
    assert report.power_text("paper", "P@15") == ""
    rows = [
        ("relabelling", "paper", "colour and kind", share, "P@15", power, 200)
        for share, power in ((0.05, 0.09), (0.2, 1))
    ]
    table = pd.DataFrame(rows, columns=["null", "grammar", "what", "share", "measure", "rejected", "runs"])
    table.to_csv(tmp_path / "bench_calibration.csv", index=False)
    numbers = report.verdicts(evidence(alignment(relabel_p=0.9), grammar="paper")).numbers[WORDS]
    assert numbers.endswith("would have been found in 9 % at 5 %, 100 % at 20 % of the variance of both spaces")
    assert report.power_text("mine", "P@15") == report.power_text("paper", "cka") == ""


def test_the_numbers_that_decide_stand_beside_the_verdict():
    row = decided(alignment(gain=[-0.3, 0.04, 0.06])).iloc[LEXICAL]
    assert row["this run"] == MIXED and row.numbers == "gain −0.30 to +0.06; above 0 for 1 of 3, below for 1 of 3"
    row = decided(alignment(relabel_p=[0.03, 0.04, 0.9])).iloc[WORDS]
    assert row.numbers.endswith("q < 0.05 for 0 of 3")


def test_every_claim_says_its_rule_and_what_a_best_baseline_is():
    assert len({claim.claim for claim in report.CLAIMS}) == len(report.CLAIMS) == 7
    assert all(word in claim.rule for claim in report.CLAIMS for word in (f" {YES}", NO))
    assert len(lexical_spaces(["go to red ball", "pick up box"], 1)) == BASELINES
    assert f"The best of {BASELINES} spaces of words" in report.CLAIMS[LEXICAL].rule
    assert decided(alignment()).rule.tolist() == [claim.rule for claim in report.CLAIMS]


def test_q_is_over_the_models():
    p = pd.Series([0.01, 0.04, 0.03], index=list("abc"))
    assert over_models(p).to_dict() == pytest.approx({"a": 0.03, "b": 0.04, "c": 0.04})


def test_the_claims_are_about_the_widest_neighbourhood():
    results = report.results_table(alignment(), REPORTED, FAMILIES)
    assert report.headline_measure(results) == "P@15" and decided(alignment()).numbers[CHANCE].startswith("P@15")
    with pytest.raises(ValueError, match=r"the table has no P@k, only \['cka'\]"):
        report.headline_measure(results.assign(measure="cka"))


def test_the_reading_quotes_the_numbers_and_says_what_it_cannot_tell():
    table = alignment()
    results = report.results_table(table, REPORTED, FAMILIES)
    synonyms = pd.DataFrame(
        [("agent", 0.99, 0.5), ("agent untrained", 0.5, 0.5), ("bag of words", 0.83, 0.5)],
        columns=["space", "rate", "chance"],
    )
    text = report.reading(results, decided(table), synonyms, "paper")
    for part in (
        "P@15 0.60 to 0.60",
        "+0.30 [+0.20, +0.40]",
        "99 % of cases in the trained agent's space",
        "50 % by chance",
        "Not run: gated",
        "`natural`",
    ):
        assert part in text
    assert "- **Not supported:** the agent is closer than the best space of words (gain −0.10" in text
    assert "`natural`" not in report.reading(results, decided(table), synonyms, "natural")
