"""The rule, on boxes whose verdict is known."""

import pandas as pd
import pytest

from lva.studies.multiverse import nominations, pattern_table, verdict_table

NAN = float("nan")
SEEDS = (1, 2, 3, 4, 5)


def box(value=0.71, success=0.9, untrained=0.3, seeds=SEEDS, crowded=0.2, nearest=0.5, far=0.4):
    """One reading before and after its training, with a near model and a far one."""
    rows = [
        {
            "reading": "default", "seed": seed, "samples": samples,
            "success_own": success if samples else NAN, "success_crowded": crowded if samples else NAN,
            "reference": reference, "measure": measure, "value": at if samples else untrained,
        }
        for seed in seeds
        for samples in (0, 100)
        for reference, measure, at in (
            ("llama", "P@15", value + (seed - 3) / 100), ("llama", "P@1", nearest),
            ("bert", "P@15", far), ("bert", "P@1", 0.1),
        )
    ]  # fmt: skip
    return pd.DataFrame(rows)


def verdict(rooms="own", **changed):
    table = verdict_table(box(**changed))
    return table[(table.reference == "llama") & (table.rooms == rooms)].verdict.item()


def test_an_able_agent_as_near_as_the_paper_says_has_reached_it_in_these_rooms_alone():
    assert verdict() == "reached" and verdict("crowded") == "not reached"


@pytest.mark.parametrize(
    "changed", [{"success": 0.8}, {"value": 0.5}, {"value": 0.85}, {"untrained": 0.72}], ids=lambda c: next(iter(c))
)
def test_each_condition_counts(changed):
    assert verdict(**changed) == "not reached"


def test_few_seeds_decide_nothing_and_seed_0_does_not_count():
    assert verdict(seeds=(1, 2, 3, 4)) == "too few seeds"
    assert verdict(seeds=(0, 1, 2, 3, 4)) == "too few seeds"
    assert verdict_table(box(seeds=(0,))).empty


def test_the_mean_over_seeds_is_compared_and_not_the_worst_seed():
    table = box()
    table.loc[(table.seed == 1) & (table.samples > 0), "success_own"] = 0.8
    assert verdict_table(table).verdict.iloc[0] == "reached"


def test_a_single_agent_nominates():
    found = nominations(box(value=0.75, seeds=(0,)))
    assert set(found.rooms) == {"own"} and set(found.reference) == {"llama"} and (found.samples == 100).all()
    assert nominations(box(success=0.5)).empty


@pytest.mark.parametrize(
    ("changed", "there"), [({}, True), ({"far": 0.8}, False), ({"nearest": 0.05}, False)], ids=["all", "far", "nearest"]
)
def test_the_pattern_takes_the_order_of_models_and_the_nearest_neighbour(changed, there):
    table = pattern_table(box(**changed), (["llama"], ["bert"]), 108)
    assert (table.pattern.item() == "there") == there and table.seeds.item() == len(SEEDS)
