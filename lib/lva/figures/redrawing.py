"""Redraw figures from finished tables, without running a notebook."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import matplotlib.pyplot as plt
import pandas as pd
from matplotlib.figure import Figure

from lva.figures.gallery import draw_all, few_demonstrations, load_tables
from lva.figures.plots.prefix import plot_prefix
from lva.figures.plots.transfer import plot_demonstrations, plot_never_shown
from lva.figures.saving import save_figure
from lva.figures.style import use_style
from lva.ground import paths
from lva.ground.artifacts import ArtifactError
from lva.ground.runs import open_run, read_table
from lva.world import Demos, Grammar, Level, load_grammar

PUBLISHED, GRAMMAR = "laptop", "paper"  # the run whose figures the repository shows, and its grammar


class Source(NamedTuple):
    """What figures are drawn from, and where they go."""

    results: Path
    folder: Path
    grammar: Grammar
    level: Level


class Picture(NamedTuple):
    """A picture in a page of docs."""

    run: str  # the published run that its study made
    table: str
    plot: Callable[[pd.DataFrame], Figure]


PICTURES = {  # by the name of the file
    "prefix": Picture("prefix", "prefix_course", plot_prefix),
    "demonstrations": Picture("transfer", "transfer_curves", plot_demonstrations),
    "never_shown": Picture("transfer", "transfer_held_out", plot_never_shown),
}


def redraw_pages(folder: Path | None = None) -> list[Path]:
    """Draw the pictures of the pages in `docs` from their published tables; return the files that changed."""
    folder = folder or paths.project() / "docs"
    before = _contents(folder, "*.png")
    use_style()
    for name, picture in PICTURES.items():
        figure = picture.plot(read_table(paths.published_results() / picture.run / f"{picture.table}.csv"))
        save_figure(figure, folder, name, ("png",))
        plt.close(figure)
    return [path for path, data in _contents(folder, "*.png").items() if before.get(path) != data]


def redraw(run: str | None = None) -> list[Path]:
    """Draw the published figures from the published tables, or those of a run made here; return the files that changed.

    Equal tables give equal bytes, with the same release of matplotlib.
    """
    source = _published() if run is None else _own(run)
    before = _contents(source.folder)
    use_style()
    demos = few_demonstrations(source.grammar, source.level)
    draw_all(load_tables(source.results, source.grammar), source.folder, demos)
    return [path for path, data in _contents(source.folder).items() if before.get(path) != data]


def _published() -> Source:
    results = paths.published_results() / PUBLISHED
    if not results.is_dir():
        raise ArtifactError(f"{results} is not there; publish a run with `python -m lva publish {PUBLISHED}`")
    return Source(results, paths.published_figures(), load_grammar(GRAMMAR), Level())


def _own(name: str) -> Source:
    run = open_run(name)
    if not (run.path / "demos.npz").exists():
        raise ArtifactError(f"{run.path} holds no run to draw; make it with `python -m lva run -p run {name}`")
    demos = Demos.load(run.path / "demos.npz")
    return Source(run.results, run.figures, demos.grammar, demos.level)


def _contents(folder: Path, pattern: str = "*") -> dict[Path, bytes]:
    return {path: path.read_bytes() for path in sorted(folder.glob(pattern)) if path.is_file()}
