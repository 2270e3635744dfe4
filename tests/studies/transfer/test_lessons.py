"""What is taught and what is left out."""

import numpy as np
import pytest

from lva.spaces import item_table
from lva.studies.transfer import AXES, COURSES, Course, Lesson, folds_of
from lva.studies.transfer.lessons import demonstrate, level_of
from lva.world import Level, load_grammar

GRAMMAR = load_grammar("natural")
ITEMS = item_table(GRAMMAR)


@pytest.mark.parametrize("axis", AXES)
def test_each_instruction_is_held_out_in_one_fold(axis):
    folds = folds_of(ITEMS, axis)
    assert len(folds) > 1 and (np.sum(folds, axis=0) == 1).all()
    for out in folds:
        assert set(ITEMS.task[out]) == set(ITEMS.task[~out]) == set(GRAMMAR.phrases)
        assert not set(level_of(ITEMS, axis)[out]) & set(level_of(ITEMS, axis)[~out])


def test_a_fold_of_phrases_leaves_a_synonym_of_every_task():
    first, second = folds_of(ITEMS, "phrase")
    assert set(ITEMS.phrase[first]) == {"go to", "pick up", "escape from"}
    assert set(ITEMS.phrase[second]) == {"reach", "grab", "avoid"}


def test_a_grammar_with_one_phrase_a_task_or_one_kind_has_no_such_fold():
    few = ITEMS[ITEMS.phrase.isin(["reach", "grab"]) & (ITEMS.kind == "ball")].reset_index(drop=True)
    assert folds_of(few, "phrase") == folds_of(few, "kind") == []
    with pytest.raises(ValueError, match="choose one of phrase, color"):
        folds_of(ITEMS, "taste")


@pytest.mark.parametrize("shots", [0, 2])
def test_what_is_held_out_is_shown_no_more_than_said(shots):
    out = folds_of(ITEMS, "color")[0]
    demos = demonstrate(Lesson("any", 1_080, "color", 0, shots), out, GRAMMAR, Level(), 0)
    counts = np.bincount(demos.instruction, minlength=len(ITEMS))
    assert (counts[out] == shots).all() and (counts[~out] == 10).all()


def test_a_course_has_a_lesson_for_each_language_number_fold_and_seed():
    course = Course((100, 200), ("color", "phrase"), 2, (0, 1), 50)
    lessons = course.lessons(["a", "b"], [0, 1], {"color": 3, "phrase": 1})
    assert len(lessons) == len(set(lessons)) == 2 * 2 * (2 + (2 + 1) * 2)
    assert sum(lesson.axis == "" for lesson in lessons) == 8
    assert max(lesson.fold for lesson in lessons if lesson.axis == "phrase") == 0
    assert COURSES["all"].folds >= 6


def test_a_question_may_be_decided_with_every_fold_and_seed_and_the_others_seen_once():
    course = Course((100,), ("color", "phrase"), 1, (0,), 50, decided=("phrase",))
    lessons = course.lessons(["a"], [0, 1, 2], {"color": 3, "phrase": 2})
    counts = {axis: sum(lesson.axis == axis for lesson in lessons) for axis in ("", "color", "phrase")}
    assert counts == {"": 1, "color": 1, "phrase": 6}
