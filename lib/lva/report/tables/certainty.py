"""How certain the numbers are: intervals beside values, and p-values corrected over all references and runs at once."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from lva.alignment import benjamini_hochberg
from lva.report.tables.headline import headline_measure
from lva.report.wording import number_text

LEVEL = 0.05  # of the false discovery rate


def certainty_view(certainty: pd.DataFrame, measure: str | None = None) -> pd.DataFrame:
    """Return one row per reference: the value and the gain on words with their intervals, as text.

    measure: the P@k of the widest neighbourhood by default.
    """
    at = certainty[certainty.measure == (measure or headline_measure(certainty))].set_index("reference")
    return pd.DataFrame(
        {
            "agent": _with_interval(at, "value", "low", "high", ".2f"),
            "nearest words": at.baseline,
            "too near for being chosen": at.optimism.map(lambda value: number_text(value, ".3f")),
            "ahead of them by": _with_interval(at, "gain", "gain_low", "gain_high", "+.2f"),
        }
    )


def corrected_together(results: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """Correct the relabelling p of every measure over all references and runs: run, reference, measure, p, q.

    results: run -> `results_table`. Within a measure, since a reader chooses one; Benjamini-Hochberg holds under the
    positive dependence of runs that share agents or references.
    """
    rows = pd.concat([table.assign(run=run) for run, table in results.items()], ignore_index=True)
    rows = rows.loc[rows.relabel_p.notna(), ["run", "reference", "measure", "relabel_excess", "relabel_p"]]
    rows = rows.rename(columns={"relabel_p": "p"}).reset_index(drop=True)
    return rows.assign(q=rows.groupby("measure").p.transform(benjamini_hochberg))


def found_in_runs(results: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """Return what passes the relabelling null by each measure once corrected over references and runs.

    One row per run, one column per measure, with the references and their excess; empty cells found nothing.
    """
    together = corrected_together(results)
    found = together[together.q < LEVEL]
    texts = found.reference + " " + found.relabel_excess.map(lambda value: number_text(value, "+.2f"))
    cells = texts.groupby([found.run, found.measure], sort=False).agg(", ".join).unstack()
    return cells.reindex(index=list(results), columns=together.measure.unique()).astype(object).fillna("")


def _with_interval(at: pd.DataFrame, value: str, low: str, high: str, form: str) -> pd.Series:
    number, start, end = (at[column].map(lambda v: number_text(v, form)) for column in (value, low, high))
    return number + " [" + start + ", " + end + "]"
