"""The tasks: one record each, and all that is particular to a task is read from it.

To add a task, add a record to `RECORDS`. If none of the endings is the new task's, write its verdict in `succeeds`
of `kernels/dynamics.py` and name it in `ENDINGS` there. The name of its gymnasium environment goes into `lva.gym` as
well. Nothing else names a task: grammars, the expert, texts and figures follow the records.

This module is light: it imports neither MiniGrid nor numba.
"""

from __future__ import annotations

import pkgutil
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Task:
    """Everything that is particular to a task."""

    name: str  # as grammars and tables write it
    number: int  # as the kernels know it, from 1 up; 0 is no task
    ending: str  # what ends it, one of `kernels.dynamics.ENDINGS`
    search: str  # where the expert's path ends, one of `kernels.planning.SEARCHES`
    last_action: str | None  # what the expert does there; None: to be there is enough
    outcome: tuple[str, ...]  # ways of telling that it is done, see `telling.wording`
    instruction_class: str  # of MiniGrid, as module:name, loaded when first needed
    environment: str  # the gymnasium environment that sets this task alone
    color: str  # in figures; of seaborn's palette `colorblind`
    marker: str  # in figures, as matplotlib names it, so that colour never stands alone

    @property
    def in_babyai(self) -> bool:
        """Whether BabyAI has this task, so that its bot knows it."""
        return self.instruction_class.startswith("minigrid.")

    def load_instruction_class(self) -> type:
        """MiniGrid's class of its instructions."""
        return pkgutil.resolve_name(self.instruction_class)


RECORDS = (
    Task(
        name="go-to",
        number=1,
        ending="faced",
        search="face",
        last_action=None,
        outcome=(
            "{target} is right ahead",
            "{target} is directly ahead",
            "{target} is one {unit} ahead",
            "{who} face {target}",
            "{who} stand before {target}",
        ),
        instruction_class="minigrid.envs.babyai.core.verifier:GoToInstr",
        environment="LVA-GoTo-v0",
        color="#0173b2",
        marker="o",
    ),
    Task(
        name="pick-up",
        number=2,
        ending="taken",
        search="face",
        last_action="pickup",
        outcome=("{target} is in hand", "{who} hold {target}", "{who} have {target}", "{who} carry {target}"),
        instruction_class="minigrid.envs.babyai.core.verifier:PickupInstr",
        environment="LVA-PickUp-v0",
        color="#de8f05",
        marker="s",
    ),
    Task(
        name="escape-from",
        number=3,
        ending="away",
        search="flee",
        last_action=None,
        outcome=(
            "{target} is far away",
            "{target} is far off",
            "{target} is distant",
            "{target} is many {units} away",
            "{target} is a long way off",
        ),
        instruction_class="lva.world.minigrid.verifiers:EscapeFromInstr",
        environment="LVA-EscapeFrom-v0",
        color="#029e73",
        marker="^",
    ),
)
TASKS = tuple(task.name for task in RECORDS)
RECORD_OF = {task.name: task for task in RECORDS}


def task_numbers(names: Iterable[str]) -> np.ndarray:
    """The kernels' numbers of tasks: (n,) uint8."""
    return np.array([RECORD_OF[name].number for name in names], np.uint8)


def task_table(field: str, values: Mapping[str | None, int]) -> np.ndarray:
    """What `values` says of a field of every task, at the place of the task's number; -1 where there is no task."""
    table = np.full(1 + max(task.number for task in RECORDS), -1, np.int64)
    for task in RECORDS:
        table[task.number] = values[getattr(task, field)]
    return table
