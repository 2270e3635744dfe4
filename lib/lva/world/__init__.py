"""The world: its language, its kernels, its expert, its demonstrations."""

from lva.world.bot import compare_with_bot
from lva.world.demos import Batch, Demos, make_demos
from lva.world.environments import OneRoomEnv, register_environments
from lva.world.expert import EXPERTS, Plan, optimal_actions, plan
from lva.world.language import TASKS, Grammar, GrammarError, Instruction, load_grammar
from lva.world.levels import Level, LevelError
from lva.world.render import Atlas
from lva.world.rollout import Rollout, random_policy, rollout, success_table
from lva.world.verifiers import EscapeFromInstr
from lva.world.world import World

register_environments()

__all__ = [
    "EXPERTS",
    "TASKS",
    "Atlas",
    "Batch",
    "Demos",
    "EscapeFromInstr",
    "Grammar",
    "GrammarError",
    "Instruction",
    "Level",
    "LevelError",
    "OneRoomEnv",
    "Plan",
    "Rollout",
    "World",
    "compare_with_bot",
    "load_grammar",
    "make_demos",
    "optimal_actions",
    "plan",
    "random_policy",
    "register_environments",
    "rollout",
    "success_table",
]
