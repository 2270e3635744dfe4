"""The table: every number in it is that of a kernel."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest

from lva.alignment import (
    Measures,
    Table,
    align,
    benjamini_hochberg,
    cka,
    permutation_null,
    precision_at_k,
    procrustes,
    relabelling_group,
    relabelling_null,
    retrieval_at_k,
    rsa,
)

from ..grammars import grammar, tf_idf

G = grammar("natural")
rng = np.random.default_rng(8)
MEANING = rng.normal(size=(6, 30))[G.factors[:, 1] // 2]
SPACES = {name: G.words @ rng.normal(size=(G.words.shape[1], 30)) + MEANING for name in ("agent", "reference")}
SPACES["seeds"] = [SPACES["agent"] + 0.5 * rng.normal(size=(108, 30)) for _ in range(2)]
CONTROLS = {"bag of words": G.words, "tf-idf": tf_idf(G.words)}
TABLE = Table(permutations=99, refits=19, groups=6)


@pytest.fixture(scope="module")
def frame():
    return align(SPACES, G.factors, G.words, CONTROLS, TABLE)


@pytest.fixture(scope="module")
def rows(frame):
    return {(r["a"], r["b"], r["measure"]): r for r in frame.to_dict("records")}


def test_one_row_for_each_ordered_pair_and_measure(frame, rows):
    measures = ["P@1", "P@5", "P@15", "cka", "rsa", "procrustes", "retrieval@1"]
    assert len(rows) == len(frame) == 3 * 2 * len(measures)
    assert list(frame["measure"][:7]) == measures


def test_values_are_those_of_the_kernels(rows):
    x, y = SPACES["agent"], SPACES["reference"]
    for a, b in (("agent", "reference"), ("reference", "agent")):
        found = [rows[a, b, m]["value"] for m in ("P@1", "P@15", "cka", "rsa", "procrustes")]
        expected = [precision_at_k(x, y, 1), precision_at_k(x, y, 15), cka(x, y), rsa(x, y), procrustes(x, y)]
        assert found == pytest.approx(expected, abs=1e-12)


def test_retrieval_has_a_direction(rows):
    x, y = SPACES["agent"], SPACES["reference"]
    found = retrieval_at_k(x, y)
    assert rows["agent", "reference", "retrieval@1"]["value"] == pytest.approx(found.forward)
    assert rows["reference", "agent", "retrieval@1"]["value"] == pytest.approx(found.backward)


def test_seeds_are_averaged_and_bounded_by_their_ceiling(rows):
    first, second = SPACES["seeds"]
    row, other = rows["seeds", "reference", "cka"], rows["agent", "reference", "cka"]
    values = [cka(z, SPACES["reference"]) for z in (first, second)]
    assert (row["value"], row["seeds"], row["seed_sd"]) == pytest.approx((np.mean(values), 2, np.std(values, ddof=1)))
    assert row["ceiling"] == pytest.approx(cka(first, second))
    assert np.isnan(other["ceiling"]) and np.isnan(other["seed_sd"]) and other["seeds"] == 1


def test_nulls_are_those_of_the_null_functions(rows):
    x, y = SPACES["agent"], SPACES["reference"]
    row = rows["agent", "reference", "P@15"]
    null = permutation_null(x, y, permutations=99)["P@15"]
    assert (row["excess"], row["p"], row["null_sd"]) == pytest.approx((null.excess, null.p, null.sd))
    words = relabelling_null(x, y, relabelling_group(G.factors, G.words), permutations=99)["P@15"]
    found = (row["relabel_mean"], row["relabel_excess"], row["relabel_p"], row["relabel_floor"])
    assert found == pytest.approx((words.mean, words.excess, words.p, words.floor))
    assert rows["agent", "reference", "procrustes"]["p"] == pytest.approx(1 / 20)


def test_q_counts_each_pair_once(frame, rows):
    pairs = [("agent", "reference"), ("agent", "seeds"), ("reference", "seeds")]
    p = [rows[(*pair, "P@1")]["p"] for pair in pairs]
    assert [rows[(*pair, "P@1")]["q"] for pair in pairs] == pytest.approx(benjamini_hochberg(p))
    assert rows["seeds", "agent", "P@1"]["q"] == rows["agent", "seeds", "P@1"]["q"]


def test_the_baseline_is_the_one_closest_to_b(rows):
    row = rows["agent", "reference", "P@15"]
    values = {name: precision_at_k(z, SPACES["reference"], 15) for name, z in CONTROLS.items()}
    assert row["baseline"] == max(values, key=values.get)
    assert row["gain"] == pytest.approx(row["value"] - max(values.values()))
    assert row["gain_low"] < row["gain"] < row["gain_high"]


def test_the_gain_is_paired():
    """Over a copy of itself a space gains nothing, with an interval of no width: both lose the same items."""
    x, y = SPACES["agent"], SPACES["reference"]
    found = align({"agent": x, "reference": y}, baselines={"copy": x}, table=TABLE)
    found = found.query("b == 'reference' and measure != 'retrieval@1'")
    assert found[["gain", "gain_low", "gain_high"]].abs().max().max() < 1e-12
    assert (found["high"] - found["low"]).min() > 1e-3


def test_partial_is_given_all_baselines(rows):
    x, y = SPACES["agent"], SPACES["reference"]
    given = list(CONTROLS.values())
    assert rows["agent", "reference", "cka"]["partial"] == pytest.approx(cka(x, y, given=given))
    assert rows["agent", "reference", "rsa"]["partial"] == pytest.approx(rsa(x, y, given=given))
    assert rows["agent", "reference", "rsa"]["partial_p"] == pytest.approx(0.01)
    assert np.isnan(rows["agent", "reference", "P@1"]["partial"])


def test_a_lexical_space_has_no_excess_over_relabellings(frame):
    bags = {"bag": G.words, "idf": tf_idf(G.words), "agent": SPACES["agent"]}
    found = align(bags, G.factors, G.words, table=TABLE)
    lexical = found[(found["a"] == "bag") & (found["measure"] != "retrieval@1")]
    assert lexical["relabel_excess"].abs().max() < 1e-9
    assert (lexical["relabel_p"] == 1).all()
    assert frame.query("a == 'agent' and b == 'reference' and measure == 'cka'")["relabel_p"].item() < 0.05


def test_what_is_not_asked_for_is_nan():
    table = Table(Measures(kinds=("cka",)), permutations=19, groups=4, retrieval_k=None)
    found = align({"a": SPACES["agent"], "b": SPACES["reference"]}, table=table)
    assert len(found) == 2
    columns = ["relabel_p", "baseline_value", "gain", "partial", "ceiling"]
    assert found[columns].isna().all().all()


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: align({"a": G.words}), r"1 space\(s\) given, expected at least 2"),
        (lambda: align({"a": G.words, "b": G.words[1:]}), "different numbers of items, {'a': 108, 'b': 107}"),
        (lambda: align(SPACES, baselines={"agent": G.words}), "'agent' is both a space and a baseline"),
        (lambda: align({"a": G.words, "b": G.words * np.nan}), "b holds NaN or infinity in row 0"),
        (lambda: align(SPACES, factors=G.factors, table=TABLE), "factors and words go together"),
        (lambda: Table(groups=None), "groups=None is not valid; expected a whole number from 2"),
        (lambda: Table(Measures(k_max=15), ks=(1, 20)), r"ks=\(1, 20\) go beyond k_max=15"),
    ],
)
def test_errors(call, message):
    with pytest.raises(ValueError, match=message):
        call()


def test_importing_the_room_does_not_import_torch():
    code = "import sys, lva.alignment; sys.exit('torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code]).returncode == 0
