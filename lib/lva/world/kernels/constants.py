"""MiniGrid's numbers for colours and objects, written out: learning needs them, and not MiniGrid itself."""

from __future__ import annotations

COLOR_TO_IDX = {"red": 0, "green": 1, "blue": 2, "purple": 3, "yellow": 4, "grey": 5}
OBJECT_TO_IDX = {
    "unseen": 0,
    "empty": 1,
    "wall": 2,
    "floor": 3,
    "door": 4,
    "key": 5,
    "ball": 6,
    "box": 7,
    "goal": 8,
    "lava": 9,
    "agent": 10,
}
IDX_TO_COLOR = {number: color for color, number in COLOR_TO_IDX.items()}
IDX_TO_OBJECT = {number: kind for kind, number in OBJECT_TO_IDX.items()}
