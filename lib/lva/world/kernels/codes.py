"""One byte a cell: what stands there, its colour and, for doors, its state.

A code is `kind | color << 4`, at most 127. The kinds are MiniGrid's object numbers, with the states of a door as
kinds of their own, so that a cell of the world is a single byte and MiniGrid's triple is a table look-up.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from lva.world.kernels.constants import COLOR_TO_IDX, IDX_TO_COLOR

if TYPE_CHECKING:
    from minigrid.core.world_object import WorldObj

UNSEEN, EMPTY, WALL, FLOOR, DOOR_OPEN, KEY, BALL, BOX, GOAL, LAVA = range(10)  # as OBJECT_TO_IDX
# Doors that are not simply open are kinds of their own, 10 + MiniGrid's state. The first looks open, but only its
# key moves it: MiniGrid's `is_open and is_locked`.
DOOR_OPEN_LOCKED, DOOR_CLOSED, DOOR_LOCKED = 10, 11, 12
N_CODES = 128
GREY_WALL = WALL | COLOR_TO_IDX["grey"] << 4
CODES_OF_KIND = {"ball": BALL, "box": BOX, "key": KEY, "door": DOOR_LOCKED}

OPAQUE = np.zeros(N_CODES, np.bool_)  # hides what is behind
KNOWN = np.zeros(256, np.bool_)  # is a code at all
WALKABLE = np.zeros(N_CODES, np.bool_)  # the agent may enter
PORTABLE = np.zeros(N_CODES, np.bool_)  # the agent may pick up
TRIPLE = np.zeros((N_CODES, 3), np.uint8)  # MiniGrid's (object, color, state)
for _color in COLOR_TO_IDX.values():
    for _kind in range(DOOR_LOCKED + 1):
        _code = _kind | _color << 4
        KNOWN[_code] = True
        OPAQUE[_code] = _kind in (WALL, DOOR_CLOSED, DOOR_LOCKED)
        WALKABLE[_code] = _kind in (EMPTY, FLOOR, GOAL, LAVA, DOOR_OPEN, DOOR_OPEN_LOCKED)
        PORTABLE[_code] = _kind in (KEY, BALL, BOX)
        TRIPLE[_code] = (DOOR_OPEN if _kind > LAVA else _kind, _color, max(_kind - DOOR_OPEN_LOCKED, 0))

# The way back: TRIPLE's inverse, as a table over (object, color, state).
CODE_OF_TRIPLE = np.zeros((11, 6, 3), np.uint8)
for _code in range(N_CODES):
    if _code & 15 <= DOOR_LOCKED and _code & 15 != DOOR_OPEN_LOCKED and _code >> 4 < len(COLOR_TO_IDX):
        CODE_OF_TRIPLE[tuple(TRIPLE[_code])] = _code


def code_of(obj: WorldObj | None) -> int:
    """Encode one of MiniGrid's objects (contents apart)."""
    if obj is None:
        return EMPTY
    if obj.type == "door" and obj.is_open and obj.is_locked:
        return DOOR_OPEN_LOCKED | COLOR_TO_IDX[obj.color] << 4
    return int(CODE_OF_TRIPLE[obj.encode()])


def object_of(code: int) -> WorldObj | None:
    """Decode a byte into a fresh MiniGrid object."""
    from minigrid.core.world_object import WorldObj

    obj = WorldObj.decode(*(int(value) for value in TRIPLE[code]))
    if obj is not None:
        obj.color = IDX_TO_COLOR[code >> 4]  # MiniGrid's decode forgets that of goals
        obj.is_locked = code & 15 in (DOOR_LOCKED, DOOR_OPEN_LOCKED)
    return obj
