"""The reproduction report: every headline number, as published and as found here, and whether the two agree.

The rule: a number agrees if |here - published| <= 2 sd sqrt(1/n_here + 1/n_published), sd and n over the published
seeds; a number without seeds agrees if it lies within its published 95 % interval. Where a reference was trained more
than once, the variance of its trainings is added in the same way, and taken out of the agents'. Disagreement is shown
and is not an error. What a profile did not run is `not run`.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from lva.ground import paths
from lva.ground.artifacts import atomic_path
from lva.ground.paper import LLMS
from lva.ground.runs import RunFolder, read_tables
from lva.report.tables.headline import headline_measure
from lva.report.wording import number_text

Tables = Mapping[str, pd.DataFrame]
COLUMNS = ("number", "published", "here", "difference", "allowed", "agrees")
PROCESSORS = (
    "On another kind of processor a training rounds otherwise and ends as with another seed; what is allowed\n"
    "knows the spread over the agents' seeds, and of references that were trained once none."
)
DEFAULT = "laptop"  # the published run that a run of another name is compared with


@dataclass(frozen=True)
class Number:
    """One headline number of a run, and its uncertainty."""

    value: float
    sd: float = float("nan")  # over seeds
    n: int = 1  # seeds
    reference_sd: float = 0.0  # over trainings of the reference
    trainings: int = 1  # of the reference
    low: float = float("nan")  # of its 95 % interval
    high: float = float("nan")


def headline_numbers(tables: Tables) -> dict[str, Number]:
    """The numbers behind README's claims, by name, as far as the tables hold them."""
    return dict([*_success(tables), *_alignment(tables), *_course(tables), *_synonyms(tables)])


def compare(published: Tables, here: Tables) -> pd.DataFrame:
    """One row per published headline number; see the rule above."""
    expected, numbers = headline_numbers(published), headline_numbers(here)
    return pd.DataFrame([_row(name, number, numbers.get(name)) for name, number in expected.items()], columns=COLUMNS)


def reproduction_report(run: RunFolder) -> pd.DataFrame | None:
    """Compare a run with the published one and save the report beside its tables, as CSV and Markdown.

    None if there is nothing to compare it with: no published run of its name, and the run `laptop` is of another
    grammar.
    """
    published = published_for(run)
    if published is None:
        return None
    table = compare(read_tables(published), run.tables())
    if table.empty:
        return None
    run.save("reproduction", table)
    with atomic_path(run.path / "reproduction.md") as temporary:
        text = f"# {run.name}: published (`{published.name}`) and here\n\n{as_markdown(table)}\n\n{summary(table)}\n"
        temporary.write_text(text, encoding="utf-8")
    return table


def published_for(run: RunFolder) -> Path | None:
    """The published run that a run is compared with."""
    root = paths.published_results()
    named, default = root / run.name, root / DEFAULT
    if named.is_dir():
        return named
    if default.is_dir() and _grammar(default) == _grammar(run.results):
        return default
    return None


def summary(table: pd.DataFrame) -> str:
    """How many of the numbers agree, in a sentence."""
    ran = table[table.agrees != "not run"]
    missing = f"; {len(table) - len(ran)} not run" if len(ran) < len(table) else ""
    said = f"{(ran.agrees == 'yes').sum()} of {len(ran)} headline numbers agree with the published run{missing}."
    return said if (ran.agrees == "yes").all() else f"{said}\n{PROCESSORS}"


def as_text(table: pd.DataFrame) -> str:
    """The report for a terminal: at most 100 columns, no word broken."""
    shown = _worded(table)
    widths = [max(len(name), *(len(value) for value in shown[name])) for name in shown]
    lines = [list(shown.columns), *shown.to_numpy().tolist()]
    return "\n".join(
        "  ".join([line[0].ljust(widths[0]), *(cell.rjust(width) for cell, width in zip(line[1:], widths[1:]))])
        for line in lines
    )


def as_markdown(table: pd.DataFrame) -> str:
    """The report as a Markdown table."""
    shown = _worded(table)
    rows = ["| " + " | ".join(row) + " |" for row in shown.to_numpy().tolist()]
    return "\n".join(["| " + " | ".join(shown.columns) + " |", "|---" + "|--:" * (shown.shape[1] - 1) + "|", *rows])


def _worded(table: pd.DataFrame) -> pd.DataFrame:
    shown = pd.DataFrame({"number": table.number})
    for name, form in (("published", ".3f"), ("here", ".3f"), ("difference", "+.3f")):
        shown[name] = ["–" if np.isnan(value) else number_text(value, form) for value in table[name]]
    return shown.assign(allowed=table.allowed, agrees=table.agrees)


def _row(name: str, published: Number, here: Number | None) -> tuple:
    if here is None:
        return name, published.value, np.nan, np.nan, "", "not run"
    difference = here.value - published.value
    if published.n > 1 and np.isfinite(published.sd):
        margin = 2 * np.sqrt(_variance_of_difference(published, here))
        agrees, allowed = abs(difference) <= margin + 1e-9, f"± {margin:.3f}"
    elif np.isfinite(published.low):
        agrees = published.low - 1e-9 <= here.value <= published.high + 1e-9
        allowed = f"{number_text(published.low, '.3f')} to {number_text(published.high, '.3f')}"
    else:
        agrees, allowed = abs(difference) <= 1e-9, "equal"
    return name, published.value, here.value, difference, allowed, "yes" if agrees else "no"


def _variance_of_difference(published: Number, here: Number) -> float:
    """Variance of what separates two means over agents and trainings of a reference; `sd` is over all pairs of both."""
    trainings = published.reference_sd**2
    agents = max(published.sd**2 - trainings, 0)
    return agents * (1 / here.n + 1 / published.n) + trainings * (1 / here.trainings + 1 / published.trainings)


def _over_seeds(values: pd.Series) -> Number:
    return Number(float(values.mean()), float(values.std(ddof=1)) if len(values) > 1 else np.nan, len(values))


def _success(tables: Tables) -> Iterator[tuple[str, Number]]:
    if "success" in tables:
        table = tables["success"]
        for policy, what in (("sampled", "success"), ("floor", "success told nothing")):
            for task, rows in table[table.policy == policy].groupby("task", sort=False):
                yield f"{what}, {task}", _over_seeds(rows.success)


def _alignment(tables: Tables) -> Iterator[tuple[str, Number]]:
    if "results" in tables:
        table = tables["results"]
        measure = headline_measure(table)
        trainings = _trainings(tables, measure)
        for row in table[(table.measure == measure) & table.value.notna()].itertuples():
            drawn = _over_seeds(trainings.get(row.reference, pd.Series([row.value])))
            agents = int(row.seeds) // drawn.n
            yield (
                f"{measure} with {row.reference}",
                Number(row.value, row.seed_sd, agents, np.nan_to_num(drawn.sd), drawn.n, row.low, row.high),
            )
            yield f"  {row.reference}: ahead of words alone by", Number(row.gain, low=row.gain_low, high=row.gain_high)


def _trainings(tables: Tables, measure: str) -> dict[str, pd.Series]:
    """A reference's alignment by each of its trainings."""
    if "draws" not in tables:
        return {}
    table = tables["draws"]
    return dict(iter(table[table.measure == measure].groupby("reference").value))


def _course(tables: Tables) -> Iterator[tuple[str, Number]]:
    if {"agreement", "results"} <= tables.keys():
        families = tables["results"].drop_duplicates("reference").set_index("reference").family
        table = tables["agreement"]
        llms = table[(table.x == "samples") & table.reference.map(families).isin(LLMS)]
        if len(llms):
            mean = llms.groupby(["seed", "at"]).value.mean()
            measure = headline_measure(llms)
            yield f"{measure} with language models, at its peak", _over_seeds(mean.groupby("seed").max())
            yield f"{measure} with language models, at the end", _over_seeds(mean.groupby("seed").last())


def _synonyms(tables: Tables) -> Iterator[tuple[str, Number]]:
    if "synonyms" in tables:
        table = tables["synonyms"]
        yield "synonym is nearest, agent", _over_seeds(table[table.space == "agent"].rate)


def _grammar(results: Path) -> str:
    """The grammar of a run, from its recorded parameters; `paper` if there are none."""
    path = results / "parameters.json"
    return json.loads(path.read_text(encoding="utf-8")).get("grammar", "paper") if path.exists() else "paper"
