"""How the functions of the front door are called: small worlds, small agents, and mistakes in what a user types."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from hypothesis import strategies as st
from tests.faults import arguments as a

import lva
from lva.agent import new_agent
from lva.world import random_policy

GRAMMARS = st.sampled_from(["paper", "natural"]).map(lva.load_grammar)
FEW = ("expert", "optimal", "shuffled")
WRONG = st.sampled_from([*a.NO_COUNTS, -(10**9), "", "a", [], {}])
TEXTS = st.lists(st.sampled_from(["go to red ball", "pick up", "avoid the key", "x"]), min_size=1, max_size=6)
NAMES = st.sampled_from(["", " ", "nowhere", "../up", "a/b", "a" * 300, "\0", "nul\nl", "ü", ".", "-p", "paper.toml"])


def fields(**good: st.SearchStrategy) -> dict[str, st.SearchStrategy]:
    """Fields of a record: those given are mostly good, now and then of another type or out of range."""
    return {name: a.mostly(strategy, WRONG) for name, strategy in good.items()}


def level() -> st.SearchStrategy:
    """Rooms of ordinary sizes; a level that cannot be is not passed on, see the calls of `Level`."""
    return st.builds(lva.Level, distractors=st.integers(0, 3), start=st.sampled_from(["even", "near"]))


def texts() -> st.SearchStrategy:
    """Sentences, few and short."""
    return a.mostly(TEXTS, st.sampled_from([[], [""], [" "], [3], [None], ["\0"], ["ü" * 3]]))


@cache
def tiny_demos() -> lva.world.Demos:
    """Two demonstrations of each instruction."""
    return lva.make_demos(lva.load_grammar("paper"), 216, progress=False)


@cache
def tiny_agent() -> lva.agent.Agent:
    """An agent that has learnt nothing."""
    return new_agent(lva.AgentConfig(width=8, blocks=1)).eval()


@cache
def vectors() -> str:
    """A user's file of vectors."""
    path = Path(tempfile.mkdtemp(prefix="lva-front-door-")) / "mine.npz"
    words = np.array(["go to red ball", "pick up", "avoid the key", "x"])
    np.savez(path, texts=words, vectors=np.random.default_rng(0).normal(size=(4, 3)))
    return str(path)


def world(seed: int) -> lva.World:
    """Four rooms."""
    return lva.World.reset(lva.load_grammar("paper").instructions[:4], seed)


WORLDS = st.integers(0, 5).map(world)
POLICIES = st.sampled_from([random_policy(0), lambda rooms: np.zeros(len(rooms), np.uint8)])
BAD_POLICIES = [
    lambda rooms: np.zeros(len(rooms) + 1, np.uint8),
    lambda rooms: np.full(len(rooms), 9, np.uint8),
    lambda rooms: np.full(len(rooms), -1),
    lambda rooms: np.full(len(rooms), 0.5),
    lambda rooms: None,
]
SLOW = ("evaluate", "train")
Arguments = Callable[[int], dict[str, st.SearchStrategy]]

# name -> arguments, for a number of items that is not used here, and what is called with them
FRONT_DOOR: dict[str, tuple[Arguments, Callable[..., Any]]] = {
    "AgentConfig": (
        lambda _: fields(
            word_init=st.sampled_from(["identical", "identity", "random"]),
            sentences=st.none(),
            word_size=st.sampled_from([100, 64]),
            language_size=st.sampled_from([128, 64]),
            heads=st.sampled_from([1, 4]),
            trunk=st.sampled_from(["tiles", "resnet18"]),
            attends=st.sampled_from(["sentence", "words"]),
            pooling=st.sampled_from(["mean", "last", "query"]),
            normalize=st.sampled_from(["tokens", "both", "none"]),
            width=st.just(8),
            blocks=st.just(1),
        ),
        lambda **given: lva.AgentConfig(**given),
    ),
    "Level": (
        lambda _: fields(
            size=st.integers(4, 10),
            distractors=st.integers(0, 6),
            lookalikes=st.booleans(),
            doors=st.integers(0, 3),
            start=st.sampled_from(["even", "near"]),
            near=st.integers(1, 4),
            patience=st.sampled_from([None, 0, 8]),
            max_steps=st.integers(1, 99),
        ),
        lambda **given: lva.Level(**given),
    ),
    "TrainConfig": (
        lambda _: fields(
            samples=st.just(256),
            batch_size=st.sampled_from([64, 128]),
            learning_rate=st.just(1e-3),
            warmup=st.sampled_from([0.0, 0.1]),
            weight_decay=st.just(0.01),
            language_rate=st.sampled_from([0.0, 0.5, 1.0]),
            clip=st.just(1.0),
            labels=st.sampled_from(FEW),
            mirror=st.booleans(),
            precision=st.just("no"),
            pull=st.just(0.0),
            seed=st.integers(0, 9),
            traces=st.integers(0, 9),
        ),
        lambda **given: lva.TrainConfig(**given),
    ),
    "World": (
        lambda _: {"n": st.integers(1, 8), "seed": a.seed(), "level": level()},
        lambda n, seed, level: lva.World.reset(lva.load_grammar("paper").instructions[:n], seed, level),
    ),
    "bag_of_words": (lambda _: {"texts": texts()}, lva.bag_of_words),
    "embed": (
        lambda _: {
            "reference": a.mostly(st.builds(vectors), NAMES),
            "texts": texts(),
            "layer": a.mostly(st.none(), st.sampled_from([0, -1, 7, 0.5])),
            "pooling": a.mostly(st.none(), st.sampled_from(["own", "mean", "", 3])),
        },
        lambda **given: lva.embed(**given, progress=False),
    ),
    "evaluate": (
        lambda _: {
            "episodes": a.size(1),
            "seed": a.seed(),
            "level": level(),
            "decodings": a.mostly(st.just(("sampled",)), st.sampled_from([("wild",), (3,), ("",)])),
        },
        lambda **given: lva.evaluate(tiny_agent(), **given).by_task.success.to_numpy(),
    ),
    "lexical_spaces": (
        lambda _: {"texts": texts(), "draws": a.size(3), "seed": a.seed()},
        lambda **given: lva.lexical_spaces(**given).first,
    ),
    "load_agent": (lambda _: {"folder": NAMES}, lva.load_agent),
    "load_grammar": (
        lambda _: {"name_or_path": a.mostly(st.sampled_from(["paper", "natural"]), NAMES)},
        lva.load_grammar,
    ),
    "load_references": (
        lambda _: {"names": a.mostly(st.just(["minilm"]), st.sampled_from([[], ["nobody"], [3], [""], [None]]))},
        lva.load_references,
    ),
    "make_demos": (
        lambda _: {
            "grammar": GRAMMARS,
            "n": a.size(9),
            "seed": a.seed(),
            "expert": a.choice("oracle", "sighted"),
            "level": level(),
        },
        lambda **given: lva.make_demos(**given, progress=False),
    ),
    "open_run": (lambda _: {"name": NAMES}, lva.open_run),
    "plan": (lambda _: {"world": WORLDS, "expert": a.choice("oracle", "sighted")}, lva.plan),
    "published_run": (lambda _: {"name": a.mostly(st.just("prefix"), NAMES)}, lva.published_run),
    "rollout": (
        lambda _: {"world": WORLDS, "policy": a.mostly(POLICIES, st.sampled_from(BAD_POLICIES))},
        lva.rollout,
    ),
    "train": (
        lambda _: {"seed": st.integers(0, 9), "labels": a.choice(*FEW)},
        lambda **given: (
            lva.train(
                tiny_demos(),
                lva.AgentConfig(width=8, blocks=1),
                lva.TrainConfig(samples=128, batch_size=64, **given),
                progress=False,
            ).embedding
        ),
    ),
    "write_corpus": (
        lambda _: {
            "grammar": GRAMMARS,
            "documents": a.size(9),
            "corpus": a.choice("narrated", "described"),
            "seed": a.seed(),
            "level": level(),
        },
        lambda **given: lva.write_corpus(**given, progress=False),
    ),
}
