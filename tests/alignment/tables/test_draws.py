"""Trained once or several times: every table holds the mean over trainings, and one training changes nothing."""

import numpy as np
import pandas as pd
import pytest

from lva.alignment import (
    Choices,
    Measures,
    Moment,
    Table,
    agreement_course,
    align,
    calibrated_table,
    ceiling_table,
    certainty_table,
    contrast,
    factor_table,
    metric_table,
    parts_course,
    relabelling_group,
)
from lva.alignment.tables.draws import mean_over_draws
from lva.alignment.tables.intervals import over_trainings

from ..grammars import grammar

G = grammar("paper")
RNG = np.random.default_rng(0)
FACTORS = dict(zip(["phrase", "color", "kind"], G.factors.T))
AGENT = list(RNG.normal(size=(2, 108, 6)) + 2 * np.eye(6)[FACTORS["color"]])
DRAWS = tuple(AGENT[0] + scale * RNG.normal(size=(108, 6)) for scale in (0.5, 2.0, 1.0))
WORDS = {"words": [G.words + 0.01]}
GROUP = relabelling_group(G.factors, G.words)
FAST = Table(Measures(kinds=("precision", "cka")), permutations=19, groups=6, retrieval_k=1)
MOMENTS = [Moment("samples", 0, "seed-0", AGENT[0]), Moment("samples", 1, "seed-1", AGENT[1])]


def calibrated(reference):
    return calibrated_table({"r": Choices({0: reference}, 0)}, AGENT, GROUP, permutations=99)


TABLES = {  # a table of one reference
    "align": lambda reference: align({"agent": AGENT, "r": reference}, baselines=WORDS, table=FAST),
    "certainty": lambda reference: certainty_table(AGENT, {"r": reference}, WORDS, FACTORS),
    "calibrated": calibrated,
    "agreement": lambda reference: agreement_course(MOMENTS, {"r": reference}),
    "parts": lambda reference: parts_course(MOMENTS[:1], {"r": reference}, FACTORS),
    "metrics": lambda reference: metric_table({"r": reference}, AGENT),
    "ceilings": lambda reference: ceiling_table({"r": reference}, FACTORS),
    "factors": lambda reference: factor_table({"r": reference}, FACTORS),
}


@pytest.mark.parametrize("make", TABLES.values(), ids=TABLES)
def test_one_training_changes_nothing(make):
    pd.testing.assert_frame_equal(make(DRAWS[0]), make(DRAWS[:1]))


@pytest.mark.parametrize("make", TABLES.values(), ids=TABLES)
def test_the_estimate_is_the_mean_over_trainings(make):
    number = "share" if "share" in make(DRAWS[0]) else "value"
    alone = [make(draw)[number] for draw in DRAWS]
    np.testing.assert_allclose(make(DRAWS)[number], np.mean(alone, axis=0), rtol=1e-9)
    assert not np.allclose(alone[0], alone[1])


def test_a_model_trained_more_often_counts_as_one_model():
    found = contrast(AGENT, [DRAWS, DRAWS[0]], [AGENT[1]], FACTORS, k=5)["difference"]
    single = [contrast(AGENT, [draw], [AGENT[1]], FACTORS, k=5)["difference"] for draw in DRAWS]
    assert found == pytest.approx((np.mean(single) + single[0]) / 2)


def test_the_mean_is_over_all_pairs():
    assert mean_over_draws(lambda x, y: (x * y).sum(), [np.array([1]), np.array([3])], [np.array([5])]) == 10


def test_margins_by_hand():
    """Rows 0 and 4 apart: variance 8 of two means, over 2. Columns alike: nothing. One training: nothing."""
    rows = np.array([[1.0, 1.0], [5.0, 5.0]])
    assert [(part.variance, part.degrees) for part in over_trainings(rows)] == [(4.0, 1), (0.0, 1)]
    assert over_trainings(rows[:1, :1]) == []


@pytest.mark.parametrize("low, high", [("low", "high"), ("gain_low", "gain_high")])
def test_other_trainings_widen_the_margins_and_move_no_estimate(low, high):
    spaces = {"agent": AGENT, "r": DRAWS}
    narrow, wide = (
        align(spaces, baselines=WORDS, table=Table(FAST.measures, permutations=19, groups=6, over_seeds=s))
        for s in (False, True)
    )
    assert (wide[high] - wide[low] > narrow[high] - narrow[low]).all()
    pd.testing.assert_series_equal(wide.value, narrow.value)
    for pair in (("agent", "r"), ("r", "agent")):
        row = wide[(wide.a == pair[0]) & (wide.b == pair[1])].set_index("measure").loc["cka"]
        assert row.seeds == 6


def test_margins_over_other_seeds_are_those_of_items_where_all_was_trained_once():
    spaces = {"agent": AGENT[0], "r": DRAWS[0]}
    one, other = (
        align(spaces, baselines=WORDS, table=Table(FAST.measures, permutations=19, groups=6, over_seeds=s))
        for s in (False, True)
    )
    pd.testing.assert_frame_equal(one, other)
