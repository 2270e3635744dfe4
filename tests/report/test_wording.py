"""Numbers are written one way everywhere."""

import re

import pytest

from lva.ground import paths
from lva.report.wording import lower_first, number_text, p_cell, p_text, percent_text, range_text, span_text

REPORT = sorted((paths.project() / "lib/lva/report").rglob("*.py")) + sorted(
    (paths.project() / "lib/lva/figures").rglob("*.py")
)


def test_p_is_never_zero():
    assert [p_text(p) for p in (0.0, 0.0001, 0.001, 0.0453, 0.5)] == [
        "p < 0.001", "p < 0.001", "p = 0.001", "p = 0.045", "p = 0.50",
    ]  # fmt: skip
    assert [p_cell(p) for p in (0.0001, 0.0453, 0.5, float("nan"))] == ["< 0.001", "0.045", "0.50", ""]


def test_numbers_have_a_real_minus_and_none_on_zero():
    assert [number_text(v) for v in (-0.026, -0.001, 0.5)] == ["−0.03", "0.00", "0.50"]
    assert number_text(-0.2, ".0f") == "0" and number_text(-0.4, "+.2f") == "−0.40"


def test_ranges_and_shares():
    assert [range_text(0.3, 0.35), range_text(0.13, 0.13)] == ["0.30–0.35", "0.13"]
    assert span_text(-0.33, 0.08, "+.2f") == "−0.33 to +0.08"
    assert [percent_text(0.954), percent_text(0.954, 1), percent_text(-0.001)] == ["95 %", "95.4 %", "0 %"]


@pytest.mark.parametrize("path", REPORT, ids=lambda path: path.stem)
def test_no_other_place_formats_a_p_value(path):
    """A p between braces, or `p = {`, is how a second formatter would begin."""
    text = path.read_text()
    assert path.stem == "wording" or not re.search(r"p = \{|\{[^{}]*\bp(_adjusted)?:\.", text)


def test_a_sentence_within_another_starts_small_unless_it_starts_with_a_symbol():
    assert lower_first("Each model") == "each model" and lower_first("A model") == "a model"
    assert lower_first("P@1 with it") == "P@1 with it" and lower_first("CKA of it") == "CKA of it"
    assert lower_first("95 % interval") == "95 % interval"
