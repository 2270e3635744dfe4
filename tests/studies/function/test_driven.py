"""Agents driven by every source: which there are, what the controls keep, and that nothing is done twice."""

import numpy as np
import pandas as pd
import pytest

from lva.spaces import bag_of_words
from lva.studies.function import PLANS, Design, Plan, drive_agents, function_table, sources_of, trained_seeds
from lva.studies.function import driven as module
from lva.studies.function.folds import held_out
from lva.studies.function.sources import CONSTANT, NOISE, OTHER_SEED, PERMUTED, RELABELLED, SAME

DESIGN = Design(episodes=1, steps=3, anchors=(9, 36))
RIDGE = Plan("phrase", "ridge")


@pytest.fixture(scope="module")
def sources(subjects):
    return {(source.name, source.control): source.vectors for source in sources_of(subjects, 0)}


def test_each_trained_reference_has_its_controls_and_the_ends_are_there(sources):
    assert {name for name, control in sources if control == PERMUTED} == {"mine"}
    assert {name for name, control in sources if control == RELABELLED} == {"mine"}
    assert {(name, "") for name in ("mine untrained", "bag of words", SAME, OTHER_SEED, CONSTANT, NOISE)} <= set(
        sources
    )
    assert "instruction length" not in {name for name, _ in sources}


def test_shuffled_meanings_keep_which_words_are_shared(subjects, sources):
    """The renaming is one of items, so that the words of two items overlap as those of their images do."""
    x, renamed = sources["mine", ""], sources["mine", RELABELLED]
    order = np.array([np.flatnonzero((x == row).all(1))[0] for row in renamed])
    K = bag_of_words(subjects.items.text) @ bag_of_words(subjects.items.text).T
    np.testing.assert_array_equal(K, K[np.ix_(order, order)])
    assert (order != np.arange(len(order))).mean() >= 0.5


def test_noise_has_the_spectrum_of_the_agent_and_none_of_its_meaning(subjects, sources):
    own, noise = np.asarray(subjects.agent.draws[0], float), sources[NOISE, ""]
    spectra = [np.linalg.svd(x - x.mean(0), compute_uv=False)[:8] for x in (own, noise)]
    np.testing.assert_allclose(*spectra, rtol=1e-6)


def test_another_seed_drives_another_agent(subjects, sources):
    np.testing.assert_array_equal(sources[OTHER_SEED, ""], subjects.agent.draws[1])
    swapped = {source.name: source.vectors for source in sources_of(subjects, 1)}
    np.testing.assert_array_equal(swapped[OTHER_SEED], subjects.agent.draws[0])


def test_controls_are_no_seeds_of_the_agent(subjects):
    assert [folder.name for folder in trained_seeds(subjects)] == ["seed-0", "seed-1"]


def test_the_agents_own_map_is_exact_and_its_mean_has_not_seen_the_fold(subjects):
    own = np.asarray(subjects.agent.draws[0], float)
    by_name = {source.name: source for source in sources_of(subjects, 0) if not source.control}
    folds = held_out(subjects.items, "color")
    np.testing.assert_array_equal(module.predictions(by_name[SAME], own, RIDGE, folds), own)
    told = module.predictions(by_name[CONSTANT], own, RIDGE, folds)
    for mask in folds.values():
        np.testing.assert_allclose(told[mask], np.broadcast_to(own[~mask].mean(0), told[mask].shape))


def test_every_plan_drives_and_is_not_done_again(subjects, tmp_path, monkeypatch):
    monkeypatch.setenv("LVA_CORES", "1")
    plans = (RIDGE, Plan("anchors", "ridge"), Plan("color", "relative"), Plan("items", "orthogonal"))
    assert set(plans) <= set(PLANS["all"])
    table = drive_agents(subjects, DESIGN, tmp_path, 1, plans)
    assert set(table.scheme) == {"phrase", "anchors", "color", "items"} and set(table.seed) == {0}
    assert set(table.level[table.scheme == "anchors"]) == {"9 anchors", "36 anchors"}
    assert set(table[table.mapping == "relative"].control) == {""}
    episodes = table[table.source == SAME].groupby(["scheme", "level"]).episodes.sum()
    assert (episodes["phrase"] == 18).all() and episodes["anchors"].to_dict() == {"9 anchors": 99, "36 anchors": 72}
    assert table[table.source == SAME].divergence.max() == pytest.approx(0, abs=1e-5)
    assert table[table.source == SAME].variance.min() == 1
    summary = function_table(table)
    assert set(summary.scheme) == {"phrase", "9 anchors", "36 anchors", "color", "items"}

    monkeypatch.setattr(module, "load_agent", None)
    pd.testing.assert_frame_equal(drive_agents(subjects, DESIGN, tmp_path, 1, plans), table)


@pytest.mark.parametrize(
    ("values", "message"), [({"episodes": 0}, "episodes=0"), ({"anchors": (1,)}, "anchors"), ({"steps": 1.5}, "steps")]
)
def test_a_design_that_cannot_be_is_refused(values, message):
    with pytest.raises(ValueError, match=message):
        Design(**values)
