"""Tables by hand, and each verdict where it is due."""

import numpy as np
import pandas as pd
import pytest

from lva.ground.tables import check_table
from lva.spaces import item_table
from lva.studies.transfer import FEWER, curve_table, folds_of, held_out_table, needed_table, task_table, verdict_table
from lva.studies.transfer.languages import CONTROL, KNOWN, LEARNT
from lva.world import load_grammar

ITEMS = item_table(load_grammar("natural"))
KINDS = {"words": LEARNT, "model": KNOWN, "permuted": CONTROL}


def taught(out_rates, rates=None, seeds=5, axis="color"):
    """A table as of `teach`: language -> success on what is held out, and (demonstrations -> success) on the rest."""
    rng, tables = np.random.default_rng(0), []
    base = pd.DataFrame({"item": np.arange(len(ITEMS)), "floor": 0.2})
    for language, kind in KINDS.items():
        about = {"language": language, "kind": kind, "shots": 0}
        for seed in range(seeds):
            for n, rate in (rates or {}).get(language, {}).items():
                noise = 0.02 * rng.standard_normal(len(ITEMS))
                tables.append(
                    base.assign(**about, demonstrations=n, axis="", fold=0, seed=seed, out=False, success=rate + noise)
                )
            for fold, out in enumerate(folds_of(ITEMS, axis)):
                success = np.where(out, out_rates[language], 0.9) + 0.02 * rng.standard_normal(len(ITEMS))
                lesson = {"demonstrations": 1_000, "axis": axis, "fold": fold, "seed": seed}
                tables.append(base.assign(**about, **lesson, out=out, success=success))
    return pd.concat(tables, ignore_index=True)


RATES = {"words": {100: 0.3, 1_000: 0.9}, "model": {100: 0.7, 1_000: 0.9}, "permuted": {100: 0.3, 1_000: 0.9}}
OUT = {"words": 0.4, "model": 0.8, "permuted": 0.4}


def test_knowledge_carries_over_if_it_beats_the_best_without():
    table = check_table("transfer_verdicts", verdict_table(taught(OUT, RATES), ITEMS)).set_index("question")
    assert set(table.language) == {"model"} and table.verdict.to_dict() == {FEWER: "yes", "color": "yes"}
    assert table.excess["color"] == pytest.approx(0.4, abs=0.02) and table.excess[FEWER] == pytest.approx(0.2, abs=0.02)


def test_too_little_is_no_and_too_few_seeds_are_said():
    assert set(verdict_table(taught(OUT | {"model": 0.45}), ITEMS).verdict) == {"no"}
    assert set(verdict_table(taught(OUT, seeds=2), ITEMS).verdict) == {"too few seeds"}


def test_without_knowledge_there_is_nothing_to_decide():
    some = taught(OUT, RATES)
    assert verdict_table(some[some.language == "words"], ITEMS).empty


def test_curves_and_what_is_needed():
    curves = check_table("transfer_curves", curve_table(taught(OUT, RATES), ITEMS))
    at = curves.set_index(["language", "demonstrations"])
    assert at.success["model", 100] == pytest.approx(0.7, abs=0.01) and (at.low < at.success).all()
    needed = check_table("transfer_needed", needed_table(curves)).set_index(["language", "goal"]).demonstrations
    halfway = 100 * 10 ** ((0.8 - 0.3) / 0.6)
    assert needed["words", 0.8] == pytest.approx(halfway, rel=0.05) and np.isnan(needed["words", 0.99])


def test_held_out_beside_what_was_shown():
    table = check_table("transfer_held_out", held_out_table(taught(OUT), ITEMS)).set_index("language")
    assert table.success["model"] == pytest.approx(0.8, abs=0.01) and table.taught["model"] == pytest.approx(
        0.9, abs=0.01
    )
    assert table.floor["model"] == pytest.approx(0.2) and (table.seeds == 5).all()


def test_tasks_apart_show_what_a_default_is_right_for():
    some = taught(OUT, axis="phrase")
    some.loc[some.item.map(ITEMS.task == "escape-from") & (some.language == "words"), "success"] = 0
    table = check_table("transfer_tasks", task_table(some, ITEMS)).set_index(["language", "task"])
    assert table.success["words", "escape-from"] == 0
    assert table.success["words", "go-to"] == pytest.approx(0.4, abs=0.01) and (table.floor == 0.2).all()


def test_one_level_has_no_interval():
    some = taught(OUT, axis="kind")
    one = held_out_table(some[some.fold == 0], ITEMS)
    assert one.low.isna().all() and one.success.notna().all()
    assert verdict_table(some[some.fold == 0], ITEMS).verdict.tolist() == ["no"]
