"""The course of learning: a space that moves from one reference to another, by hand and by the single scores."""

import numpy as np
import pytest

from lva.alignment import (
    Moment,
    agreement_course,
    composition_course,
    factor_shares,
    parts_course,
    precision_at_k,
    without_factor,
)

RNG = np.random.default_rng(0)
FROM, TO = RNG.normal(size=(2, 40, 6))
MOMENTS = [Moment("samples", 0, "seed-0", FROM), Moment("samples", 100, "seed-0", TO), Moment("days", 1, "one", FROM)]


def test_the_agreement_follows_the_space():
    table = agreement_course(MOMENTS, {"from": FROM, "to": TO})
    assert list(table) == ["x", "at", "reference", "measure", "value", "seed"] and set(table.measure) == {"P@6"}
    value = table.set_index(["x", "at", "reference"]).value
    assert value["samples", 0, "from"] == value["samples", 100, "to"] == value["days", 1, "from"] == 1
    assert value["samples", 0, "to"] == pytest.approx(precision_at_k(FROM, TO, 6)) and value["samples", 0, "to"] < 0.5
    assert table.seed.tolist() == ["seed-0"] * 4 + ["one"] * 2


def test_the_neighbourhood_may_be_given():
    assert set(agreement_course(MOMENTS, {"to": TO}, k=3).measure) == {"P@3"}


def test_the_composition_has_the_shares_of_every_moment():
    factors = {"half": np.arange(40) % 2, "fifth": np.arange(40) % 5}
    table = composition_course(MOMENTS, factors)
    assert list(table) == ["x", "at", "factor", "share", "seed"]
    for moment, shares in zip(MOMENTS, table.share.to_numpy().reshape(3, 3)):
        assert dict(zip(["half", "fifth", "rest"], shares)) == factor_shares(moment.embedding, factors)


FACTORS = {"task": np.arange(48) // 16, "phrase": np.arange(48) // 8, "color": np.arange(48) % 4}


def test_what_is_taken_out_is_the_share_of_its_factor_and_nothing_else():
    x = RNG.normal(size=(48, 5)) + 3
    shares = factor_shares(x, FACTORS)
    for name in FACTORS:
        left = without_factor(x, FACTORS, name)
        after = factor_shares(left, FACTORS)
        assert after.pop(name) == pytest.approx(0) and left.mean(axis=0) == pytest.approx(x.mean(axis=0))
        rest = 1 - shares[name]
        assert after == pytest.approx({other: shares[other] / rest for other in after})


def test_phrases_are_taken_out_within_their_tasks():
    x = np.eye(6)[FACTORS["phrase"]]
    assert without_factor(x, FACTORS, "phrase") == pytest.approx(np.repeat(np.eye(3), 2, axis=1)[FACTORS["task"]] / 2)
    with pytest.raises(ValueError, match="'kind' is no factor; choose one of task, phrase, color"):
        without_factor(x, FACTORS, "kind")


def test_the_parts_say_what_made_an_alignment():
    """A space of tasks and a little of phrases is close to a reference of phrases for its phrases alone."""
    phrases, noise = np.eye(6)[FACTORS["phrase"]], 0.01 * RNG.normal(size=(3, 48, 6))
    mostly_task = 3 * np.eye(6)[FACTORS["task"]] + 0.3 * phrases
    moments = [Moment("samples", at, seed, mostly_task + e) for at, seed, e in zip((0, 9, 9), "aab", noise)]
    table = parts_course(moments, {"label": phrases + 1e-3 * RNG.normal(size=(48, 6))}, FACTORS)
    assert list(table) == ["x", "at", "removed", "reference", "measure", "value", "sd"] and len(table) == 2 * 4
    value = table[table["at"] == 9].set_index("removed").value
    assert value["nothing"] > 0.9 and value["phrase"] < 0.75 < value["task"] and value["color"] > 0.9
    assert table[table["at"] == 0].sd.isna().all() and table[table["at"] == 9].sd.notna().all()
