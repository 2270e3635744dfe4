"""No number depends on the basis of a space: every measure that a table reports, under random rotations."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from lva import alignment
from lva.alignment import Measures, Table

from .grammars import grammar, tf_idf

G = grammar("paper")
rng = np.random.default_rng(12)
FACTORS = dict(zip(("phrase", "color", "kind"), G.factors.T))
THING, TASK = G.factors[:, 1] * 3 + G.factors[:, 2], G.factors[:, 0] // 2
MEANING = rng.normal(size=(6, 24))[G.factors[:, 1]]


def made(d):
    """Summed word vectors, something of the colours, and noise."""
    return G.words @ rng.normal(size=(G.words.shape[1], d)) + MEANING[:, :d] + 0.3 * rng.normal(size=(108, d))


SPACES = {"agent": [made(24), made(24)], "model": made(12), "other": made(20) + 2}
CONTROLS = {"bag of words": G.words, "tf-idf": tf_idf(G.words), "draws": [made(16), made(16)]}
TABLE = Table(permutations=99, refits=9, groups=4)


@pytest.fixture
def turn():
    """Rotate every space at hand, each by a rotation of its own."""
    draws = np.random.default_rng(13)

    def turned(entry):
        if isinstance(entry, dict):
            return {name: turned(x) for name, x in entry.items()}
        if isinstance(entry, list):
            return [turned(x) for x in entry]
        return entry @ np.linalg.qr(draws.normal(size=(entry.shape[1], entry.shape[1])))[0]

    return turned


def same(a: pd.DataFrame, b: pd.DataFrame) -> None:
    pd.testing.assert_frame_equal(a, b, rtol=0, atol=1e-9)


def test_the_whole_table(turn):
    """P@k, CKA, RSA, Procrustes, retrieval, with nulls, intervals, baselines, ceilings and partial values."""
    plain = alignment.align(SPACES, G.factors, G.words, CONTROLS, TABLE)
    same(plain, alignment.align(turn(SPACES), G.factors, G.words, turn(CONTROLS), TABLE))
    assert plain.value.notna().all() and "retrieval@1" in set(plain.measure)


def test_ladder_and_curves(turn):
    rungs = CONTROLS | {name: np.eye(len(set(labels)))[labels] for name, labels in FACTORS.items()}
    same(alignment.ladder(rungs, SPACES), alignment.ladder(turn(rungs), turn(SPACES)))
    group = alignment.relabelling_group(G.factors, G.words)
    curves = [alignment.precision_curves(x, "agent", group, 5, 200) for x in (SPACES, turn(SPACES))]
    same(*curves)


def test_contrast_and_best_choice(turn):
    agents, near, far = SPACES["agent"], [SPACES["model"]], [SPACES["other"], G.words]
    plain = alignment.contrast(agents, near, far, FACTORS)
    assert alignment.contrast(turn(agents), turn(near), turn(far), FACTORS) == pytest.approx(plain, abs=1e-9)
    choices = {"first": SPACES["model"], "second": SPACES["other"]}
    same(*(alignment.best_choice(c, agents[0], permutations=99) for c in (choices, turn(choices))))


@pytest.mark.parametrize("x", [SPACES["model"], G.words, tf_idf(G.words)], ids=["made", "bag of words", "tf-idf"])
def test_shares_and_synonyms(x, turn):
    shares = alignment.factor_shares(x, FACTORS)
    assert alignment.factor_shares(turn(x), FACTORS) == pytest.approx(shares, abs=1e-9)
    assert alignment.synonym_rate(turn(x), THING, TASK) == pytest.approx(alignment.synonym_rate(x, THING, TASK))


def test_the_correlation_distance_would_fail(turn):
    """Why RSA does not use it: the same two spaces, another basis, another number."""
    by_correlation = Measures(("rsa",), distance="correlation")
    tables = [
        alignment.ladder({"x": x}, {"y": y}, by_correlation)
        for x, y in ((SPACES["model"], G.words), (turn(SPACES["model"]), turn(G.words)))
    ]
    assert abs(tables[0].value[0] - tables[1].value[0]) > 1e-3


def test_of_baselines_that_tie_the_first_is_named_whatever_the_rounding():
    """A rotated copy has the same alignment up to the last digit, and the last digit must not choose."""
    copies = {f"copy {i}": G.words @ np.linalg.qr(rng.normal(size=(16, 16)))[0] for i in range(6)}
    found = alignment.align(SPACES, baselines=copies, table=Table(permutations=9, refits=3, groups=3))
    assert set(found[found.measure != "retrieval@1"].baseline) == {"copy 0"}
