"""What else comes as close to each model as the trained agent: agents that cannot act, the model untrained, words."""

from __future__ import annotations

import pandas as pd

from lva.models.references.reference import UNTRAINED
from lva.report.tables.headline import headline_measure
from lva.spaces.agents import AGENT

CANNOT_ACT = {  # column -> rung of the ladder
    "untrained": f"{AGENT} {UNTRAINED}",
    "untrained, identity words": f"{UNTRAINED}, identity words",
    "taught other steps' actions": f"{AGENT} shuffled",
}
OTHER_SEEDS = "another seed"  # of the agent


def rivals_table(results: pd.DataFrame, ladder: pd.DataFrame, measure: str | None = None) -> pd.DataFrame:
    """Return one row per model that was run: the agent's alignment, and that of what must not reach it.

    Columns: agent; agents that cannot act; the model with random weights, compared with the trained agent; words alone,
    the nearest of several spaces. The first row, `another seed`, is the agent with its own other seeds. nan: not run.
    results, ladder: tables of a run; measure: the P@k of the widest neighbourhood by default.
    """
    measure = measure or headline_measure(results)
    at = results[(results.measure == measure) & results.value.notna()].set_index("reference")
    rungs = ladder[ladder.measure == measure].pivot(index="rung", columns="target", values="value")
    table = pd.DataFrame({"agent": at.value})
    for column, rung in CANNOT_ACT.items():
        table[column] = at.untrained if column == UNTRAINED else _row(rungs, rung).reindex(at.index)
    twins = [f"{name} {UNTRAINED}" for name in at.index]
    table["the model untrained"] = rungs.get(AGENT, pd.Series(dtype=float)).reindex(twins).to_numpy()
    table["words alone"] = at.baseline_value
    own = pd.DataFrame({"agent": at.ceiling.iloc[:1].to_numpy()}, index=[OTHER_SEEDS])
    return pd.concat([own, table]).rename_axis("reference") if at.ceiling.notna().any() else table


def _row(rungs: pd.DataFrame, rung: str) -> pd.Series:
    return rungs.loc[rung] if rung in rungs.index else pd.Series(float("nan"), rungs.columns)
