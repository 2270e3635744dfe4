"""Finished trainings: what is left of one, and which of them belong together."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from torch import Tensor

from lva.agent.learning.checkpoint import FILE, read_checkpoint, traces_in
from lva.agent.model import MADE_BY, Agent, load_agent
from lva.ground.artifacts import check_artifact, save_artifact


@dataclass(frozen=True)
class Run:
    """A finished training."""

    agent: Agent
    metrics: pd.DataFrame  # one row every LOG_EVERY batches: samples, loss, accuracy, learning_rate, seconds
    folder: Path | None  # of the checkpoint, if one was kept
    traces: dict[int, Tensor]  # samples seen -> E_L of every instruction then, (n, 128)

    @property
    def embedding(self) -> np.ndarray:
        """E_L of every instruction of the grammar: (n, 128)."""
        return self.agent.language_embedding(self.agent.grammar.texts)


def save_index(folders: Mapping[str, Path], path: Path) -> Path:
    """Write down which trainings belong together: name -> folder, relative to that of `path`."""
    found = {name: os.path.relpath(folder, Path(path).parent) for name, folder in folders.items()}
    return save_artifact(path, lambda file: file.write_text(json.dumps(found)), config=found, made_by=MADE_BY)


def load_index(path: Path) -> dict[str, Run]:
    """The agents of an index, with their metrics and traces."""
    check_artifact(path, made_by=MADE_BY)
    folders = json.loads(Path(path).read_text())
    return {name: load_run(Path(path).parent / folder) for name, folder in folders.items()}


def load_run(folder: str | Path) -> Run:
    """A training that has ended, from its folder."""
    about, tensors = read_checkpoint(Path(folder) / FILE)
    return Run(load_agent(folder).eval(), pd.DataFrame(json.loads(about["rows"])), Path(folder), traces_in(tensors))
