"""The floor of ESCAPE-FROM: what is reached without the instruction."""

import numpy as np
import pytest

from lva.world import Level, World, escape_floor, load_grammar, plan, uninformed_success
from lva.world.language import grammar_from_dict

ESCAPES = [i for i in load_grammar("paper").instructions if i.task == "escape-from"]


def floors(level=None, rooms=1500):
    world = World.reset((ESCAPES * (rooms // len(ESCAPES) + 1))[:rooms], 0, level)
    return world, uninformed_success(world).set_index("policy").success


def test_who_knows_the_target_always_escapes_and_who_does_not_fails_about_every_second_time():
    world, success = floors()
    tours = success.index.str.startswith("tour")
    assert plan(world).success.all() and tours.sum() == 2
    assert success[~tours].max() < 0.56 and success[tours].max() < 0.96
    _, hurried = floors(Level(patience=1.25))
    assert hurried.drop(success.index[tours]).max() < 0.52 and hurried.max() < 0.56


def test_the_old_construction_hardly_needs_the_instruction():
    _, success = floors(Level(start="near"))
    assert success["flee the nearest object"] > 0.85 and success.max() > 0.95


def test_with_a_single_object_there_is_nothing_to_know():
    world, success = floors(Level(distractors=0))
    assert success["flee the nearest object"] == success["flee any object"] == escape_floor(world) == 1


def test_a_walk_of_one_leg_by_hand():
    """One ball in the upper left corner, the agent to its right: the way out is the opposite corner."""
    cells = np.ones((1, 8, 8), np.uint8)
    cells[:, [0, -1]] = cells[:, :, [0, -1]] = 2 | 5 << 4
    cells[0, 1, 1] = 6
    world = World.at_start(
        cells, np.array([[3, 1, 0]], np.uint8), np.array([9], np.int16), np.array([3], np.uint8), Level()
    )
    assert world.max_steps[0] == 8 * 5 + 2  # right, right, right; then turn and one down
    assert (uninformed_success(world).set_index("policy").success.drop("random moves") == 1).sum() >= 3


def test_other_tasks_have_no_such_floor():
    grammar = grammar_from_dict({"phrases": {"go-to": ["go to"]}, "colors": ["red"], "kinds": ["ball"]})
    world = World.reset(grammar.instructions, 0)
    assert np.isnan(escape_floor(world))
    with pytest.raises(ValueError, match="no world sets ESCAPE-FROM"):
        uninformed_success(world)
