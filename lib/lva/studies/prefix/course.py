"""The agent at each moment of its learning, against how phrase-like each space is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.stats import spearmanr

from lva.alignment import Moment, ladder
from lva.studies.prefix.likeness import HEADLINE, NEIGHBOURS, Every
from lva.studies.prefix.orders import FIRST
from lva.studies.prefix.readouts import MEAN, USUAL
from lva.studies.prefix.spaces import CAUSAL, TRAINED, Key

SPEARMAN = "spearman"


def course_table(every: Every, moments: Sequence[Moment], phrase: NDArray) -> pd.DataFrame:
    """P@15 of each space with the agent at each moment, mean over trainings, beside P@15 with a one-hot of the phrase.

    Columns: at, model, weights, mask, readout, phrase_like, value. Only the usual read-outs, said in the first order.
    """
    rungs = {
        (model, key.weights, key.mask, key.readout): draws
        for model, spaces in every.items()
        for key, draws in spaces.items()
        if key.order == FIRST and key.readout in USUAL
    }
    targets = {str(at): draws for at, draws in by_moment(moments).items()}
    table = ladder(rungs, {"phrase": [phrase], **targets}, NEIGHBOURS, [HEADLINE])
    wide = table.pivot(index="rung", columns="target", values="value").loc[list(rungs)]
    long = wide.melt(id_vars="phrase", var_name="at", ignore_index=False).reset_index()
    long[["model", "weights", "mask", "readout"]] = pd.DataFrame(long.rung.tolist(), index=long.index)
    long = long.rename(columns={"phrase": "phrase_like"}).astype({"at": int})
    columns = ["at", "model", "weights", "mask", "readout", "phrase_like", "value"]
    return long.sort_values("at", kind="stable", ignore_index=True)[columns]


def by_moment(moments: Sequence[Moment]) -> dict[int, list[NDArray]]:
    """The embeddings of all trainings at each number of samples, in order."""
    samples = sorted({moment.at for moment in moments if moment.x == "samples"})
    return {at: [np.asarray(m.embedding) for m in moments if (m.x, m.at) == ("samples", at)] for at in samples}


def peak_of(every: Every, causal: Sequence[str], moments: Mapping[int, Sequence[NDArray]]) -> int:
    """The moment with the greatest mean P@15 with the causal models as trained, read out by the mean over tokens."""
    key = Key(FIRST, TRAINED, CAUSAL, MEAN)
    spaces = {model: every[model][key] for model in causal}
    table = ladder(spaces, {str(at): draws for at, draws in moments.items()}, NEIGHBOURS, [HEADLINE])
    return int(table.groupby("target").value.mean().idxmax())


def follow(course: pd.DataFrame) -> pd.DataFrame:
    """Over all spaces, Spearman's correlation of being phrase-like and P@15 with the agent: at, spearman."""
    rows = [(at, spearmanr(one.phrase_like, one.value).statistic) for at, one in course.groupby("at")]
    return pd.DataFrame(rows, columns=["at", SPEARMAN])
