"""The tasks as ordinary gymnasium environments, on MiniGrid's own classes.

`gymnasium.make("lva:LVA-GoTo-v0")` makes one; `lva.gym` lists them. They are slow, and they are the reference:
the kernels' levels and verdicts are tested against them.
"""

from __future__ import annotations

import contextlib
import io
from typing import Any

import gymnasium
import numpy as np
from minigrid.core.constants import COLOR_NAMES
from minigrid.core.roomgrid import reject_next_to
from minigrid.core.world_object import Door
from minigrid.envs.babyai.core.roomgrid_level import RejectSampling, RoomGridLevel
from minigrid.envs.babyai.core.verifier import ObjDesc

from lva.world.kernels.codes import object_of
from lva.world.language import Grammar, Instruction, grammar_from_dict, load_grammar
from lva.world.levels import Level, LevelError
from lva.world.minigrid.bridge import write_minigrid
from lva.world.minigrid.verifiers import EscapeFromInstr
from lva.world.tasks import RECORD_OF, TASKS, Task
from lva.world.world import World, goal_code

MAX_DRAWS = 200  # rooms drawn for one reset before the level is called impossible


class OneRoomEnv(RoomGridLevel):
    """A `Level` with one instruction of a grammar, drawn evenly at every reset.

    `reset(options={"instruction": text})` asks for one of them; with `"cells"` and `"pose"` beside it, both as
    lists, the room is set up as they say.
    """

    def __init__(
        self,
        tasks: tuple[str, ...] = TASKS,
        grammar: str | dict | Grammar = "paper",
        level: Level | dict | None = None,
        **kwargs: Any,
    ):
        if isinstance(grammar, dict):
            grammar = grammar_from_dict(grammar)
        self.grammar = load_grammar(grammar) if isinstance(grammar, str) else grammar
        self.level = Level(**level) if isinstance(level, dict) else level or Level()
        self.choices = tuple(i for i in self.grammar.instructions if i.task in tasks)
        if not self.choices:
            raise ValueError(f"grammar {self.grammar.name!r} has none of the tasks {', '.join(tasks)}")
        self.level.check(tasks, self.grammar.kinds)
        self.instruction: Instruction = self.choices[0]
        self._options: dict[str, Any] = {}
        self._draws = 0
        super().__init__(room_size=self.level.size, num_rows=1, num_cols=1, max_steps=self.level.max_steps, **kwargs)

    def reset(self, *, seed: int | None = None, options: dict[str, Any] | None = None):
        """Draw a level, or set up the one that `options` describes."""
        gymnasium.Env.reset(self, seed=seed)
        self._options, self._draws = options or {}, 0
        asked = self._options.get("instruction")
        # Drawn once, before any room is: rooms are drawn again where one cannot be solved.
        self.instruction = self.grammar.instruction(asked) if asked else self._rand_elem(self.choices)
        with contextlib.redirect_stdout(io.StringIO()):  # MiniGrid prints the levels it rejects
            return super().reset()

    def gen_mission(self) -> None:
        """Draw the room by BabyAI's rules; a level that cannot be solved is rejected and drawn again."""
        self._draws += 1
        if self._draws > MAX_DRAWS:
            raise LevelError(f"no solvable level in {MAX_DRAWS} draws: {self.level} is too crowded; raise its size")
        if "cells" in self._options:
            write_minigrid(self, np.array(self._options["cells"], np.uint8), self._options["pose"])
        else:
            self._draw_room()
        self.instrs = self._task.load_instruction_class()(ObjDesc(self.instruction.kind, self.instruction.color))
        self.instrs.surface = lambda env: self.instruction.text
        if isinstance(self.instrs, EscapeFromInstr):
            self.instrs.far = self.level.far

    def _draw_room(self) -> None:
        self.place_agent()
        target = object_of(goal_code(self.instruction))
        escaping = self._task.ending == "away"
        self._add_doors(target)
        if target.type != "door":
            room = self.get_room(0, 0)
            room.objs.append(target)
            far_off = self._reject_beyond_near if escaping else reject_next_to
            self.place_obj(target, room.top, room.size, reject_fn=far_off, max_tries=1000)
        self.add_distractors(0, 0, num_distractors=self.level.distractors)
        self.check_objs_reachable()
        if escaping and not self._escape_is_possible(target):
            raise RejectSampling("no reachable cell is far enough")

    def _add_doors(self, target) -> None:
        colors = list(COLOR_NAMES)
        self.np_random.shuffle(colors)
        if target.type == "door":
            colors = [target.color, *(color for color in colors if color != target.color)]
        for color in colors[: self.level.doors]:
            door = target if target.type == "door" and color == target.color else Door(color, is_locked=True)
            side, along = self._rand_int(0, 4), self._rand_int(1, self.width - 1)
            x, y = [(along, 0), (along, self.height - 1), (0, along), (self.width - 1, along)][side]
            if self.grid.get(x, y).type == "door":
                raise RejectSampling("two doors in one place")
            self.put_obj(door, x, y)

    def _reject_beyond_near(self, env, position) -> bool:
        return self._distance(position) > self.level.near

    def _distance(self, position) -> int:
        return int(np.abs(np.subtract(position, self.agent_pos)).sum())

    def _escape_is_possible(self, target) -> bool:
        tx, ty = target.cur_pos
        reached, stack = set(), [tuple(int(v) for v in self.agent_pos)]
        while stack:
            x, y = stack.pop()
            if (x, y) not in reached and self.grid.get(x, y) is None:
                reached.add((x, y))
                stack += [(x + 1, y), (x - 1, y), (x, y + 1), (x, y - 1)]
        farthest = max(abs(x - tx) + abs(y - ty) for x, y in reached)
        return farthest >= self.level.far and self._distance(target.cur_pos) <= self.level.near

    @property
    def _task(self) -> Task:
        return RECORD_OF[self.instruction.task]


def reset_options(world: World, i: int) -> dict[str, Any]:
    """The options that make an environment start as world i stands, hands empty."""
    return {
        "instruction": world.instructions[i].text,
        "cells": world.cells[i].tolist(),
        "pose": world.pose[i].tolist(),
    }
