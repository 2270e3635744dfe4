"""The records of the tasks, and what follows from a new one."""

import subprocess
import sys
from dataclasses import replace

import pytest

from lva.gym import ENVIRONMENTS
from lva.world import TASKS
from lva.world.kernels.dynamics import ENDINGS
from lva.world.kernels.planning import SEARCHES
from lva.world.tasks import RECORD_OF, RECORDS, task_numbers, task_table

NEW_TASK = """
import sys
from dataclasses import replace
from importlib import util
from lva.ground import paths
spec = util.spec_from_file_location("lva.world.tasks", paths.project() / "lib/lva/world/tasks.py")
tasks = sys.modules["lva.world.tasks"] = util.module_from_spec(spec)  # before the rest of the world reads it
spec.loader.exec_module(tasks)
fetch = replace(tasks.RECORD_OF["pick-up"], name="fetch", number=4, environment="LVA-Fetch-v0", outcome=("got it",))
tasks.RECORDS += (fetch,)
tasks.TASKS += ("fetch",)
tasks.RECORD_OF["fetch"] = fetch

from lva.figures.style import TASK_COLORS
from lva.world import OneRoomEnv, World, plan
from lva.world.language import grammar_from_dict
from lva.world.rollouts import random_policy, rollout, success_table
from lva.world.telling.corpus import write_corpus

words = {"phrases": {"fetch": ["bring me"]}, "colors": ["red", "blue"], "kinds": ["ball"]}
grammar = grammar_from_dict(words)
world = World.reset(grammar.instructions * 20, 0)
assert plan(world).success.all() and plan(world, "sighted").success.all()
assert success_table(world, plan(world)).task.tolist() == ["fetch"]
assert any("got it" in text for text in write_corpus(grammar, 20))
env = OneRoomEnv(("fetch",), words)
env.reset(seed=0)
assert World.from_minigrid([env]).task[0] == 2  # an environment asks what BabyAI's class says: PICK-UP
assert TASK_COLORS["fetch"] == TASK_COLORS["pick-up"]
"""


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


def test_a_new_task_is_one_more_record():
    """Language, expert, tables, texts, environments and figures know it without another edit."""
    assert subprocess.run([sys.executable, "-c", NEW_TASK], check=False, timeout=600).returncode == 0


def test_every_task_has_its_environment_and_all_share_one():
    """gymnasium needs the names before the records may be loaded, so they are written twice."""
    assert {record.environment: (record.name,) for record in RECORDS} | {"LVA-Mixed-v0": TASKS} == ENVIRONMENTS
