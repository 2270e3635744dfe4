"""To and from MiniGrid: its environments as arrays, and a state of ours put into one of its environments."""

from __future__ import annotations

from collections.abc import Sequence

import gymnasium
import numpy as np
from minigrid.core.world_object import WorldObj
from minigrid.minigrid_env import MiniGridEnv

from lva.world.kernels.codes import BOX, code_of, object_of
from lva.world.kernels.dynamics import GONE, NO_TASK
from lva.world.tasks import RECORDS


def read_minigrid(envs: Sequence[gymnasium.Env]) -> dict[str, np.ndarray]:
    """Read the present states of n environments of one size into the arrays of a `World`."""
    envs = [env.unwrapped for env in envs]
    sizes = {(env.grid.height, env.grid.width) for env in envs}
    if len(sizes) != 1:
        raise ValueError(f"the environments have grids of {sorted(sizes)} cells; a World holds worlds of one size")
    if any(env.agent_view_size != 7 or env.see_through_walls for env in envs):
        raise ValueError("a World sees 7 x 7 cells and not through walls; an environment was made to see otherwise")
    grids = [[_cell(obj) for obj in env.grid.grid] for env in envs]
    cells, inside = np.array(grids, np.uint8).reshape(len(envs), *sizes.pop(), 2).transpose(3, 0, 1, 2)
    goals = [_goal(env) for env in envs]
    return {
        "cells": np.ascontiguousarray(cells),
        "inside": np.ascontiguousarray(inside),
        "pose": np.array([(*env.agent_pos, env.agent_dir) for env in envs], np.uint8),
        "carrying": np.array([_cell(env.carrying) if env.carrying else (0, 0) for env in envs], np.uint8),
        "task": np.array([task for task, _, _ in goals], np.uint8),
        "target": np.array([place for _, place, _ in goals], np.int16),
        "far": np.array([far for _, _, far in goals], np.uint8),
        "steps": np.array([env.step_count for env in envs], np.int32),
        "max_steps": np.array([env.max_steps for env in envs], np.int32),
    }


def write_minigrid(env: MiniGridEnv, cells: np.ndarray, pose: np.ndarray) -> None:
    """Put a state, `cells: (h, w)` and `pose: (3,)`, into a MiniGrid environment, hands empty."""
    for y, row in enumerate(cells):
        for x, code in enumerate(row):
            obj = object_of(int(code))
            env.grid.set(x, y, obj)
            if obj is not None:
                obj.init_pos = obj.cur_pos = (x, y)
    env.agent_pos, env.agent_dir = (int(pose[0]), int(pose[1])), int(pose[2])
    env.carrying = None


def _cell(obj: WorldObj | None) -> tuple[int, int]:
    """The code of an object and that of its contents (0: none)."""
    if obj is None or obj.contains is None:
        return code_of(obj), 0
    if obj.contains.contains is not None:
        raise ValueError(f"a {obj.color} box holds a box that is not empty; a World keeps contents one deep")
    if code_of(obj) & 15 != BOX:
        raise ValueError(f"a {obj.color} {obj.type} has contents; only boxes hold something")
    return code_of(obj), code_of(obj.contains)


def _goal(env: MiniGridEnv) -> tuple[int, int, int]:
    """Task, place of the target and far of an environment; NO_TASK unless it asks one thing about one object."""
    instr = getattr(env, "instrs", None)
    task = next((task.number for task in RECORDS if type(instr) is task.load_instruction_class()), NO_TASK)
    if task == NO_TASK or len(instr.desc.obj_poss) != 1:
        return NO_TASK, GONE, 0
    x, y = instr.desc.obj_poss[0]
    return task, y * env.grid.width + x, getattr(instr, "far", 0)
