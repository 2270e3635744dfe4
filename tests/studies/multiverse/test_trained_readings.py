"""Readings trained and tried: what is measured, and that nothing is done twice."""

from dataclasses import replace

import pandas as pd
import pytest

from lva.agent import train
from lva.spaces import item_table
from lva.studies.multiverse import Reading, Study, box_table, success_course, training
from lva.studies.multiverse.box import able_agents, agents_of, reading_table, success_table
from lva.studies.multiverse.training import train_readings
from lva.world import Level, load_grammar, make_demos

GRAMMAR = load_grammar("paper")
STUDY = Study(GRAMMAR.as_dict(), demonstrations=540, samples=1_920, batch_size=64, width=8, episodes=1)
READINGS = [Reading({}), Reading({"distractors": 0}, 1)]


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("readings")


@pytest.fixture(scope="module")
def tried(folder):
    return train_readings(READINGS, STUDY, folder, workers=1)


def test_success_is_measured_at_every_snapshot_and_at_the_end_in_more_ways(tried):
    for one in tried:
        table, last = one.success, STUDY.samples
        assert set(table.samples) == set(one.run.snapshots) and table.success.between(0, 1).all()
        assert set(table.policy[table.samples < last]) == {"sampled"}
        assert set(table.policy[table.samples == last]) == {"sampled", "greedy", "floor"}
        assert set(table.rooms) == {"own", "crowded"} and set(table.task) == set(GRAMMAR.phrases)


def test_rooms_that_are_crowded_already_are_tried_once(tried):
    same, other = (one.success.pivot_table("success", ["samples", "policy", "task"], "rooms") for one in tried)
    assert (same.own == same.crowded).all() and (other.own != other.crowded).any()


def test_success_does_not_depend_on_what_was_tried_before(tried):
    again = success_course(tried[1].run, Level(distractors=0), 1, episodes=1)
    pd.testing.assert_frame_equal(again, tried[1].success, check_dtype=False)


def test_what_is_finished_is_not_done_again(tried, folder, monkeypatch):
    def never(*_):
        raise AssertionError("trained again")

    monkeypatch.setattr(training, "_train_and_try", never)
    again = train_readings(READINGS, STUDY, folder, workers=1)
    assert [one.reading for one in again] == READINGS
    with pytest.raises(AssertionError, match="trained again"):
        train_readings(READINGS, replace(STUDY, episodes=2), folder, workers=1)


def test_a_reading_that_is_trained_already_is_tried_alone(folder, tried, tmp_path, monkeypatch):
    made_from = STUDY.made_from(READINGS[1])
    demos = make_demos(made_from["agent"].language, **made_from["demos"], progress=False)
    other = made_from["train"].seed + 1
    places = [tmp_path / str(seed) for seed in (other, made_from["train"].seed)]
    for place, seed in zip(places, (other, made_from["train"].seed)):
        train(demos, made_from["agent"], replace(made_from["train"], seed=seed), place, progress=False)

    def never(*_, **__):
        raise AssertionError("trained again")

    monkeypatch.setattr(training, "train", never)
    (again,) = train_readings(READINGS[1:], STUDY, tmp_path / "readings", places, workers=1)
    assert again.run.folder == places[1]
    pd.testing.assert_frame_equal(again.success, tried[1].success)


def test_an_empty_study_is_refused(tmp_path):
    with pytest.raises(ValueError, match="no readings to train"):
        train_readings([], STUDY, tmp_path)


def test_the_box_says_of_every_moment_what_the_agent_can_do_and_what_it_is_like(tried):
    items = item_table(GRAMMAR)
    own = tried[1].run.traces[STUDY.samples].double().numpy()
    box = box_table(tried, {"itself": own}, items)
    last = box[(box.reading == "distractors: 0") & (box.samples == STUDY.samples)]
    assert last.value.min() > 0.9  # but for ties
    assert box.success_own.isna().equals(box.samples == 0)
    sampled = tried[1].success[tried[1].success.policy == "sampled"]
    at = sampled[(sampled.rooms == "crowded") & (sampled.samples == STUDY.samples)]
    assert (last.success_crowded == at.success.min()).all()
    assert box[["task", "phrase", "object"]].sum(axis=1).le(1.001).all()


def test_able_agents_are_those_whose_worst_task_succeeds_often_enough(tried):
    assert set(able_agents(tried, 0)) == {("default", 0, STUDY.samples), ("distractors: 0", 1, STUDY.samples)}
    assert able_agents(tried, 1.01) == {}
    assert len(agents_of(tried)) == sum(len(one.run.traces) for one in tried)


def test_tables_name_every_reading_and_every_option(tried):
    readings = reading_table(tried)
    chosen = readings[readings.option == "distractors"].set_index("reading").choice
    assert chosen.to_dict() == {"default": "4", "distractors: 0": "0"}
    assert list(success_table(tried)) == ["reading", "seed", "samples", "rooms", "policy", "task", "success"]
