"""Planted spaces: what the nulls must reject, what they must not, and what fools them."""

import numpy as np
import pytest

from lva.studies.calibration import CHANCE, GIVEN, WORDS, CalibrationConfig, Planted, calibration_study, mix, unit

SMALL = CalibrationConfig(runs=8, permutations=39, shares=(0.4,))


@pytest.fixture(scope="module")
def rejected():
    table = calibration_study(SMALL)
    assert list(table) == ["null", "grammar", "what", "share", "measure", "rejected", "runs"]
    return table.set_index(["null", "what", "share", "measure"]).rejected


def test_a_large_shared_meaning_is_found_and_noise_is_not(rejected):
    for null in (WORDS, CHANCE):
        assert rejected[null, "colour and kind", 0.4, "P@15"] >= 0.75
    assert rejected[CHANCE, "noise, noise", 0, "P@15"] <= 0.4


def test_the_null_of_words_is_not_fooled_by_words_but_by_what_is_below_them(rejected):
    assert rejected[WORDS, "own meanings, TF-IDF", 0, "P@15"] <= 0.4
    assert rejected[WORDS, "sub-words on both sides", 0, "P@15"] >= 0.75
    assert rejected[CHANCE, "words, words", 0, "P@15"] == 1  # it asks about chance, not about words


def test_partial_measures_have_no_neighbourhoods(rejected):
    assert set(rejected[GIVEN].index.get_level_values("measure")) == {"cka", "rsa"}


def test_it_repeats_itself():
    config = CalibrationConfig(runs=2, permutations=19, shares=(0.1,), seed=3)
    assert calibration_study(config).equals(calibration_study(config))


def test_the_shared_part_is_the_share_of_the_variance():
    world, rng = Planted("paper", 200), np.random.default_rng(0)
    meaning, rest = world.of_meaning(("color", "kind"), rng), world.of_words(rng)
    assert (unit(meaning) ** 2).sum() / 108 == pytest.approx(1)
    x = mix(0.3, meaning, rest)
    assert ((x - np.sqrt(0.7) * rest) ** 2).sum() / (x**2).sum() == pytest.approx(0.3, abs=0.05)


def test_shares_must_be_shares():
    with pytest.raises(ValueError, match=r"shares=\(1.5,\) lie between 0 and 1"):
        CalibrationConfig(shares=(1.5,))
