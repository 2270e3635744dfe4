"""Alignment among language, vision and action representations: a runnable companion.

>>> import lva
>>> grammar = lva.load_grammar("paper")
>>> demos = lva.make_demos(grammar, 10_000)
>>> run = lva.train(demos, lva.AgentConfig(), lva.TrainConfig(samples=60_000))
>>> lva.align({"agent": run.embedding, "words": lva.bag_of_words(grammar.texts)})

Rooms, in the order in which data flows: `ground`, `world`, `agent`, `models`, `spaces`, `alignment`, `studies`,
`report`, `figures`. Each is imported when one of its names is first used.
"""

from __future__ import annotations

import sys
from importlib import import_module, metadata
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from lva.agent import AgentConfig, TrainConfig, evaluate, load_agent, train
    from lva.alignment import align, precision_at_k, relabelling_null
    from lva.ground.runs import open_run, published_run
    from lva.models import embed, load_references
    from lva.spaces import bag_of_words, lexical_spaces
    from lva.world import Level, World, load_grammar, make_demos, plan, rollout, write_corpus

PUBLIC = {
    "lva.agent": ("AgentConfig", "TrainConfig", "evaluate", "load_agent", "train"),
    "lva.alignment": ("align", "precision_at_k", "relabelling_null"),
    "lva.ground.runs": ("open_run", "published_run"),
    "lva.models": ("embed", "load_references"),
    "lva.spaces": ("bag_of_words", "lexical_spaces"),
    "lva.world": ("Level", "World", "load_grammar", "make_demos", "plan", "rollout", "write_corpus"),
}
ROOM_OF = {name: room for room, names in PUBLIC.items() for name in names}
__all__ = [  # the names of PUBLIC, spelled out for tools that read and do not run
    "AgentConfig",
    "Level",
    "TrainConfig",
    "World",
    "align",
    "bag_of_words",
    "embed",
    "evaluate",
    "lexical_spaces",
    "load_agent",
    "load_grammar",
    "load_references",
    "make_demos",
    "open_run",
    "plan",
    "precision_at_k",
    "published_run",
    "relabelling_null",
    "rollout",
    "train",
    "write_corpus",
]

try:
    __version__ = metadata.version("lva")
except metadata.PackageNotFoundError:  # run from a checkout through PYTHONPATH
    __version__ = "0+checkout"


if "gymnasium" in sys.modules:  # it may be gymnasium.make("lva:LVA-GoTo-v0") that imports us
    from lva.gym import register_environments

    register_environments()


def __getattr__(name: str) -> Any:
    if name not in ROOM_OF:
        raise AttributeError(f"module 'lva' has no attribute {name!r}; see dir(lva)")
    return getattr(import_module(ROOM_OF[name]), name)


def __dir__() -> list[str]:
    return [*__all__, "__version__"]
