"""Finished trainings: what is left of one, how it is kept, and which of them belong together."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from copy import deepcopy
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from torch import Tensor

from lva.agent.learning.checkpoint import FILE, Weights, read_checkpoint, snapshots_in, traces_in
from lva.agent.learning.steps import LABELS
from lva.agent.model import MADE_BY, ROLES, Agent, load_agent
from lva.ground.artifacts import as_json, check_artifact, save_artifact
from lva.ground.code import announce_remaking, changed_code
from lva.ground.folder_artifact import MANIFEST, folder_is_current, save_folder


@dataclass(frozen=True, repr=False)
class Run:
    """A finished training."""

    agent: Agent
    metrics: pd.DataFrame  # one row every LOG_EVERY batches: samples, loss, accuracy, learning_rate, seconds
    folder: Path | None  # of the agent and its checkpoint, if they were kept
    traces: dict[int, Tensor]  # samples seen -> E_L of every instruction then, (n, 128)
    snapshots: dict[int, Weights] = field(default_factory=dict)  # samples seen -> all weights then, if kept

    @property
    def embedding(self) -> np.ndarray:
        """E_L of every instruction of the grammar: (n, 128)."""
        return self.agent.language_embedding(self.agent.grammar.texts)

    def agent_at(self, samples: int) -> Agent:
        """The agent as it was after so many samples, one of `snapshots`."""
        agent = deepcopy(self.agent)
        agent.load_state_dict(self.snapshots[samples])
        return agent

    def __repr__(self) -> str:
        last = self.metrics.iloc[-1]
        return (
            f"Run({self.agent.config!r}, {last.samples:,.0f} samples in {last.seconds / 60:.1f} min, "
            f"loss {last.loss:.3f}, accuracy {last.accuracy:.3f}, folder={str(self.folder) if self.folder else None!r})"
        )


def save_run(run: Run, made_from: dict[str, Any]) -> None:
    """Save the agent beside its checkpoint, with a model card, all of it listed in one manifest."""
    card = _training_section(made_from["train"], made_from["demos"], run.metrics)
    with save_folder(run.folder, ROLES, config=made_from, made_by=MADE_BY) as folder:
        run.agent.save_pretrained(folder, model_card_kwargs={"training": card})


def is_finished(folder: str | Path, made_from: dict[str, Any]) -> bool:
    """Whether the folder holds the whole of a finished training that was made so."""
    return folder_is_current(folder, config=made_from, made_by=MADE_BY)


def discard_outdated(folder: str | Path, made_from: dict[str, Any]) -> None:
    """Remove a training, finished or not, of this configuration that other code made; say so in one line."""
    folder = Path(folder)
    if not (folder / FILE).exists():
        return
    about, _ = read_checkpoint(folder / FILE)
    changed = changed_code(as_json(made_from), json.loads(about["made_from"]))
    if changed:
        announce_remaking(folder, changed)
        for pattern in (MANIFEST, *ROLES):
            for file in folder.glob(pattern):
                file.unlink(missing_ok=True)


def load_run(folder: str | Path) -> Run:
    """A training that has ended, from its folder, after every file was found to be whole."""
    agent = load_agent(folder).eval()
    about, tensors = read_checkpoint(Path(folder) / FILE)
    return Run(agent, pd.DataFrame(json.loads(about["rows"])), Path(folder), traces_in(tensors), snapshots_in(tensors))


def save_index(folders: Mapping[str, Path], path: Path) -> Path:
    """Write down which trainings belong together: name -> folder, relative to that of `path`."""
    found = {name: os.path.relpath(folder, Path(path).parent) for name, folder in folders.items()}
    return save_artifact(
        path, lambda file: file.write_text(json.dumps(found), encoding="utf-8"), config=found, made_by=MADE_BY
    )


def load_index(path: Path) -> dict[str, Run]:
    """The agents of an index, with their metrics and traces."""
    check_artifact(path, made_by=MADE_BY)
    folders = json.loads(Path(path).read_text(encoding="utf-8"))
    return {name: load_run(Path(path).parent / folder) for name, folder in folders.items()}


def _training_section(train: dict[str, Any], demos: dict[str, Any], metrics: pd.DataFrame) -> str:
    """What the model card says of a training: its demonstrations, its samples, how it ended."""
    last = metrics.iloc[-1]
    mirrored = ", half of the samples mirrored" if train["mirror"] else ""
    return (
        f"Behavioural cloning of {demos['n']:,} demonstrations of the {demos['expert']} expert (seed {demos['seed']}): "
        f"{last.samples:,.0f} samples in batches of {train['batch_size']}, seed {train['seed']}. What is imitated: "
        f"{LABELS[train['labels']]}{mirrored}. At the end the loss was {last.loss:.3f}, and {last.accuracy:.1%} of the "
        f"actions were among those to imitate."
    )
