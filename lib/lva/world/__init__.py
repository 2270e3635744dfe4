"""The world: its language, its kernels, its expert, its demonstrations.

MiniGrid's side of it is loaded when one of its names is first used; learning needs neither MiniGrid nor gymnasium.
"""

from importlib import import_module
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

from lva.world.demos import Demos, make_demos
from lva.world.expert import EXPERTS, optimal_actions, plan
from lva.world.floors import escape_floor, uninformed_success
from lva.world.language import Grammar, GrammarError, Instruction, load_grammar
from lva.world.levels import Level, LevelError
from lva.world.render import Atlas
from lva.world.rollouts import Rollout, random_policy, rollout, success_table
from lva.world.stored import saved_demos
from lva.world.tasks import TASKS
from lva.world.telling.corpus import CORPORA, write_corpus
from lva.world.telling.pictures import Pictures, take_pictures
from lva.world.world import World

if TYPE_CHECKING:
    from lva.world.minigrid.bot import compare_with_bot
    from lva.world.minigrid.environments import OneRoomEnv
    from lva.world.minigrid.verifiers import EscapeFromInstr

OF_MINIGRID = {"compare_with_bot": "bot", "OneRoomEnv": "environments", "EscapeFromInstr": "verifiers"}

__all__ = [
    "CORPORA",
    "EXPERTS",
    "TASKS",
    "Atlas",
    "Demos",
    "EscapeFromInstr",
    "Grammar",
    "GrammarError",
    "Instruction",
    "Level",
    "LevelError",
    "OneRoomEnv",
    "Pictures",
    "Rollout",
    "World",
    "compare_with_bot",
    "escape_floor",
    "load_grammar",
    "make_demos",
    "optimal_actions",
    "plan",
    "random_policy",
    "rollout",
    "saved_demos",
    "success_table",
    "take_pictures",
    "uninformed_success",
    "write_corpus",
]

if find_spec("gymnasium"):  # as a package of environments does: gymnasium may have been imported after lva
    from lva.gym import register_environments

    register_environments()


def __getattr__(name: str) -> Any:
    if name not in OF_MINIGRID:
        raise AttributeError(f"module 'lva.world' has no attribute {name!r}; see lva.world.__all__")
    return getattr(import_module(f"lva.world.minigrid.{OF_MINIGRID[name]}"), name)
