"""The tasks as ordinary gymnasium environments, on MiniGrid's own classes.

`gymnasium.make("lva:LVA-GoTo-v0")` makes one; `lva.gym` lists them. They are slow, and they are the reference:
the kernels' levels and verdicts are tested against them.
"""

from __future__ import annotations

import contextlib
import io
from collections import deque
from typing import Any

import gymnasium
import numpy as np
from minigrid.core.constants import COLOR_NAMES, DIR_TO_VEC
from minigrid.core.roomgrid import reject_next_to
from minigrid.core.world_object import Door
from minigrid.envs.babyai.core.roomgrid_level import RejectSampling, RoomGridLevel
from minigrid.envs.babyai.core.verifier import ObjDesc

from lva.world.kernels.building import MAX_PLACES, SLACK
from lva.world.kernels.codes import object_of
from lva.world.language import Grammar, Instruction, grammar_from_dict, load_grammar
from lva.world.levels import Level, LevelError
from lva.world.minigrid.bridge import write_minigrid
from lva.world.minigrid.verifiers import EscapeFromInstr
from lva.world.tasks import RECORD_OF, TASKS, Task
from lva.world.world import World, goal_code

MAX_DRAWS = 1000  # rooms drawn for one reset before the level is called impossible


class OneRoomEnv(RoomGridLevel):
    """A `Level` with one instruction of a grammar, drawn evenly at every reset.

    `reset(options={"instruction": text})` asks for one of them; with `"cells"` and `"pose"` beside it, both as
    lists, the room is set up as they say, and `"max_steps"` is the episode's limit.
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
            raise LevelError(f"no room that will do in {MAX_DRAWS} draws: {self.level} is too crowded; raise its size")
        if "cells" in self._options:
            write_minigrid(self, np.array(self._options["cells"], np.uint8), self._options["pose"])
        else:
            self._draw_room()
        self.instrs = self._task.load_instruction_class()(ObjDesc(self.instruction.kind, self.instruction.color))
        self.instrs.surface = lambda env: self.instruction.text
        if isinstance(self.instrs, EscapeFromInstr):
            self.instrs.far = self.level.far
        self.max_steps = self._options.get("max_steps") or self._step_limit()

    def _draw_room(self) -> None:
        self.place_agent()
        target = object_of(goal_code(self.instruction))
        near_target = self.level.start == "near" and self._task.ending == "away"
        self._add_doors(target)
        if target.type != "door":
            room = self.get_room(0, 0)
            room.objs.append(target)
            reject = self._reject_beyond_near if near_target else self._reject
            self.place_obj(target, room.top, room.size, reject_fn=reject, max_tries=MAX_PLACES)
        self.add_distractors(0, 0, num_distractors=self.level.distractors)
        things = [(x, y) for x, y, obj in self._cells() if obj is not None and obj.type != "wall"]
        if self.level.start == "even" and not self._tells_no_task(things):
            raise RejectSampling("the room does not suit every task")
        self.check_objs_reachable()
        if near_target and (self._distance(target.cur_pos) > self.level.near or not self._can_flee(target.cur_pos)):
            raise RejectSampling("no reachable cell is far enough")

    def place_in_room(self, i: int, j: int, obj) -> tuple[Any, tuple[int, int]]:
        """As MiniGrid places distractors, with the distance that the level asks for."""
        room = self.get_room(i, j)
        position = self.place_obj(obj, room.top, room.size, reject_fn=self._reject, max_tries=MAX_PLACES)
        room.objs.append(obj)
        return obj, position

    def _add_doors(self, target) -> None:
        colors = list(COLOR_NAMES)
        self.np_random.shuffle(colors)
        if target.type == "door":
            colors = [target.color, *(color for color in colors if color != target.color)]
        for color in colors[: self.level.doors]:
            door = target if target.type == "door" and color == target.color else Door(color, is_locked=True)
            self.put_obj(door, *self._place_in_wall())

    def _place_in_wall(self) -> tuple[int, int]:
        for _ in range(MAX_PLACES):
            side, along = self._rand_int(0, 4), self._rand_int(1, self.width - 1)
            place = [(along, 0), (along, self.height - 1), (0, along), (self.width - 1, along)][side]
            suits = self.level.start == "near" or 2 <= self._distance(place) < self.level.far
            if suits and self.grid.get(*place).type == "wall":
                return place
        raise RejectSampling("no place in the walls for a door")

    def _reject(self, env, position) -> bool:
        too_far = self.level.start == "even" and self._distance(position) >= self.level.far
        return too_far or reject_next_to(env, position)

    def _reject_beyond_near(self, env, position) -> bool:
        return self._distance(position) > self.level.near

    def _tells_no_task(self, things: list[tuple[int, int]]) -> bool:
        """The rule of `Level(start="even")`, spelled out; `kernels.building` has the fast one."""
        far, inner = self.level.far, range(1, self.width - 1)
        if not all(2 <= self._distance(thing) < far for thing in things):
            return False
        away = [sum(steps_between((x, y), thing) >= far for thing in things) for x in inner for y in inner]
        return max(away) <= max(1, len(things) // 2) and all(map(self._can_flee, things))

    def _cells(self):
        return ((x, y, self.grid.get(x, y)) for y in range(self.height) for x in range(self.width))

    def _distance(self, position) -> int:
        return steps_between(position, self.agent_pos)

    def _can_flee(self, place) -> bool:
        return self._shortest_escape(place) is not None

    def _shortest_escape(self, place) -> int | None:
        """Actions until the agent is far enough from a place, breadth first over positions and headings."""
        start = (*map(int, self.agent_pos), int(self.agent_dir))
        steps, queue = {start: 0}, deque([start])
        while queue:
            x, y, heading = pose = queue.popleft()
            if steps_between((x, y), place) >= self.level.far:
                return steps[pose]
            dx, dy = DIR_TO_VEC[heading]
            ahead = (int(x + dx), int(y + dy), heading)
            turned = [(x, y, (heading + 1) % 4), (x, y, (heading + 3) % 4)]
            for after in [*turned, ahead] if self.grid.get(*ahead[:2]) is None else turned:
                if after not in steps:
                    steps[after] = steps[pose] + 1
                    queue.append(after)
        return None

    def _step_limit(self) -> int:
        """How many steps the episode may take, see `Level.patience`."""
        level = self.level
        if self._task.ending != "away" or not level.patience:
            return level.max_steps
        self.instrs.reset_verifier(self)
        shortest = self._shortest_escape(self.instrs.desc.obj_poss[0])
        return level.max_steps if shortest is None else min(level.max_steps, int(level.patience * shortest) + SLACK)

    @property
    def _task(self) -> Task:
        return RECORD_OF[self.instruction.task]


def steps_between(cell, other) -> int:
    """Manhattan distance."""
    return abs(int(cell[0]) - int(other[0])) + abs(int(cell[1]) - int(other[1]))


def reset_options(world: World, i: int) -> dict[str, Any]:
    """The options that make an environment start as world i stands, hands empty."""
    return {
        "instruction": world.instructions[i].text,
        "cells": world.cells[i].tolist(),
        "pose": world.pose[i].tolist(),
        "max_steps": int(world.max_steps[i]),
    }
