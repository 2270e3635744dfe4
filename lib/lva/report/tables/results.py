"""The main table: the agent with each model, beside everything that it must beat."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd

from lva.ground.runs import find_table
from lva.models import Embeddings
from lva.report.tables.headline import headline_measure, headline_table
from lva.report.wording import p_cell

BESIDE = {  # columns of the results -> their names in the wide table
    "paper_low": "paper, from",
    "paper_high": "to",
    "untrained": "untrained agent",
    "baseline_value": "best lexical",
    "gain": "gain on it",
    "relabel_excess": "more than words",
    "relabel_p": "p",
}


def results_table(alignment: pd.DataFrame, reported: pd.DataFrame, families: Mapping[str, str]) -> pd.DataFrame:
    """One row per reference and measure: the agent's value over its seeds beside everything it must beat.

    The columns of `headline_table`; a reference of `families` that was not run keeps its rows, with nothing in them.
    """
    measures = alignment.measure.unique()
    tables = [headline_table(alignment, reported, families, m).assign(measure=m, a="agent") for m in measures]
    table = pd.concat(tables).reset_index()
    table.insert(1, "family", table.reference.map(families))
    return table


def wide_table(results: pd.DataFrame, measure: str | None = None) -> pd.DataFrame:
    """Return one row per reference: the agent's value of each measure, and for one what it must beat; p as text.

    measure: the P@k of the widest neighbourhood by default.
    """
    names, measures = results.reference.unique(), results.measure.unique()
    wide = results.pivot(index="reference", columns="measure", values="value").reindex(index=names, columns=measures)
    at = beside(results, measure)
    return wide.join(at[list(BESIDE)].rename(columns=BESIDE)).rename_axis(columns=None)


def beside(results: pd.DataFrame, measure: str | None = None) -> pd.DataFrame:
    """Return the rows of one measure by reference, p as text."""
    at = results[results.measure == (measure or headline_measure(results))].set_index("reference")
    return at.assign(relabel_p=at.relabel_p.map(p_cell))


def finished_results(runs: Sequence[str]) -> dict[str, pd.DataFrame]:
    """Return the results of those runs that were made here or are published: name -> `results_table`."""
    found = {run: find_table(run, "results") for run in runs}
    return {run: table for run, table in found.items() if table is not None}


def compare_runs(results: Mapping[str, pd.DataFrame], measure: str | None = None) -> pd.DataFrame:
    """Return the agent's alignment, the best lexical baseline's and the excess over shared words, run by run.

    measure: the P@k of each run's own widest neighbourhood by default.
    """
    shown = {}
    for run, table in results.items():
        at = beside(table, measure)
        columns = {"value": at.measure.iloc[0]}
        columns |= {name: BESIDE[name] for name in ("baseline_value", "relabel_excess", "relabel_p")}
        shown[run] = at[list(columns)].rename(columns=columns)
    return pd.concat(shown, axis=1)


def readout_table(scores: pd.DataFrame, embeddings: Mapping[str, Embeddings]) -> pd.DataFrame:
    """Return the scores of `ladder` whose rungs are (reference, layer, pooling): one row per read-out and target.

    untrained_of: the reference that has the same architecture, for one with random weights.
    """
    table = pd.DataFrame(scores.rung.tolist(), columns=["reference", "layer", "pooling"], index=scores.index)
    twins = {name: e.reference.untrained_of or "" for name, e in embeddings.items()}
    table.insert(1, "untrained_of", table.reference.map(twins))
    return table.assign(target=scores.target, measure=scores.measure, value=scores.value)


def readout_view(readouts: pd.DataFrame) -> pd.DataFrame:
    """Return P@k of every last layer with a label of the phrase: by pooling, trained and with random weights."""
    rows = readouts[(readouts.target == "phrase") & readouts.pooling.isin(["mean", "last"])]
    last = rows[rows.layer == rows.groupby("reference").layer.transform("max")]
    of = last.untrained_of.where(last.untrained_of != "", last.reference)
    weights = last.untrained_of.map(lambda twin: ", random weights" if twin else "")
    wide = last.assign(reference=of, column=last.pooling + weights)
    return wide.pivot_table("value", "reference", "column", sort=False).rename_axis(columns=None)


def draw_table(scores: pd.DataFrame) -> pd.DataFrame:
    """Return the scores of `ladder` whose rungs are (reference, draw): one row per training, counted from 1."""
    table = pd.DataFrame(scores.rung.tolist(), columns=["reference", "draw"], index=scores.index)
    return table.assign(draw=table.draw + 1, measure=scores.measure, value=scores.value)


def layer_table(scores: pd.DataFrame, embeddings: Mapping[str, Embeddings]) -> pd.DataFrame:
    """Return the scores of `ladder` whose rungs are (reference, layer, pooling), untrained beside trained.

    headline marks the layer and pooling behind the headline number.
    """
    table = pd.DataFrame(scores.rung.tolist(), columns=["reference", "layer", "pooling"], index=scores.index)
    table = table.assign(measure=scores.measure, value=scores.value)
    trained = table.reference.map({name: e.reference.untrained_of for name, e in embeddings.items()})
    untrained = table[trained.notna()].assign(reference=trained)
    keys = ["reference", "layer", "pooling", "measure"]
    table = table[trained.isna()].merge(untrained.rename(columns={"value": "untrained"}), "left", keys)
    return table.assign(
        headline=[embeddings[row.reference].chosen == (row.layer, row.pooling) for row in table.itertuples()]
    )
