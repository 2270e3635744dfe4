"""The claims: every rule at its edges, on numbers that support it, that are mixed, and that do not support it."""

import numpy as np
import pandas as pd
import pytest

from lva import report
from lva.report.claims import BASELINES, VERDICTS, over_models
from lva.spaces import lexical_spaces

from .alignment_table import FAMILIES, REPORTED, alignment

YES, MIXED, NO, NOT_RUN = VERDICTS
CHANCE, TENFOLD, GROUPS, LITTLE, LEARNT, LEXICAL, WORDS = range(7)
NEAR_ABOVE = {"difference": 0.3, "low": 0.2, "high": 0.4}
TINY = 1e-6


def decided(table, contrast=NEAR_ABOVE):
    return report.verdicts(report.results_table(table, REPORTED, FAMILIES), table, contrast)


def found(table, contrast=NEAR_ABOVE):
    return decided(table, contrast)["this run"].tolist()


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
    ("difference", "low", "verdict"), [(0.1, TINY, YES), (0.1, 0.0, MIXED), (TINY, -0.2, MIXED), (0.0, -0.2, NO)]
)
def test_the_groups_are_decided_by_the_contrast(difference, low, verdict):
    assert found(alignment(), {"difference": difference, "low": low, "high": 0.4})[GROUPS] == verdict


def test_what_was_not_run_is_neither_supported_nor_refuted():
    nobody = {"difference": np.nan, "low": np.nan, "high": np.nan}
    table = alignment(relabel_p=np.nan, gain=np.nan)
    table = decided(table[(table.b == "bert-here")], nobody)
    assert table["this run"].tolist() == [YES, NOT_RUN, NOT_RUN, NOT_RUN, YES, NOT_RUN, NOT_RUN]
    assert table.numbers[TENFOLD] == "" and "nan" not in table.to_string()


def test_the_numbers_that_decide_stand_beside_the_verdict():
    row = decided(alignment(gain=[-0.3, 0.04, 0.06])).iloc[LEXICAL]
    assert row["this run"] == MIXED and row.numbers == "gain −0.30 to +0.06; above 0 for 1 of 3, below for 1 of 3"
    row = decided(alignment(relabel_p=[0.03, 0.04, 0.9])).iloc[WORDS]
    assert row.numbers.endswith("q < 0.05 for 0 of 3")


def test_every_claim_says_its_rule_and_what_a_best_baseline_is():
    assert len({claim.claim for claim in report.CLAIMS}) == len(report.CLAIMS) == 7
    assert all(word in claim.rule for claim in report.CLAIMS for word in (f" {YES}", NO))
    assert len(lexical_spaces(["go to red ball", "pick up box"], 1)) == BASELINES
    assert f"a maximum of {BASELINES} values" in report.CLAIMS[LEXICAL].rule
    assert decided(alignment()).rule.tolist() == [claim.rule for claim in report.CLAIMS]


def test_q_is_over_the_models():
    p = pd.Series([0.01, 0.04, 0.03], index=list("abc"))
    assert over_models(p).to_dict() == pytest.approx({"a": 0.03, "b": 0.04, "c": 0.04})


def test_the_claims_are_about_the_widest_neighbourhood_unless_another_is_named():
    table = alignment()
    results = report.results_table(table, REPORTED, FAMILIES)
    assert report.headline_measure(results) == "P@15"
    assert report.verdicts(results, table, NEAR_ABOVE).numbers[CHANCE].startswith("P@15")
    assert report.verdicts(results, table, NEAR_ABOVE, "P@1").numbers[CHANCE].startswith("P@1 ")
    with pytest.raises(ValueError, match=r"the table has no P@k, only \['cka'\]"):
        report.headline_measure(table.assign(measure="cka"))


def test_the_reading_quotes_the_numbers_and_says_what_it_cannot_tell():
    table = alignment()
    results = report.results_table(table, REPORTED, FAMILIES)
    synonyms = pd.DataFrame(
        [("agent", 0.99, 0.2), ("agent untrained", 0.2, 0.2), ("bag of words", 0.83, 0.2)],
        columns=["space", "rate", "chance"],
    )
    text = report.reading(results, decided(table), synonyms, "paper")
    for part in (
        "P@15 0.60 to 0.60",
        "+0.30 [+0.20, +0.40]",
        "99 % of the instructions",
        "Not run: gated",
        "`natural`",
    ):
        assert part in text
    assert "- **Not supported:** the agent is closer than the best space of words (gain −0.10" in text
    assert "`natural`" not in report.reading(results, decided(table), synonyms, "natural")
