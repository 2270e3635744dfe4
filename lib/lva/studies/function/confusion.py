"""What the observer reads from the agent's own actions: how well it can tell tasks and objects apart at all."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from lva.agent import load_agent
from lva.agent.driving import Driven, Scenes, drive, make_scenes
from lva.studies.function.driven import Design
from lva.studies.function.factors import labelled_items
from lva.studies.function.sources import CONSTANT, SAME

RIGHT, SAME_COLOR, SAME_KIND, OTHER = "the object", "another of its colour", "another of its kind", "another object"


def confusion_table(agent: Path, design: Design) -> pd.DataFrame:
    """How the agent's actions are read, told by its own E_L and by their mean: source, task, about, read, share.

    about `task`: the task that is likeliest, of those that were asked for; about `object`: whether the likeliest object
    is the one that was asked for. In a room with five objects one in five is right by chance.
    """
    loaded = load_agent(agent).eval()
    scenes = make_scenes(loaded.grammar, design.episodes, design.seed, design.level)
    own = loaded.language_embedding(loaded.grammar.texts)
    told = {SAME: own, CONSTANT: np.repeat(own.mean(axis=0, keepdims=True), len(own), axis=0)}
    tables = []
    for source, vectors in told.items():
        read = _read(drive(loaded, vectors, scenes, design.steps, design.seed), scenes)
        for about in ("task", "object"):
            shares = read.groupby("asked")[about].value_counts(normalize=True).rename("share").reset_index()
            shares = shares.rename(columns={"asked": "task", about: "read"})
            tables.append(shares.assign(source=source, about=about))
    return pd.concat(tables, ignore_index=True)[["source", "task", "about", "read", "share"]]


def _read(driven: Driven, scenes: Scenes) -> pd.DataFrame:
    """The likeliest task and object of each episode, one row each."""
    items, tasks = labelled_items(scenes.grammar), np.array(list(scenes.grammar.phrases))
    place = driven.posterior.sum(1).argmax(1)
    asked = items.iloc[scenes.instruction].reset_index(drop=True)
    found = items.iloc[scenes.candidates[np.arange(len(place)), 0, place]].reset_index(drop=True)
    same = [found.object == asked.object, found.color == asked.color, found.kind == asked.kind]
    relation = np.select(same, [RIGHT, SAME_COLOR, SAME_KIND], OTHER)
    return pd.DataFrame({"asked": asked.task, "task": tasks[driven.posterior.sum(2).argmax(1)], "object": relation})
