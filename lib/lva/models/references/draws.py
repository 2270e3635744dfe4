"""Where the trainings of one reference lie, and how they are told apart: `draw` counts from 0."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from lva.ground.runs import RunFolder
from lva.models.references.embeddings import Embeddings
from lva.models.references.stored import load_embeddings, load_run_embeddings


def draw_folder(folder: str | Path, draw: int) -> Path:
    """Where a training and its embeddings lie: in the folder itself the first, in `draw-2` the second."""
    return Path(folder) / f"draw-{draw + 1}" if draw else Path(folder)


def draw_name(name: str, draw: int) -> str:
    """How the table of validation names a training: `llama-here`, `llama-here 2`."""
    return f"{name} {draw + 1}" if draw else name


def load_draws(draws: Mapping[str, int], texts: Sequence[str], folder: str | Path) -> dict[str, tuple[Embeddings, ...]]:
    """Read the embeddings of each training; draws: name -> how many."""
    return {
        name: tuple(load_embeddings([name], texts, draw_folder(folder, draw))[name] for draw in range(number))
        for name, number in draws.items()
    }


def load_run_draws(folder: RunFolder, texts: Sequence[str]) -> dict[str, tuple[Embeddings, ...]]:
    """The embeddings of every reference of a run, one per training; of what was not trained here, one."""
    validated = folder.read("validation").model.unique()
    draws = {name: _trainings(name, validated) for name in load_run_embeddings(folder, texts)}
    return load_draws(draws, texts, folder.path / "embeddings")


def _trainings(name: str, validated: Iterable[str]) -> int:
    """How many trainings of a reference were validated; 1 for a model that is not validated here."""
    validated, number = set(validated), 1
    while draw_name(name, number) in validated:
        number += 1
    return number
