"""The blocks of docs/function.md, from the published tables of notebook 07."""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy.stats import t as student

from lva.ground import paths
from lva.ground.runs import read_table
from lva.report.readings.function import read_carried, read_confusion, read_exchange, read_predictors
from lva.report.tables.function import ENDS, HELD_OUT
from lva.report.wording import number_text, p_cell

RUN, UNRELATED = "laptop", "natural"  # runs whose tables are shown: synonyms share words, and share none
MAPS = ("ridge", "affine", "orthogonal", "relative")


def observer() -> str:
    """What can be read from the agent's own actions."""
    return read_confusion(_table("confusion"))


def carried(run: str = RUN) -> str:
    """The verdicts, and the numbers of every reference beside them."""
    table = _table("carried", run)
    head = "| held out | reference | score | over words alone | 95 % | p (Holm) | verdict |"
    lines = [head, "|---|---|--:|--:|---|--:|---|"]
    for row in table.itertuples():
        interval = f"{number_text(row.low, '+.2f')} to {number_text(row.high, '+.2f')}"
        cells = [HELD_OUT[row.scheme], row.reference, number_text(row.score), number_text(row.excess, "+.2f"), interval]
        lines.append(f"| {' | '.join([*cells, p_cell(row.holm), row.verdict])} |")
    return "\n".join([read_carried(table), "", *lines])


def maps() -> str:
    """Other maps and few anchors: the mean over references, the best of them and words alone, ± 95 % over agents.

    KL: of the best, from the agent told by its own E_L to the driven one.
    """
    table = _table("driving")
    ends = table[table.source.isin(ENDS)].groupby(["scheme", "mapping", "source"]).score.first().unstack()
    span = (ends[ENDS[0]] - ends[ENDS[1]]).rename("span").reset_index()
    table = table.merge(span, "left", ["scheme", "mapping"])
    some = table[(table.control == "") & table.kind.isin(("reference", "words")) & (table.source != "edit distance")]
    lines = ["| held out | map | references, mean | best of them | its KL, nats a step | bag of words |"]
    lines.append("|---|---|--:|--:|--:|--:|")
    for (scheme, mapping), at in some.groupby(["scheme", "mapping"], sort=False):
        if (table[table.scheme == scheme].mapping.nunique() == 1) and "anchors" not in scheme:
            continue
        references, words = at[at.kind == "reference"], at[at.source == "bag of words"]
        best = references.loc[references.function.idxmax()]
        cells = [_scheme(scheme), mapping, number_text(references.function.mean())]
        cells += [f"{best.source} {_over_agents(best)}", number_text(best.divergence), _over_agents(words.iloc[0])]
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)


def exchange(run: str = RUN) -> str:
    """What an exchange of one factor does."""
    return read_exchange(_table("exchange", run))


def predictors(run: str = RUN) -> str:
    """How well likeness predicts function."""
    return read_predictors(_table("predictors", run))


def unrelated() -> str:
    """The same of the grammar whose synonyms share no word."""
    return "\n\n".join(block(UNRELATED) for block in (carried, exchange, predictors))


def _over_agents(row: pd.Series) -> str:
    """A score on the scale of `function`, with its 95 % interval for other agents."""
    if row.agents < 2:
        return number_text(row.function)
    reach = student.ppf(0.975, row.agents - 1) * row.sd / np.sqrt(row.agents) / row.span
    return f"{number_text(row.function)} ± {number_text(reach)}"


def _scheme(name: str) -> str:
    return HELD_OUT.get(name, f"all but {name}")


def _table(name: str, run: str = RUN) -> pd.DataFrame:
    return read_table(paths.published_results() / run / f"{name}.csv")
