"""The records of the tasks."""

from dataclasses import replace

import pytest

from lva.world import TASKS
from lva.world.kernels.dynamics import ENDINGS
from lva.world.kernels.planning import SEARCHES
from lva.world.tasks import RECORD_OF, RECORDS, task_numbers, task_table


def test_every_record_is_complete_and_unlike_the_others():
    assert [task.name for task in RECORDS] == list(TASKS) == list(RECORD_OF)
    assert sorted(task.number for task in RECORDS) == list(range(1, len(RECORDS) + 1))
    for field in ("name", "environment", "color", "marker"):
        assert len({getattr(task, field) for task in RECORDS}) == len(RECORDS)
    for task in RECORDS:
        assert task.ending in ENDINGS and task.search in SEARCHES and task.outcome
        assert task.load_instruction_class().__name__.endswith("Instr")


def test_tables_go_by_number():
    assert task_numbers(["escape-from", "go-to"]).tolist() == [3, 1]
    assert task_table("ending", {"faced": 7, "taken": 8, "away": 9}).tolist() == [-1, 7, 8, 9]
    with pytest.raises(KeyError, match="away"):
        task_table("ending", {"faced": 7, "taken": 8})


def test_babyai_has_two_of_them():
    assert [task.name for task in RECORDS if task.in_babyai] == ["go-to", "pick-up"]
    assert not replace(RECORDS[0], instruction_class="elsewhere:Instr").in_babyai
