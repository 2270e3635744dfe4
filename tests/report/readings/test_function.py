"""Sentences on function: the numbers of the published tables, and what they make of extreme ones."""

import pandas as pd
import pytest

from lva import report
from lva.ground.runs import published_run

TABLES = published_run("laptop")


def test_the_observer_is_said_to_tell_what_it_tells():
    rows = [("the same agent", task, "task", task, 1.0) for task in ("go-to", "pick-up", "escape-from")]
    rows += [("the same agent", "go-to", "object", "the object", 0.75), ("its mean", "go-to", "task", "pick-up", 1.0)]
    said = report.read_confusion(pd.DataFrame(rows, columns=["source", "task", "about", "read", "share"]))
    assert "as approaching in 100 %" in said and "escape-from as escaping in 100 %" in said
    assert "go-to and pick-up are told apart in 100 %" in said
    assert "escape-from 0 %, go-to 75 %, pick-up 0 %" in said


def test_a_scheme_without_power_says_so_and_a_hit_is_named():
    table = TABLES["carried"].copy()
    said = report.read_carried(table).splitlines()
    assert len(said) == table.scheme.nunique()
    assert ["no power" in line for line in said] == (table.groupby("scheme", sort=False).ceiling.first() < 0.1).tolist()
    hit = (table.scheme == "phrase") & (table.reference == "clip-here")
    table.loc[hit, "verdict"] = "carries"
    assert "*phrases* held out: **clip-here**. The most is clip-here" in report.read_carried(table)
    alone = table.assign(agents=1, ceiling=float("nan"))
    assert "too few agents" in report.read_carried(alone) and "Another agent" not in report.read_carried(alone)


def test_an_exchange_is_said_of_every_factor_with_its_controls():
    table = TABLES["exchange"]
    said = report.read_exchange(table)
    own = table[(table.source == "the same agent") & (table.factor == "color") & (table.dose == 1)]
    moved = own[own["rank"] == own["rank"].max()].moved.iloc[0]
    for factor in ("whether to approach", "the colour", "the kind"):
        assert f"- {factor}" in said
    assert f"{moved:.0%}".replace("%", " %") in said or moved == pytest.approx(1)


def test_captions_hold_the_ends_of_what_is_drawn():
    driving = TABLES["driving"]
    said = report.caption_driving(driving)
    best = driving[(driving.scheme == "phrase") & (driving.kind == "reference") & (driving.mapping == "ridge")]
    best = best[best.control == ""].function.max()
    assert f"{best:.2f}" in said and "mean over 5 agents" in said
    assert said.count("held out:") == 6
    assert "one agent" in report.caption_driving(driving.assign(agents=1))
    assert "0 / 0.25 / 0.5" in report.caption_exchange(TABLES["exchange"])
    assert "P@15" in report.caption_geometry(TABLES["geometry"], TABLES["predictors"])
