"""The table that is read: how well every source drives the agents, under every scheme and map."""

from __future__ import annotations

import pandas as pd

from lva.studies.function.sources import CONSTANT, SAME
from lva.studies.levels import cells, score

BY = ["scheme", "mapping", "source", "kind", "control"]


def function_table(driven: pd.DataFrame) -> pd.DataFrame:
    """One row per scheme, map, source and control, over agents and levels.

    Columns: score (mean of approach and escape), sd (over agents), function (the score on a scale from 0, the agent's
    mean E_L, to 1, the agent's own), approach, escape (rates of being obeyed), found (of what is approached), success,
    divergence, variance, agents. With anchors, `scheme` says how many.
    """
    anchored = driven.scheme == "anchors"
    driven = driven.assign(scheme=driven.scheme.where(~anchored, driven.level))
    rows = [dict(zip(BY, names)) | _row(one) for names, one in driven.groupby(BY, sort=False)]
    table = pd.DataFrame(rows)
    ends = {name: table[table.source == name].set_index(["scheme", "mapping"]).score for name in (SAME, CONSTANT)}
    where = pd.MultiIndex.from_frame(table[["scheme", "mapping"]])
    own, mean = (ends[name].reindex(where).to_numpy() for name in (SAME, CONSTANT))
    table.insert(len(BY) + 2, "function", (table.score - mean) / (own - mean))
    return table


def _row(one: pd.DataFrame) -> dict[str, float]:
    obeyed = cells(one)
    rates = obeyed.mean().groupby(level="asked").mean()
    scores = obeyed.apply(score, axis=1)
    approach = one[one.asked == "approach"]
    row = {"score": scores.mean(), "sd": scores.std(), "approach": rates.get("approach"), "escape": rates.get("escape")}
    row |= {"found": approach.found.mean(), "success": one.success.mean(), "divergence": one.divergence.mean()}
    return row | {"variance": one.variance.mean(), "agents": len(obeyed)}


def exchange_table(exchanged: pd.DataFrame) -> pd.DataFrame:
    """One row per source and way to exchange, over agents: moved (and its sd), stayed, natural, episodes, agents.

    exchanged: of `exchange_in_agents`.
    """
    by = ["source", "kind", "factor", "subspace", "rank", "dose"]
    counts = {"moved": ("moved", "mean"), "sd": ("moved", "std"), "stayed": ("stayed", "mean")}
    counts |= {"natural": ("natural", "mean"), "episodes": ("episodes", "sum"), "agents": ("seed", "nunique")}
    return exchanged.groupby(by, sort=False).agg(**counts).reset_index()
