"""What the lessons come to: success by demonstrations, how many are needed, and what is done that was never shown.

The rule, written before any of these numbers was seen. Of the instructions that were held out, phrases, colours, kinds
or pairs, none was demonstrated. The score of a language is its success on them, the mean over tasks of the mean over
levels, in sampled rollouts. A language that holds knowledge *carries over* if

1. its score exceeds by 0.10 or more that of the best language without knowledge: words that are learnt, from alike or
   apart, or a bag of words. The best is a maximum, which is in its favour. (Before the numbers were seen it was to be
   chosen for each level on the other levels, as in `lva.studies.function`; with one phrase a task that picked weak
   rivals, in favour of knowledge.)
2. the 95 % interval of the excess lies above zero: a jackknife over levels, to which the variance over seeds is added;
3. its one-sided p, by Holm over the languages of an axis, is below .05;
4. and there are at least five seeds.

It *saves demonstrations* if the same is true of its success on all instructions, the mean over the numbers of
demonstrations, with the instructions as levels and an excess of 0.05 or more.

Controls decide nothing: they show what the same vectors do without their meaning.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from lva.ground.tables import SCHEMAS
from lva.studies.levels import Cells, cells, excess_interval, holm, score
from lva.studies.transfer.languages import KNOWN, RIVALS
from lva.studies.transfer.lessons import NOTHING, level_of

FEWER = "fewer demonstrations"  # the question of the curves, among those of the axes
EXCESS = {FEWER: 0.05}
LEAST, LEVEL, SEEDS = 0.10, 0.05, 5
GOALS = (0.8, 0.95, 0.99)


def curve_table(taught: pd.DataFrame, items: pd.DataFrame) -> pd.DataFrame:
    """Success by language and number of demonstrations, the mean over tasks, with an interval over both.

    Columns: language, kind, demonstrations, success, low, high (95 %, for other instructions and seeds), floor, seeds.
    """
    rows = []
    whole = _labelled(taught[taught.axis == NOTHING], items)
    for (language, kind, n), some in whole.groupby(["language", "kind", "demonstrations"], sort=False):
        success, low, high, _ = excess_interval(cells(some, "success"))
        floor = some.groupby("asked").floor.mean().mean()
        rows.append((language, kind, n, success, max(low, 0), min(high, 1), floor, some.seed.nunique()))
    return pd.DataFrame(rows, columns=SCHEMAS["transfer_curves"])


def needed_table(curves: pd.DataFrame) -> pd.DataFrame:
    """How many demonstrations each language needs to reach each of GOALS: language, kind, goal, demonstrations.

    Between two numbers of demonstrations success is taken to be a line over their logarithm; NaN where no number that
    was tried reaches the goal. Where the fewest reach it, they are what is needed at most.
    """
    rows = []
    for (language, kind), curve in curves.groupby(["language", "kind"], sort=False):
        curve = curve.sort_values("demonstrations", kind="stable")
        rows += [(language, kind, goal, _reached(curve, goal)) for goal in GOALS]
    return pd.DataFrame(rows, columns=SCHEMAS["transfer_needed"])


def held_out_table(taught: pd.DataFrame, items: pd.DataFrame) -> pd.DataFrame:
    """Success on what was held out, beside what was demonstrated, by axis, shots and language.

    Columns: axis, shots, language, kind, success, low, high, floor, taught (success on what was demonstrated), seeds.
    """
    rows = []
    for axis in [name for name in taught.axis.unique() if name != NOTHING]:
        about = _labelled(taught[taught.axis == axis], items, axis)
        for (shots, language, kind), some in about.groupby(["shots", "language", "kind"], sort=False):
            out, kept = some[some.out], some[~some.out]
            success, low, high, _ = excess_interval(cells(out, "success"))
            others = [some_.groupby("asked")[of].mean().mean() for some_, of in ((out, "floor"), (kept, "success"))]
            seeds = some.seed.nunique()
            rows.append((axis, shots, language, kind, success, max(low, 0), min(high, 1), *others, seeds))
    return pd.DataFrame(rows, columns=SCHEMAS["transfer_held_out"])


def task_table(taught: pd.DataFrame, items: pd.DataFrame) -> pd.DataFrame:
    """The same success task by task, which tells what an agent does that has not understood.

    Columns: axis, shots, language, kind, task, success, floor.
    """
    without = taught[(taught.axis != NOTHING) & taught.out]
    tasks = without.assign(task=items.task.to_numpy()[without.item.to_numpy()])
    by = ["axis", "shots", "language", "kind", "task"]
    return tasks.groupby(by, sort=False, as_index=False)[["success", "floor"]].mean()


def verdict_table(taught: pd.DataFrame, items: pd.DataFrame) -> pd.DataFrame:
    """Decide by the rule: question (an axis, or FEWER), language, and what the decision rests on."""
    rows = []
    for axis in taught.axis.unique():
        question = axis or FEWER
        some = _labelled(taught[(taught.axis == axis) & (taught.shots == 0)], items, axis)
        some = some[some.out] if axis else some
        rivals = {name: cells(one, "success") for name, one in _of(some, *RIVALS).groupby("language", sort=False)}
        for language, one in _of(some, KNOWN).groupby("language", sort=False):
            about = {"question": question, "language": language, "seeds": one.seed.nunique()}
            rows.append(about | _beside(cells(one, "success"), rivals))
    if not rows:
        return pd.DataFrame(columns=SCHEMAS["transfer_verdicts"])
    table = pd.DataFrame(rows)
    table["holm"] = table.groupby("question").p.transform(holm)
    return table.assign(verdict=[_decide(row) for row in table.itertuples()])[list(SCHEMAS["transfer_verdicts"])]


def _labelled(taught: pd.DataFrame, items: pd.DataFrame, axis: str = NOTHING) -> pd.DataFrame:
    level, number = level_of(items, axis).to_numpy(), taught.item.to_numpy()
    return taught.assign(level=level[number], asked=items.task.to_numpy()[number])


def _of(taught: pd.DataFrame, *kinds: str) -> pd.DataFrame:
    return taught[taught.kind.isin(kinds)]


def _beside(own: Cells, rivals: dict[str, Cells]) -> dict:
    """The score of a language, and its excess over the best of its rivals."""
    scores = {name: score(rival.mean()) for name, rival in rivals.items()}
    best = max(scores, key=scores.get)
    excess, low, high, p = excess_interval(own - rivals[best])
    about = {"score": score(own.mean()), "baseline": f"{best} {scores[best]:.2f}"}
    return about | {"excess": excess, "low": low, "high": high, "p": p}


def _reached(curve: pd.DataFrame, goal: float) -> float:
    n, success = np.log(curve.demonstrations.to_numpy(float)), curve.success.to_numpy()
    there = np.flatnonzero(success >= goal)
    if not len(there):
        return np.nan
    i = there[0]
    if i == 0:
        return float(np.exp(n[0]))
    share = (goal - success[i - 1]) / (success[i] - success[i - 1])
    return float(np.exp(n[i - 1] + share * (n[i] - n[i - 1])))


def _decide(row) -> str:
    if row.excess >= EXCESS.get(row.question, LEAST) and row.low > 0 and row.holm < LEVEL:
        return "yes" if row.seeds >= SEEDS else "too few seeds"
    return "no"
