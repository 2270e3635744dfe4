"""A view in words: what is in it, and where, as seen by the reader."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from lva.world.kernels.codes import BALL, BOX, DOOR_OPEN, KEY, WALL
from lva.world.kernels.constants import IDX_TO_COLOR, IDX_TO_OBJECT
from lva.world.render import AGENT_COLUMN, AGENT_ROW
from lva.world.telling.wording import NUMBERS, SIDES, Teller

IS_OBJECT = np.zeros(len(IDX_TO_OBJECT), np.bool_)
IS_OBJECT[[BALL, BOX, KEY, DOOR_OPEN]] = True
ALL, WALLS, CLAUSES = 0.5, 0.25, 0.25  # shares: all objects are named, the wall ahead is, each object has its verb


class Thing(NamedTuple):
    """Something in view."""

    name: str  # `red ball`, `wall`
    right: int  # steps to the right of the reader; to the left if negative
    ahead: int  # steps ahead; 0 beside the reader, and with right 0 in hand


def find_things(view: np.ndarray) -> list[Thing]:
    """The objects in view, column by column: `view: (7, 7, 3)` uint8, column first, as `World.observe` gives it."""
    return [
        Thing(f"{IDX_TO_COLOR[color]} {IDX_TO_OBJECT[kind]}", i - AGENT_COLUMN, AGENT_ROW - j)
        for i, j in np.argwhere(IS_OBJECT[view[..., 0]]).tolist()
        for kind, color, _ in [view[i, j].tolist()]
    ]


def find_wall(view: np.ndarray) -> list[Thing]:
    """The wall straight ahead, if one is in view."""
    ahead = AGENT_ROW - np.flatnonzero(view[AGENT_COLUMN, :AGENT_ROW, 0] == WALL)
    return [Thing("wall", 0, int(ahead.min()))] if ahead.size else []


def describe(view: np.ndarray, teller: Teller, most: int = 49, target: str | None = None) -> str:
    """Say what is in view: all objects or some, `most` at the most, in any order, the `target` among them."""
    things = choose(find_things(view), teller, most, target)
    if len(things) < most and teller.chance(WALLS):
        things += find_wall(view)
    if not things:
        return teller.say("nothing")
    if teller.chance(CLAUSES):
        clauses = [teller.say("clause", thing=f"a {thing.name}", place=place(thing, teller)) for thing in things]
        return " , ".join(clauses)
    return teller.say("list", things=enumerate_things(things, teller))


def choose(things: list[Thing], teller: Teller, most: int, target: str | None) -> list[Thing]:
    """Some of the things in a random order, at least one of them, the target if it is there."""
    if not things:
        return []
    number = len(things) if teller.chance(ALL) else teller.random.randint(1, len(things))
    shuffled = teller.random.sample(things, len(things))
    chosen = sorted(shuffled, key=lambda thing: thing.name != target)[: min(number, most)]
    return teller.random.sample(chosen, len(chosen))


def enumerate_things(things: Sequence[Thing], teller: Teller) -> str:
    """`a red ball right ahead , a blue box on the left and a wall three steps ahead`."""
    *others, last = (f"a {thing.name} {place(thing, teller)}" for thing in things)
    return " and ".join([" , ".join(others), last]) if others else last


def place(thing: Thing, teller: Teller) -> str:
    """Say where something is."""
    ahead, aside = thing.ahead, abs(thing.right)
    if not ahead and not aside:
        return teller.say("held")
    what = ("next" if ahead == 1 else "ahead") if not aside else "aslant" if ahead else "beside"
    return teller.say(
        what,
        ahead=NUMBERS[ahead],
        aside=NUMBERS[aside],
        steps_ahead=teller.steps(ahead),
        steps_aside=teller.steps(aside),
        side=SIDES[thing.right > 0],
    )
