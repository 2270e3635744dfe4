"""When a space counts as carrying function.

The thresholds were written before the tables were made; one agent had been driven with phrases held out, in a pilot.

An agent obeys if it does what was asked: approach this object, or escape. The score of a source is the mean of two
rates of being obeyed, over instructions that ask to approach and over those that ask to escape, each level of what is
held out counting once; so an agent that always escapes has one half. Where whole levels are held out (pairs of colour
and kind, phrases, colours, kinds), a reference *carries function* to what its map has not been fitted on if

1. its score exceeds that of the best lexical baseline, or of the agent's mean if that is better, by 0.10 or more; for
   each level the baseline is the one that is best on the other levels;
2. the 95 % interval of the excess lies above zero: a jackknife over levels, to which the variance over agents is added,
   with the degrees of freedom of whichever are fewer;
3. its one-sided p, by Holm over the references of a scheme, is below .05;
4. and there are at least five agents.

Another agent, mapped in the same way, is the ceiling. Where it does not exceed words by 0.10 either, the scheme has no
power, and that a reference does not carry says nothing. This was added after the numbers of the ceiling were seen.

Folds over instructions decide nothing, since words alone suffice there; nor do folds over tasks, since one of them is
the only one of its kind.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from lva.studies.function.driven import RIDGE
from lva.studies.function.sources import CONSTANT, OTHER_SEED
from lva.studies.levels import Cells, cells, excess_interval, holm, score

DECIDING = ("pairs", "phrase", "color", "kind")
EXCESS, LEVEL, AGENTS = 0.10, 0.05, 5
COLUMNS = (
    *("scheme", "reference", "score", "baseline", "excess", "low", "high"),
    *("p", "holm", "ceiling", "agents", "verdict"),
)


def verdict_table(driven: pd.DataFrame) -> pd.DataFrame:
    """Decide every reference under every scheme that holds out levels: COLUMNS, one row each.

    driven: of `drive_agents`. baseline: the one that is best over all levels, for the reader; excess: over those chosen
    level by level; ceiling: the excess of another agent, NaN with one agent.
    """
    rows = []
    ridge = driven[(driven.mapping == RIDGE) & (driven.control == "")]
    for scheme in [name for name in DECIDING if (ridge.scheme == name).any()]:
        table = ridge[ridge.scheme == scheme]
        rivals = {name: cells(one) for name, one in table[_is_baseline(table)].groupby("source", sort=False)}
        other = table[table.source == OTHER_SEED]
        ceiling = _compared(cells(other), rivals)["excess"] if len(other) else np.nan
        for reference, one in table[table.kind == "reference"].groupby("source", sort=False):
            compared = _compared(cells(one), rivals)
            rows.append({"scheme": scheme, "reference": reference, "ceiling": ceiling} | compared)
    table = pd.DataFrame(rows)
    table["holm"] = table.groupby("scheme").p.transform(holm)
    return table.assign(verdict=[_decide(row) for row in table.itertuples()])[list(COLUMNS)]


def _is_baseline(table: pd.DataFrame) -> pd.Series:
    return (table.kind == "words") | (table.source == CONSTANT)


def _compared(own: Cells, rivals: dict[str, Cells]) -> dict:
    best = {}
    for level in own.columns.get_level_values("level").unique():
        others = {name: score(rival.mean().drop(level, level="level")) for name, rival in rivals.items()}
        best[level] = max(others, key=others.get)
    rival = pd.concat([rivals[name].loc[:, [level]] for level, name in best.items()], axis=1)
    estimate, low, high, p = excess_interval(own - rival[own.columns])
    overall = max(rivals, key=lambda name: score(rivals[name].mean()))
    about = {"score": score(own.mean()), "baseline": f"{overall} {score(rivals[overall].mean()):.2f}"}
    return about | {"excess": estimate, "low": low, "high": high, "p": p, "agents": len(own)}


def _decide(row) -> str:
    if row.excess >= EXCESS and row.low > 0 and row.holm < LEVEL:
        return "carries" if row.agents >= AGENTS else "too few agents"
    return "no power" if row.ceiling < EXCESS else "does not carry"
