"""An episode in words: what was asked, what is done about it, what comes of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import groupby
from typing import NamedTuple

import numpy as np

from lva.world.demos import Demos
from lva.world.kernels.codes import EMPTY
from lva.world.kernels.dynamics import AHEAD, DONE, LEFT, PICKUP, RIGHT
from lva.world.language import Instruction
from lva.world.render import AGENT_COLUMN, AGENT_ROW
from lva.world.telling.wording import Teller

CHUNK = 1 << 12  # episodes replayed at a time
BARE, NOW = 0.5, 0.5  # shares: an instruction stands by itself, an outcome is introduced
TURNS = {LEFT: ("turn left", "turn around"), RIGHT: ("turn right", "turn around")}


class Episode(NamedTuple):
    """A demonstration and what is seen in it, at the end as well."""

    instruction: Instruction
    views: np.ndarray  # (steps + 1, 7, 7, 3) uint8
    actions: np.ndarray  # (steps,) uint8; a step that a thing bars is DONE, as nothing comes of it

    @property
    def target(self) -> str:
        """What it is about: `red ball`."""
        return f"{self.instruction.color} {self.instruction.kind}"


def replay(demos: Demos) -> Iterator[Episode]:
    """The episodes of demonstrations, one by one."""
    for start in range(0, len(demos), CHUNK):
        part = add_last_look(demos[start : start + CHUNK])
        views = part.frames()
        barred = (part.actions == AHEAD) & (views[:, AGENT_COLUMN, AGENT_ROW - 1, 0] != EMPTY)
        actions = np.where(barred, DONE, part.actions)
        for instruction, first, last in zip(part.instruction, part.offsets[:-1], part.offsets[1:]):
            yield Episode(demos.grammar.instructions[instruction], views[first:last], actions[first : last - 1])


def add_last_look(demos: Demos) -> Demos:
    """The same episodes with DONE at the end, so that their frames show what came of them."""
    actions = np.insert(demos.actions, demos.offsets[1:], DONE)
    return replace(demos, offsets=demos.offsets + np.arange(len(demos) + 1), actions=actions)


def ask(instruction: Instruction, teller: Teller) -> str:
    """Give an instruction, by itself or by someone."""
    return instruction.text if teller.chance(BARE) else teller.say("asked", instruction=instruction.text)


def tell_actions(actions: np.ndarray, target: str, teller: Teller, runs: int | None = None) -> str:
    """Say what is done, the same thing several times over at once; only the first `runs` of such if given."""
    grouped = [(action, len(list(same))) for action, same in groupby(actions.tolist())][:runs]
    told = tell_run(*grouped[0], target, teller)
    for action, times in grouped[1:]:
        told += teller.say("join") + tell_run(action, times, target, teller)
    return teller.say("doing", actions=told)


def tell_run(action: int, times: int, target: str, teller: Teller) -> str:
    """Say what is done `times` times; the expert turns once or twice on end and takes nothing but the target."""
    if action in TURNS:
        return teller.say(TURNS[action][times - 1])
    if action == AHEAD:
        return teller.say("walk", steps=teller.steps(times))
    return teller.say({PICKUP: "take", DONE: "wait"}[action], target=f"the {target}")


def tell_outcome(task: str, target: str, teller: Teller) -> str:
    """Say what comes of a task well done."""
    outcome = teller.say(task, target=f"the {target}")
    return f"{teller.say('finally')} {outcome}" if teller.chance(NOW) else outcome
