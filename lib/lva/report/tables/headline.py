"""The headline number of each reference, beside what it must beat."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd


def headline_measure(table: pd.DataFrame) -> str:
    """Return the P@k of the widest neighbourhood in a table with a column `measure`: P@15 for 108 instructions."""
    ks = [int(measure.removeprefix("P@")) for measure in table.measure.unique() if measure.startswith("P@")]
    if not ks:
        raise ValueError(f"the table has no P@k, only {sorted(set(table.measure))}; align by precision first")
    return f"P@{max(ks)}"


def headline_table(
    alignment: pd.DataFrame, reported: pd.DataFrame, families: Mapping[str, str], measure: str | None = None
) -> pd.DataFrame:
    """Return one row per reference, in the order of `families` (name -> family); nan where nothing was run or reported.

    The columns of `lva.alignment.align` for (agent, reference), with `untrained`, `paper_low`, `paper`, `paper_high`.
    reported: a, b (a family), measure, low, high, as `reported_values` gives them. measure: the P@k of the widest
    neighbourhood by default.
    """
    measure = measure or headline_measure(alignment)
    rows = alignment[alignment.measure == measure]
    if not (rows.a == "agent").any():
        raise ValueError(f"the table has no {measure} of 'agent', but {sorted(set(alignment.measure))}; align it first")
    names = [name for name, family in families.items() if family != "agent"]
    table = rows[rows.a == "agent"].set_index("b").reindex(names).rename_axis("reference")
    table["untrained"] = rows[rows.a == "agent untrained"].set_index("b").value.reindex(names)
    paper = reported[(reported.a == "agent") & (reported.measure == measure)].set_index("b")
    low, high = paper[["low", "high"]].reindex([families[name] for name in names]).to_numpy(float).T
    return table.assign(paper_low=low, paper=(low + high) / 2, paper_high=high)
