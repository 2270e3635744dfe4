"""What notebook 02 says of its tables, by hand."""

import numpy as np
import pandas as pd

from lva import report
from lva.agent import VARIANTS
from lva.report.readings.agents import NONSENSE, PLAIN


def test_training_is_read_at_its_end_over_the_seeds():
    rows = [(100, 9.0, 0.1, 1.0, 0), (600, 0.5, 0.8, 60.0, 0), (600, 0.7, 0.6, 120.0, 1)]
    training = pd.DataFrame(rows, columns=["samples", "loss", "accuracy", "seconds", "seed"])
    assert report.read_training(training) == (
        "At the end, over 2 seeds: loss 0.600, accuracy 0.700; 1.5 minutes per agent, at 8 samples/s."
    )


def success(**by_policy: float) -> pd.DataFrame:
    rows = [(policy, "go-to", share + seed / 10, seed) for policy, share in by_policy.items() for seed in (0, 1)]
    return pd.DataFrame(rows, columns=["policy", "task", "success", "seed"])


def test_success_stands_beside_what_needs_no_instruction():
    by_task = success(sampled=0.7, greedy=0.6, floor=0.2, random=0.1)
    text = report.read_success(by_task, tour=0.94)
    assert "**Sampled: go-to 75.0 %.** Greedy: go-to 65.0 %" in text and "told nothing: go-to 25.0 %" in text
    assert "seed and task, sampled: 70.0 %. Below 80 %" in text and text.endswith("escapes in 94.0 % of the rooms.")
    assert "tour" not in report.read_success(by_task, tour=np.nan)


def test_the_course_says_when_a_task_is_no_longer_failed():
    rows = [(at, task, share, 0) for task, shares in (("go-to", (0.5, 0.8, 0.9)), ("pick-up", (0.1, 0.2, 0.7)))
            for at, share in zip((100, 2_000, 3_000), shares)]  # fmt: skip
    course = pd.DataFrame(rows, columns=["samples", "task", "success", "seed"])
    assert report.read_success_course(course).endswith("80 % in go-to after 2,000 samples, pick-up never.")


def test_the_worst_and_the_best_instruction_are_named():
    rows = [("go to red ball", 0.7), ("go to red ball", 0.5), ("grab blue key", 0.9), ("go to red key", 0.8)]
    text = report.read_instructions(pd.DataFrame(rows, columns=["instruction", "success"]))
    assert text == "From 60 % (“go to red ball”) to 90 %; 1 of 3 instructions stay below 80 %."


def test_ablations_are_read_without_the_agent_of_nonsense():
    assert {NONSENSE, PLAIN} <= {variant.name for variant in VARIANTS}
    rows = [(PLAIN, 0.9), ("one", 0.55), ("two", 0.95), (NONSENSE, 0.0)]
    text = report.read_ablations(pd.DataFrame(rows, columns=["variant", "pick-up sampled"]))
    assert "between 55 % (one) and 95 % (two); plain cloning, the paper's setting, has 90 %" in text
    assert text.endswith("1 of 3 variants are there.")
    assert "no PICK-UP" in report.read_ablations(pd.DataFrame({"variant": [PLAIN]}))
