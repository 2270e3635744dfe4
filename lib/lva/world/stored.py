"""Saved demonstrations: they are made once, and again when the code that makes them has changed."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

from lva.ground.artifacts import is_current
from lva.ground.code import announce_outdated, code_of_module
from lva.world.demos import MADE_BY, Demos, make_demos
from lva.world.language import Grammar
from lva.world.levels import Level


def saved_demos(
    path: str | Path,
    grammar: Grammar,
    n: int,
    seed: int = 0,
    *,
    expert: str = "oracle",
    level: Level | None = None,
) -> Demos:
    """Read the demonstrations in `path` if this code made them so; otherwise `make_demos`, and save them there."""
    path, level = Path(path), level or Level()
    made_from = {
        "n": n,
        "seed": seed,
        "expert": expert,
        "grammar": grammar.as_dict(),
        "level": asdict(level),
        "code": code_of_module(Demos.__module__),
    }
    if is_current(path, config=made_from, made_by=MADE_BY):
        return Demos.load(path)
    announce_outdated(path, config=made_from, made_by=MADE_BY)
    made = make_demos(grammar, n, seed, expert=expert, level=level)
    made.save(path)
    return made
