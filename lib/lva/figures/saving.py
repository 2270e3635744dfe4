"""Figures as files: a vector and a bitmap, the same bytes whenever the same figure is drawn."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from matplotlib.figure import Figure

from lva.ground.artifacts import atomic_path

DPI = 200
METADATA = {"pdf": {"CreationDate": None}, "png": {"Software": None}}  # neither a time nor a version


def save_figure(figure: Figure, folder: str | Path, name: str, suffixes: Sequence[str] = tuple(METADATA)) -> list[Path]:
    """Write `folder/name.pdf` and `.png` (200 dpi) or one of them, whole or not at all; return where they are."""
    figure.draw_without_rendering()
    figure.set_layout_engine("none")  # a second layout would shift things slightly
    paths = []
    for suffix in suffixes:
        path = Path(folder) / f"{name}.{suffix}"
        with atomic_path(path) as temporary:
            figure.savefig(temporary, format=suffix, dpi=DPI, metadata=METADATA[suffix])
        paths.append(path)
    return paths
