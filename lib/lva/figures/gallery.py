"""The gallery: every published figure, with the tables it is drawn from, its plot and its caption.

A figure is named after the notebook whose question it answers: `02_learning` shows what notebook 02 found.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import matplotlib.pyplot as plt
import pandas as pd
from matplotlib.figure import Figure

from lva import report
from lva.figures.film import films_of_tasks, record_demonstration
from lva.figures.plots.agent import plot_agent_success, plot_learning
from lva.figures.plots.agreement import plot_agreement
from lva.figures.plots.box import plot_box
from lva.figures.plots.courses import plot_courses
from lva.figures.plots.curves import plot_curves
from lva.figures.plots.driving import plot_driving
from lva.figures.plots.exchange import plot_exchange
from lva.figures.plots.explained import plot_explained
from lva.figures.plots.geometry import plot_geometry
from lva.figures.plots.headline import plot_headline
from lva.figures.plots.layers import plot_layers
from lva.figures.plots.pairs import plot_pairs
from lva.figures.plots.schematic import plot_schematic
from lva.figures.plots.spaces import plot_spaces
from lva.figures.plots.specification import plot_specification
from lva.figures.plots.synonyms import plot_synonyms
from lva.figures.plots.transfer import plot_demonstrations, plot_never_shown
from lva.figures.saving import save_figure
from lva.ground.runs import read_tables
from lva.spaces import item_table
from lva.world import Demos, Grammar, Level, make_demos

EPISODE = 5  # of the demonstrations; the schematic shows how it begins
EACH = 10  # demonstrations per instruction that figures of the world choose from
DEMONSTRATIONS = "demonstrations"  # stands among the tables of a figure that is drawn from episodes
Tables = Mapping[str, pd.DataFrame]


@dataclass(frozen=True)
class Exhibit:
    """One published figure. `plot` and `caption` take the tables named in `tables`, in that order."""

    name: str  # of its files
    question: str
    tables: tuple[str, ...]
    plot: Callable[..., Figure]
    caption: Callable[..., str]

    def missing(self, tables: Tables, demos: Demos | None = None) -> list[str]:
        """The tables that it lacks."""
        available = {*tables, DEMONSTRATIONS} if demos is not None else {*tables}
        return [name for name in self.tables if name not in available]

    def sources(self, tables: Tables, demos: Demos | None = None) -> list[pd.DataFrame | Demos]:
        """What `plot` and `caption` take."""
        if missing := self.missing(tables, demos):
            raise ValueError(f"{self.name} needs {', '.join(missing)}; run the notebook that makes it")
        return [demos if name == DEMONSTRATIONS else tables[name] for name in self.tables]


def find_exhibit(name: str) -> Exhibit:
    """One figure of the gallery by its name."""
    names = [one.name for one in GALLERY]
    if name not in names:
        raise ValueError(f"the gallery has no figure {name!r}; choose one of {', '.join(names)}")
    return GALLERY[names.index(name)]


def load_tables(results: Path, grammar: Grammar) -> dict[str, pd.DataFrame]:
    """The tables in a run's folder of results, the paper's numbers, and the instructions."""
    own = {"reported": report.reported_values(grammar.name), "instructions": item_table(grammar)}
    return read_tables(results) | own


def few_demonstrations(grammar: Grammar, level: Level | None = None) -> Demos:
    """The demonstrations that the figures of the world are drawn from: a few of each instruction, seed 0."""
    return make_demos(grammar, EACH * len(grammar.texts), level=level, progress=False)


def draw(exhibit: Exhibit, tables: Tables, demos: Demos | None = None) -> Figure:
    """Draw one figure from its tables; those of the world need demonstrations."""
    return exhibit.plot(*exhibit.sources(tables, demos))


def draw_all(tables: Tables, folder: Path, demos: Demos | None = None) -> dict[str, str]:
    """Draw every figure whose tables exist, as PDF and PNG, with their captions in `captions.md`: name -> caption.

    `not_drawn` names the others.
    """
    captions = {}
    for exhibit in GALLERY:
        if not exhibit.missing(tables, demos):
            figure = draw(exhibit, tables, demos)
            save_figure(figure, folder, exhibit.name)
            plt.close(figure)
            captions[exhibit.name] = exhibit.caption(*exhibit.sources(tables, demos))
    report.write_captions(captions, folder / "captions.md")
    return captions


def not_drawn(tables: Tables, demos: Demos | None = None) -> dict[str, str]:
    """The figures that `draw_all` leaves out, and why: name -> reason."""
    missing = {exhibit.name: exhibit.missing(tables, demos) for exhibit in GALLERY}
    return {name: f"this run has no {', '.join(lacking)}" for name, lacking in missing.items() if lacking}


def _plot_experiment(demos: Demos) -> Figure:
    film = record_demonstration(demos, EPISODE)
    return plot_schematic(film.rooms[0], film.views[0], len(demos.grammar.texts))


def _caption_experiment(demos: Demos) -> str:
    return f"One world, what each model learns from, and what is compared: its {len(demos.grammar.texts)} instructions."


def _caption_tasks(demos: Demos) -> str:
    return f"A demonstration of each task of the grammar {demos.grammar.name}: the room above, the agent's view below."


def _plot_headline(
    alignment: pd.DataFrame,
    reported: pd.DataFrame,
    references: pd.DataFrame,
    ceilings: pd.DataFrame,
    ladder: pd.DataFrame,
) -> Figure:
    return plot_headline(alignment, reported, report.families_of(references), ceilings=ceilings, ladder=ladder)


def _caption_headline(
    alignment: pd.DataFrame, reported: pd.DataFrame, references: pd.DataFrame, *_others: pd.DataFrame
) -> str:
    return report.caption_headline(alignment, reported, report.families_of(references))


def _caption_maps(maps: pd.DataFrame, _items: pd.DataFrame) -> str:
    return report.caption_spaces(maps)


def _plot_box(box: pd.DataFrame, readings: pd.DataFrame, ladder: pd.DataFrame, references: pd.DataFrame) -> Figure:
    models = report.language_models(report.families_of(references))
    return plot_box(box, readings, report.box_lines(ladder, models), models)


def _caption_box(box: pd.DataFrame, readings: pd.DataFrame, _ladder: pd.DataFrame, references: pd.DataFrame) -> str:
    return report.caption_box(box, readings, report.language_models(report.families_of(references)))


def _plot_specification(specification: pd.DataFrame, readings: pd.DataFrame, _joint: pd.DataFrame) -> Figure:
    return plot_specification(specification, readings)


def _caption_specification(specification: pd.DataFrame, _readings: pd.DataFrame, joint: pd.DataFrame) -> str:
    return report.caption_specification(specification, joint)


GALLERY = (
    Exhibit("01_experiment", "What is compared with what?", (DEMONSTRATIONS,), _plot_experiment, _caption_experiment),
    Exhibit("01_tasks", "What are the tasks?", (DEMONSTRATIONS,), films_of_tasks, _caption_tasks),
    Exhibit("02_learning", "Does the agent learn?", ("training",), plot_learning, report.caption_learning),
    Exhibit("02_success", "Does it do what it is told?", ("success",), plot_agent_success, report.caption_success),
    Exhibit("03_explained", "What is each space made of?", ("explained",), plot_explained, report.caption_explained),
    Exhibit(
        "04_headline",
        "How alike are the agent and each model, and against what?",
        ("alignment", "reported", "references", "ceilings", "ladder"),
        _plot_headline,
        _caption_headline,
    ),
    Exhibit("04_curves", "Does it depend on how many neighbours?", ("curves",), plot_curves, report.caption_curves),
    Exhibit("04_pairs", "How alike are any two spaces?", ("alignment",), plot_pairs, report.caption_pairs),
    Exhibit("04_layers", "Does it depend on layer and pooling?", ("layers",), plot_layers, report.caption_layers),
    Exhibit("04_maps", "What do the spaces look like?", ("maps", "instructions"), plot_spaces, _caption_maps),
    Exhibit("04_synonyms", "Which spaces know synonyms?", ("synonym_choice",), plot_synonyms, report.caption_synonyms),
    Exhibit(
        "04_course",
        "When does alignment emerge, and from what?",
        ("agreement", "composition", "success_course"),
        plot_agreement,
        report.caption_agreement,
    ),
    Exhibit(
        "06_box",
        "Is any agent as able, and as near to language models, as the paper says?",
        ("box", "readings", "ladder", "references"),
        _plot_box,
        _caption_box,
    ),
    Exhibit("06_courses", "What grows along the training?", ("box", "trials"), plot_courses, report.caption_courses),
    Exhibit(
        "06_specification",
        "Does it depend on how one compares?",
        ("specification", "readings", "joint"),
        _plot_specification,
        _caption_specification,
    ),
    Exhibit("07_driving", "Who can tell the agent what to do?", ("driving",), plot_driving, report.caption_driving),
    Exhibit("07_exchange", "What carries one factor alone?", ("exchange",), plot_exchange, report.caption_exchange),
    Exhibit(
        "07_geometry",
        "Does likeness predict function?",
        ("geometry", "predictors"),
        plot_geometry,
        report.caption_geometry,
    ),
    Exhibit(
        "08_demonstrations",
        "Does what a model knows save demonstrations?",
        ("transfer_curves",),
        plot_demonstrations,
        report.caption_demonstrations,
    ),
    Exhibit(
        "08_never_shown",
        "What is done that was never demonstrated?",
        ("transfer_held_out",),
        plot_never_shown,
        report.caption_never_shown,
    ),
)
