"""Readings: each is a training that can be made, and the default is the default run's."""

from dataclasses import asdict

import pytest
import yaml

from lva.agent import AgentConfig, TrainConfig
from lva.ground import paths
from lva.studies.multiverse import OPTIONS, SETS, Reading, Study
from lva.world import Level, load_grammar

STUDY = Study(load_grammar("paper").as_dict())
EVERY = SETS["all"]()


@pytest.mark.parametrize("reading", EVERY, ids=lambda reading: f"{reading.name} {reading.seed}")
def test_every_reading_is_a_training_that_can_be_made(reading):
    made_from = STUDY.made_from(reading)
    assert isinstance(made_from["agent"], AgentConfig) and isinstance(made_from["demos"]["level"], Level)
    assert made_from["train"].snapshots and made_from["train"].seed == reading.seed


def test_the_study_is_as_large_as_it_says():
    assert len(EVERY) == len({(one.name, one.seed) for one in EVERY}) >= 40
    seen = {(option, choice) for one in EVERY for option, choice in one.choices.items()}
    assert seen == {(option, choice) for option, choices in OPTIONS.items() for choice in choices}
    named = {name: {(one.name, one.seed) for one in readings()} for name, readings in SETS.items()}
    assert named["bases"] < named["few"] < named["core"] < named["single"] < named["all"]
    assert named["bases"] < named["fresh"] < named["core"]
    assert {name: len(readings) for name, readings in named.items()} == {
        "bases": 2, "few": 10, "fresh": 16, "core": 20, "single": 57, "all": 79,
    }  # fmt: skip


def test_the_default_reading_is_the_agent_of_the_default_run():
    profile = yaml.safe_load((paths.notebooks() / "params/laptop.yaml").read_text())
    made_from = STUDY.made_from(Reading({}))
    shape = {name: profile[name] for name in ("word_init", "trunk", "trunk_weights", "width")}
    assert made_from["agent"] == AgentConfig(load_grammar("paper").as_dict(), **shape)
    learning = {name: profile[name] for name in ("batch_size", "labels", "mirror", "precision")}
    how = TrainConfig(samples=int(profile["samples"]), **learning)
    assert made_from["train"] == TrainConfig(**asdict(how) | {"snapshots": True})
    assert made_from["demos"] == {
        "n": int(profile["demonstrations"]),
        "seed": profile["seed"],
        "level": Level(distractors=profile["distractors"]),
    }


def test_a_reading_is_called_after_what_it_chooses():
    assert Reading({}).name == "default"
    assert Reading({"distractors": 0, "pooling": "last"}, 3).name == "distractors: 0, pooling: last"


@pytest.mark.parametrize(
    ("chosen", "message"),
    [
        ({"colour": "red"}, "no option 'colour'; choose from distractors"),
        ({"pooling": "max"}, "none of mean, last, query"),
    ],
)
def test_a_reading_that_cannot_be(chosen, message):
    with pytest.raises(ValueError, match=message):
        Reading(chosen)
