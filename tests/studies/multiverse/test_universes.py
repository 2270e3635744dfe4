"""The multiverse as products of matrices, against the measures one by one."""

import numpy as np
import pandas as pd
import pytest

from lva.alignment import cka, draw_permutations, precision_at_k, rsa
from lva.studies.multiverse import (
    AGENT,
    READOUT,
    Spaces,
    Universe,
    choice_shares,
    draw_universes,
    judges,
    name_universes,
    specification_table,
    universe_table,
)
from lva.studies.multiverse.universes import Judge, features

N = 36
RANDOM = np.random.default_rng(0)
SHARED = RANDOM.normal(size=(N, 6))
AGENTS = {("default", 0, 10): SHARED + RANDOM.normal(size=(N, 6)), ("default", 1, 10): RANDOM.normal(size=(N, 9)) + 1}
MODELS = {("llama", 2, "mean"): SHARED @ RANDOM.normal(size=(6, 4)), ("bert", 0, "last"): RANDOM.normal(size=(N, 5))}
FACTORS = {"color": np.arange(N) % 6, "phrase": np.arange(N) // 6}
P5 = Judge("P@5", "cosine", True)


def literally(x, y, judge):
    if judge.measure == "cka":
        return cka(x, y)
    if judge.measure == "rsa":
        x, y = (z - z.mean(0) if judge.centred else z for z in (x, y))
        return rsa(x, y, judge.metric)
    return precision_at_k(x, y, int(judge.measure[2:]), judge.metric, judge.centred)


def test_every_universe_is_what_the_measure_says():
    table = universe_table(AGENTS, MODELS, (AGENT, READOUT))
    assert len(table) == len(AGENTS) * len(MODELS) * len(judges(N))
    for row in table.itertuples():
        x = AGENTS[row.reading, row.seed, row.samples]
        y = MODELS[row.reference, row.layer, row.pooling]
        expected = literally(x, y, Judge(row.measure, row.metric, row.centred))
        assert row.value == pytest.approx(expected, abs=1e-5), row


def test_what_is_undefined_is_nan_and_nothing_else():
    same = np.ones((N, 3))
    assert all(np.isnan(vector).all() for vector in features(same).values())
    with_mean = np.vstack([SHARED[:-1], SHARED[:-1].mean(0)])
    undefined = {judge for judge, vector in features(with_mean).items() if np.isnan(vector).any()}
    assert undefined == {judge for judge in judges(N) if judge.metric == "cosine" and judge.centred}


def test_an_empty_multiverse_is_refused():
    with pytest.raises(ValueError, match="empty multiverse"):
        universe_table({}, MODELS, (AGENT, READOUT))
    with pytest.raises(ValueError, match="empty multiverse"):
        draw_universes([], list(MODELS), judges(N))


def test_universes_are_drawn_without_repetition():
    drawn = draw_universes(list(AGENTS), list(MODELS), judges(N), 20)
    assert len(set(drawn)) == 20
    assert len(draw_universes(list(AGENTS), list(MODELS), judges(N), 10**6)) == 4 * len(judges(N))
    assert list(name_universes(drawn)) == [*AGENT, *READOUT, *Judge._fields]


def test_the_curve_has_the_estimate_its_interval_and_its_null():
    universes = [Universe(agent, model, P5) for agent in AGENTS for model in MODELS]
    shuffles = draw_permutations(N, 200, 0)
    nulls = {"chance": shuffles, "nothing": np.tile(np.arange(N), (3, 1))}
    table, joint = specification_table(universes, Spaces(AGENTS, MODELS), FACTORS, nulls)
    for universe, row in zip(universes, table.itertuples(), strict=True):
        x, y = AGENTS[universe.agent], MODELS[universe.reference]
        assert row.value == pytest.approx(literally(x, y, P5), abs=1e-5)
        assert row.low < row.value < row.high
        assert row.nothing_low == row.nothing_high == pytest.approx(row.value, abs=1e-5)
        by_hand = [literally(x[p], y, P5) for p in shuffles]
        assert row.chance_low == pytest.approx(np.quantile(by_hand, 0.025), abs=1e-5)
    assert table.value.iloc[0] > table.chance_high.iloc[0]
    assert joint.set_index("null").p["nothing"] == 1 and joint.set_index("null").p["chance"] < 0.2


def test_a_choice_that_decides_all_has_all_of_the_variance():
    readings = pd.DataFrame({"reading": ["a", "b"], "option": "words", "choice": ["identity", "random"]})
    rows = [
        {"reading": r, "seed": s, "samples": 0, "reference": m, "layer": 0, "pooling": "mean",
         "measure": "P@5", "metric": "cosine", "centred": False, "value": float(r == "a")}
        for r in "ab" for s in (0, 1) for m in ("x", "y")
    ]  # fmt: skip
    shares = choice_shares(pd.DataFrame(rows), readings, "P@5").set_index("option").share
    assert shares["words"] == 1 and shares.drop("words").max() == 0
