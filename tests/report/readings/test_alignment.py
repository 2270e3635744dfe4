"""Sentences with numbers: each says what its table says, and nothing where there is nothing."""

import numpy as np
import pandas as pd
import pytest

from lva import report
from lva.alignment import relabelling_group
from lva.spaces.words import LEXICAL

VERDICTS = pd.DataFrame(
    [("It holds", "For each: supported.", "mixed", "1 of 2"), ("It ran", "If it ran.", "not run", "")],
    columns=["claim", "rule", "this run", "numbers"],
)


def test_a_claim_is_read_with_its_verdict_its_numbers_and_its_rule():
    assert report.read_claim(VERDICTS, "It holds") == "*It holds.* **Mixed**: 1 of 2. The rule: for each: supported."
    assert report.read_claim(VERDICTS, "It ran") == "*It ran.* **Not run**. The rule: if it ran."
    with pytest.raises(ValueError, match="claim='else' is not in the table; it has It holds; It ran"):
        report.read_claim(VERDICTS, "else")


def test_relabellings_are_counted_factor_by_factor():
    """Two words of two levels each: both factors can be renamed, in all 2 x 2 ways."""
    factors = np.array([(i, j) for i in range(2) for j in range(2)])
    words = np.hstack([np.eye(2)[factors[:, 0]], np.eye(2)[factors[:, 1]]])
    text = report.read_relabelling(relabelling_group(factors, words), "mine")
    assert "`mine` 4 relabellings" in text and "2 x 2 of" in text


def scores(values: dict[str, float], target: str = "agent") -> pd.DataFrame:
    return pd.DataFrame({"rung": list(values), "target": target, "measure": "P@15", "value": list(values.values())})


def test_what_is_left_without_word_order_is_a_share_of_the_same_models_number():
    ladder = pd.concat([scores({"a": 0.4, "b": 0.5, "words": 0.9}), scores({"a": 1.0, "b": 1.0}, "other")])
    text = report.read_word_order(ladder, scores({"b": 0.5, "a": 0.1}))
    assert text.endswith("left of the references' P@15: b 100 %, a 25 %.")


def test_trainings_are_read_as_a_range_where_there_are_several():
    each = pd.DataFrame([("a", 1, 0.3), ("a", 2, 0.5), ("b", 1, 0.9)], columns=["reference", "draw", "value"])
    text = report.read_draws(each.assign(measure="P@15"))
    assert text.startswith("P@15 of the agent with each of 2 trainings") and "highest: a 0.30–0.50." in text
    assert "trained once" in report.read_draws(each[each.draw == 1].assign(measure="P@15"))


def test_single_words_are_read_beside_the_nearest_space_of_words_alone():
    alone = dict.fromkeys([*LEXICAL, "random words"], 0.3) | {"TF-IDF": 0.6}
    ladder = pd.concat([scores(alone | {"wordllama": 0.25}), scores(alone | {"wordllama": 0.81}, "minilm")])
    text = report.read_static(ladder)
    assert text.endswith("in brackets: agent 0.25 (0.60), minilm 0.81 (0.60).")
    assert "`make wordllama`" in report.read_static(scores(alone))


def course(values: list[float], reference: str = "llama-here", x: str = "samples") -> pd.DataFrame:
    at = range(0, 1_000 * len(values), 1_000)
    return pd.DataFrame({"x": x, "at": at, "reference": reference, "measure": "P@15", "value": values, "seed": "s"})


COMPOSITION = pd.DataFrame(
    [("samples", at, factor, share, "s") for at, task in ((0, 0.1), (1_000, 0.2), (2_000, 0.7))
     for factor, share in (("task", task), ("color", 0.1), ("kind", 0.05), ("rest", 0.85 - task))],
    columns=["x", "at", "factor", "share", "seed"],
)  # fmt: skip


def test_the_course_is_read_at_its_height_and_at_its_end():
    agreement = pd.concat([course([0.1, 0.5, 0.3]), course([0.9, 0.9, 0.9], "bert-here"), course([1.0], x="other")])
    text = report.read_course(agreement, COMPOSITION, {"llama-here": "llama", "bert-here": "bert"})
    assert "after 1,000 samples 0.50, when 20 % of the variance of E_L is between the tasks and 15 %" in text
    assert "after 2,000 samples 0.30, when 70 %" in text and "after 0" not in text


def test_a_course_that_ends_at_its_height_is_read_once():
    text = report.read_course(course([0.1, 0.2, 0.3]), COMPOSITION, {"llama-here": "llama"})
    assert text.count("samples") == 1


def test_without_a_language_model_there_is_no_course_to_read():
    assert report.read_course(course([0.1]), COMPOSITION, {"llama-here": "own"}) == "No language model was run."


def test_the_height_is_due_to_the_part_whose_loss_costs_most():
    left = {0: (0.3, 0.3, 0.3), 9: (0.8, 0.7, 0.4)}
    rows = [
        ("samples", at, part, "llama-here", "P@15", value, 0.0)
        for at, values in left.items()
        for part, value in zip(("nothing", "task", "phrase"), values)
    ]
    peak = pd.DataFrame(rows, columns=["x", "at", "removed", "reference", "measure", "value", "sd"])
    text = report.read_course(course([0.1, 0.5, 0.3]), COMPOSITION, {"llama-here": "llama"}, peak)
    assert "At its highest, 0.80, it is due most to what tells the phrases of a task apart." in text
    assert text.endswith("what tells tasks apart 0.70, what tells the phrases of a task apart 0.40.")
