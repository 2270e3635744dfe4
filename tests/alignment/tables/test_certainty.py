"""The tables of certainty and of calibrated alignment, against the single functions that they are made of."""

import numpy as np
import pytest

from lva.alignment import (
    Choices,
    calibrated_table,
    certainty_table,
    cka,
    crossed_interval,
    precision_at_k,
    relabelling_group,
    relabelling_null,
)
from lva.ground.tables import check_table

from ..grammars import grammar

GRAMMAR = grammar("paper")
FACTORS = dict(zip(["phrase", "color", "kind"], GRAMMAR.factors.T))
RNG = np.random.default_rng(0)
SEEDS = list(RNG.normal(size=(2, 108, 6)) + 2 * np.eye(6)[FACTORS["color"]])
REFERENCES = {"near": SEEDS[0] + 0.5 * RNG.normal(size=(108, 6)), "far": RNG.normal(size=(108, 6))}
BASELINES = {"words": [GRAMMAR.words + 0.01], "noise": list(RNG.normal(size=(3, 108, 6)))}


@pytest.fixture(scope="module")
def certainty():
    return check_table("certainty", certainty_table(SEEDS, REFERENCES, BASELINES, FACTORS))


def test_every_value_has_the_crossed_interval(certainty):
    assert certainty.measure.tolist() == ["P@1", "P@5", "P@15", "cka", "rsa"] * 2
    row = certainty.set_index(["reference", "measure"]).loc["near", "cka"]
    own = crossed_interval(lambda keep: np.array([cka(z[keep], REFERENCES["near"][keep]) for z in SEEDS]), FACTORS)
    assert (row.value, row.low, row.high) == pytest.approx((own.estimate, own.low, own.high))


def test_neighbourhoods_shrink_with_the_items_that_are_left(certainty):
    row = certainty.set_index(["reference", "measure"]).loc["near", "P@15"]

    def values(keep):
        k = {108: 15, 90: 12, 72: 10}[len(keep)]
        return np.array([precision_at_k(z[keep], REFERENCES["near"][keep], k) for z in SEEDS])

    own = crossed_interval(values, FACTORS)
    assert (row.value, row.low, row.high) == pytest.approx((own.estimate, own.low, own.high))


def test_the_lead_is_on_the_closest_baseline_less_its_optimism(certainty):
    row = certainty.set_index(["reference", "measure"]).loc["far", "P@15"]
    closest = {
        name: np.mean([precision_at_k(x, REFERENCES["far"], 15) for x in draws]) for name, draws in BASELINES.items()
    }
    assert row.baseline == max(closest, key=closest.get) and row.optimism >= 0
    assert row.gain == pytest.approx(row.value - max(closest.values()) + row.optimism)
    assert row.gain_low < row.gain < row.gain_high


def test_the_calibrated_table_has_both_nulls_and_the_largest_choice():
    group = relabelling_group(GRAMMAR.factors, GRAMMAR.words)
    spaces = {(0, "mean"): REFERENCES["far"], (1, "mean"): REFERENCES["near"]}
    table = calibrated_table({"one": Choices(spaces, (0, "mean"))}, SEEDS, group, permutations=300)
    check_table("calibrated", table)
    at = table.set_index(["choice", "null", "measure"])
    near = np.mean([precision_at_k(z, REFERENCES["near"], 15) for z in SEEDS])
    assert at.value["largest", "chance", "P@15"] == at.value["largest", "words", "P@15"] == pytest.approx(near)
    assert at.calibrated["largest", "chance", "P@15"] > 0 == at.calibrated["fixed", "chance", "P@15"]
    assert at.threshold["largest", "chance", "P@15"] >= at.threshold["fixed", "chance", "P@15"]
    alone = calibrated_table({"one": Choices({0: REFERENCES["near"]}, 0)}, SEEDS[:1], group, permutations=300)
    null = relabelling_null(SEEDS[0], REFERENCES["near"], group, permutations=300)
    row = alone[(alone.null == "words") & (alone.measure == "cka") & (alone.choice == "fixed")].iloc[0]
    assert (row.value, row.p) == pytest.approx((null["cka"].observed, null["cka"].p))
    assert alone.other_half.notna().sum() == 2  # of the largest choice, P@k alone, under either null


def test_the_fixed_choice_must_be_one_of_them():
    with pytest.raises(ValueError, match="fixed='x' is not among the choices 0, 1"):
        Choices({0: SEEDS[0], 1: SEEDS[1]}, "x")


def test_a_space_that_no_longer_varies_shares_what_chance_does():
    """Without the levels that differ in length, a space of lengths is the same everywhere."""
    length = np.eye(2)[(FACTORS["phrase"] == 3).astype(int)]
    table = certainty_table(SEEDS, {"far": REFERENCES["far"]}, {"length": [length]}, FACTORS)
    assert table.notna().all(axis=None)
