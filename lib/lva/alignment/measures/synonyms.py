"""Does a space know synonyms? Whether the nearest other wording about the same object means the same."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from lva.alignment.checks import as_space
from lva.alignment.measures.similarity import similarity


class SynonymRate(NamedTuple):
    """How often the nearest alternative is a synonym, and how often one drawn at random would be."""

    rate: float
    chance: float


def synonym_rate(x: ArrayLike, same: Sequence, meaning: Sequence) -> SynonymRate:
    """Share of items whose nearest neighbour, among the items alike in all but the wording, has the same meaning.

    same: (n,) labels of what the alternatives share (colour and kind), meaning: (n,) labels (the task). Cosine;
    alternatives tied for nearest count in equal parts. Items without a synonym, or with nothing but synonyms, are left
    out.
    x: (n, d) -> rate in [0, 1].
    """
    x, same, meaning = as_space(x, "x"), np.asarray(same), np.asarray(meaning)
    S, tolerance = similarity(x, "cosine", False, "x")
    rates, chances = [], []
    for i in range(len(x)):
        others = np.flatnonzero((same == same[i]) & (np.arange(len(x)) != i))
        synonyms = meaning[others] == meaning[i]
        if synonyms.any() and not synonyms.all():
            nearest = S[i, others] >= S[i, others].max() - tolerance
            rates.append(synonyms[nearest].mean())
            chances.append(synonyms.mean())
    if not rates:
        raise ValueError("no item has both a synonym and another alternative; check `same` and `meaning`")
    return SynonymRate(float(np.mean(rates)), float(np.mean(chances)))
