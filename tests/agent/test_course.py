"""Success along a training: which instructions are tried, at which moments, and by how many processes."""

from collections import Counter
from dataclasses import replace

import pandas as pd
import pytest

from lva.agent import AgentConfig, TrainConfig, evaluate, success_along, success_courses, train
from lva.agent.course import balanced_third, trial_rooms
from lva.world import Level, load_grammar, make_demos

GRAMMAR = load_grammar("paper")
TRAINING = TrainConfig(samples=1_920, batch_size=64, traces=4, snapshots=True)


@pytest.fixture(scope="module")
def runs(tmp_path_factory):
    demos, folder = make_demos(GRAMMAR, 540, progress=False), tmp_path_factory.mktemp("agents")
    return {
        seed: train(demos, AgentConfig(width=8, blocks=1), replace(TRAINING, seed=seed), folder / str(seed), False)
        for seed in (3, 5)
    }


def test_a_balanced_third_has_every_phrase_colour_and_kind_equally_often():
    third = balanced_third(GRAMMAR)
    assert len(third) == 36
    for part in ("task", "phrase", "color", "kind"):
        assert len(set(Counter(getattr(one, part) for one in third).values())) == 1


def test_every_kept_moment_is_tried_in_rooms_that_evaluation_does_not_use(runs):
    rooms, others = trial_rooms(GRAMMAR, Level(), seed=0, episodes=3), evaluate(runs[3].agent, 3).world
    assert not {cells.tobytes() for cells in rooms.cells} & {cells.tobytes() for cells in others.cells}
    course = success_along(runs[3], rooms)
    assert set(course.samples) == set(runs[3].snapshots) and set(course.task) == set(GRAMMAR.phrases)
    assert course.success.between(0, 1).all() and course.success.nunique() > 1


def test_courses_are_the_same_with_one_process_and_with_two(runs):
    one, two = (success_courses(runs, Level(), episodes=1, workers=workers) for workers in (1, 2))
    pd.testing.assert_frame_equal(one, two)
    assert one.seed.unique().tolist() == [3, 5]
    alone = success_along(runs[5], trial_rooms(GRAMMAR, Level(), 0, 1))
    pd.testing.assert_frame_equal(one[one.seed == 5].drop(columns="seed").reset_index(drop=True), alone)
