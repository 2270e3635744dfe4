"""What counts as reaching the paper's number: written before any reading was trained.

The paper reports agents that succeed in 85 to 95 % of their episodes and whose P@15 with language models is 0.70 to
0.73. A reading has *reached* that, in rooms of one kind, if over at least five fresh seeds, at the read-out that the
registry fixes (cosine, raw, the layer and pooling of the headline):

1. each task's success, sampled, averaged over the seeds, is at least 0.85 in these rooms;
2. the 95 % interval of the mean over seeds of P@15 with the language model overlaps 0.70 to 0.73;
3. and it lies above the untrained agent of the same seeds.

It is decided for each language model, and apart for the rooms of the training and for rooms with four distractors, in
which an object cannot be found without its words. Readings with fewer fresh seeds are only *nominated*: by a checkpoint
at which the agent succeeds so often and has a P@15 of 0.70 or more. The whole *pattern* of the paper is there if
moreover language models and BLIP lie above BERT and CLIP, and P@1 is at least ten times chance.
"""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from lva.alignment.tables.intervals import interval
from lva.ground.paper import ALIGNMENT, SUCCESS

SEEDS = 5  # fresh ones, for a verdict
ROOMS = ("own", "crowded")
COLUMNS = ("reading", "reference", "rooms", "seeds", "success", "value", "low", "high", "untrained", "verdict")
NEAREST, TENFOLD = "P@1", 10


def verdict_table(box: pd.DataFrame) -> pd.DataFrame:
    """Decide every reading at the end of its training: one row for each reading, model and kind of rooms.

    box: of `box_table`. Columns: reading, reference, rooms, seeds, success, value, low, high, untrained, verdict.
    """
    fresh = _wide(box[box.seed > 0])
    ends = fresh[fresh.samples == fresh.groupby(["reading", "seed"]).samples.transform("max")]
    if fresh.empty:
        return pd.DataFrame(columns=COLUMNS)
    starts = fresh[fresh.samples == 0].groupby(["reading", "reference"]).value.mean()
    rows = []
    for (reading, reference), at in ends.groupby(["reading", "reference"], sort=False):
        found = interval(at.value.mean(), at.value.sem(), max(1, len(at) - 1))
        for rooms in ROOMS:
            row = {"reading": reading, "reference": reference, "rooms": rooms, "seeds": len(at)}
            row |= {"success": at[f"success_{rooms}"].mean(), "value": found.estimate, "low": found.low}
            rows.append(row | {"high": found.high, "untrained": starts[reading, reference]})
    table = pd.DataFrame(rows)
    return table.assign(verdict=[_decide(row) for row in table.itertuples()])


def pattern_table(box: pd.DataFrame, groups: tuple[Sequence[str], Sequence[str]], items: int) -> pd.DataFrame:
    """Whether the whole pattern of the paper is there at the end of a training: one row a reading, means over seeds.

    groups: the models that the paper finds near, and those it finds far. Columns: reading, seeds, near, far (mean P@k
    of each), nearest (P@1 with the near ones), chance (of P@1 among so many items), pattern.
    """
    ends = box[box.samples == box.groupby(["reading", "seed"]).samples.transform("max")]
    near, far = (ends[ends.reference.isin(group)] for group in groups)
    table = pd.DataFrame(
        {
            "seeds": ends.groupby("reading", sort=False).seed.nunique(),
            "near": _wide(near).groupby("reading").value.mean(),
            "far": _wide(far).groupby("reading").value.mean(),
            "nearest": near[near.measure == NEAREST].groupby("reading").value.mean(),
            "chance": 1 / (items - 1),
        }
    )
    there = (table.near > table.far) & (table.nearest >= TENFOLD * table.chance)
    return table.assign(pattern=there.map({True: "there", False: "not there"})).reset_index()


def _wide(box: pd.DataFrame) -> pd.DataFrame:
    """The rows of P@k for the wide neighbourhood."""
    return box[box.measure != NEAREST]


def nominations(box: pd.DataFrame) -> pd.DataFrame:
    """The checkpoints, of any seed, that lie in the paper's box: rows of `box`, with the rooms in which they do."""
    wide = _wide(box)
    inside = [
        wide[(wide[f"success_{rooms}"] >= SUCCESS[0]) & (wide.value >= ALIGNMENT[0])].assign(rooms=rooms)
        for rooms in ROOMS
    ]
    return pd.concat(inside, ignore_index=True)


def _decide(row) -> str:
    if row.seeds < SEEDS:
        return "too few seeds"
    able = row.success >= SUCCESS[0]
    there = row.low <= ALIGNMENT[1] and row.high >= ALIGNMENT[0]
    return "reached" if able and there and row.low > row.untrained else "not reached"
