"""The rule: scores by hand, intervals against their parts, and each verdict where it is due."""

import numpy as np
import pandas as pd
import pytest

from lva.studies.function.rule import verdict_table
from lva.studies.function.sources import CONSTANT, OTHER_SEED
from lva.studies.function.summary import function_table
from lva.studies.levels import cells, excess_interval, holm, score

LEVELS = {"go to": "approach", "run to": "approach", "pick up": "approach", "flee": "escape", "avoid": "escape"}


def driven(rates, agents=5, noise=0.01, control="", mapping="ridge"):
    """A table as of `drive_agents` with phrases held out: source -> (kind, rate of each level)."""
    rng = np.random.default_rng(0)
    rows = [
        {"seed": seed, "source": source, "kind": kind, "control": control, "mapping": mapping, "scheme": "phrase"}
        | {"level": level, "asked": asked, "obeyed": rate + noise * rng.standard_normal(), "episodes": 36}
        | dict.fromkeys(("found", "success", "divergence", "variance"), 0.5)
        for source, (kind, rate) in rates.items()
        for level, asked in LEVELS.items()
        for seed in range(agents)
    ]
    return pd.DataFrame(rows)


RATES = {"near": ("reference", 0.9), "far": ("reference", 0.5), "bag": ("words", 0.6), CONSTANT: ("bound", 0.4)}


def test_a_score_is_the_mean_of_two_behaviours():
    index = pd.MultiIndex.from_tuples(LEVELS.items(), names=["level", "asked"])
    assert score(pd.Series([1.0, 0.0, 0.5, 1.0, 1.0], index)) == pytest.approx((0.5 + 1) / 2)


def test_a_reference_carries_function_if_it_beats_the_best_of_words():
    table = verdict_table(driven(RATES | {OTHER_SEED: ("bound", 0.95)})).set_index("reference")
    assert table.verdict.to_dict() == {"near": "carries", "far": "does not carry"}
    assert table.excess["near"] == pytest.approx(0.3, abs=0.03) and table.low["near"] > 0.2
    assert table.ceiling["far"] == pytest.approx(0.35, abs=0.03) and table.baseline["far"].startswith("bag 0.6")


def test_few_agents_decide_nothing():
    assert verdict_table(driven(RATES, agents=2)).set_index("reference").verdict["near"] == "too few agents"


def test_where_another_agent_is_no_better_than_words_nothing_is_said():
    table = verdict_table(driven(RATES | {OTHER_SEED: ("bound", 0.62)})).set_index("reference")
    assert table.verdict["far"] == "no power"


def test_a_lead_at_one_level_alone_is_not_enough():
    table = driven(RATES | {OTHER_SEED: ("bound", 0.95), "far": ("reference", 0.6)})
    table.loc[(table.source == "far") & (table.level == "flee"), "obeyed"] = 1.6
    found = verdict_table(table).set_index("reference").loc["far"]
    assert found.excess > 0.1 and found.low < 0 and found.verdict == "does not carry"


def test_the_mean_of_the_agent_is_a_baseline_too():
    table = verdict_table(driven(RATES | {CONSTANT: ("bound", 0.85)})).set_index("reference")
    assert table.verdict["near"] == "does not carry" and table.baseline["near"].startswith(CONSTANT)


def test_controls_and_other_maps_do_not_count():
    with_more = pd.concat(
        [driven(RATES), driven({"far": ("reference", 1)}, control="rows permuted"), driven(RATES, mapping="affine")]
    )
    pd.testing.assert_frame_equal(verdict_table(with_more), verdict_table(driven(RATES)))


def test_the_interval_has_the_jackknife_over_levels_and_the_spread_over_agents():
    difference = cells(driven({"x": ("reference", 0.3)}, noise=0.1))
    estimate, low, high, p = excess_interval(difference)
    mean = difference.mean()
    without = [score(mean[[key for key in mean.index if key[0] != level]]) for level in LEVELS]
    variance = 4 / 5 * np.sum((np.array(without) - np.mean(without)) ** 2)
    variance += np.var([score(row) for _, row in difference.iterrows()], ddof=1) / 5
    assert high - low == pytest.approx(2 * 2.776445 * np.sqrt(variance), rel=1e-6)
    assert estimate == pytest.approx(score(mean)) and 0 < p < 0.05


def test_holm_by_hand():
    found = holm(pd.Series([0.01, 0.04, 0.03, 0.5], index=list("abcd")))
    assert found.to_dict() == pytest.approx({"a": 0.04, "b": 0.09, "c": 0.09, "d": 0.5})


def test_function_is_one_for_the_agent_and_nothing_for_its_mean():
    rates = RATES | {"the same agent": ("bound", 1.0)}
    table = function_table(driven(rates, noise=0)).set_index("source")
    assert table.function["the same agent"] == 1 and table.function[CONSTANT] == 0
    assert table.function["near"] == pytest.approx((0.9 - 0.4) / 0.6) and (table.agents == 5).all()
