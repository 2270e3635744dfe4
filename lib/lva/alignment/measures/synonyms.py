"""Does a space know synonyms? Whether the nearest other wording, or the nearer of two, means the same."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from lva.alignment.checks import as_labels, as_space
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
    x = as_space(x, "x")
    same, meaning = _labels(len(x), same=same, meaning=meaning)
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


def synonym_choice(x: ArrayLike, same: Sequence, meaning: Sequence, length: Sequence) -> SynonymRate:
    """How often a synonym is nearer than an equally long alternative with another meaning.

    Each item is the cue of every such pair, and every item counts alike; ties count one half. A space that knows
    nothing but lengths ties everywhere, so chance is one half; with `synonym_rate`, which does not balance lengths, it
    can be far above its chance or at zero. Items without such a pair are left out.
    same: (n,) labels of what the alternatives share (colour and kind); meaning: (n,) labels (the task); length: (n,)
    words, say. Cosine. x: (n, d) -> rate in [0, 1]. Ref.: ours; two-alternative forced choice.
    """
    x = as_space(x, "x")
    same, meaning, length = _labels(len(x), same=same, meaning=meaning, length=length)
    S, tolerance = similarity(x, "cosine", False, "x")
    rates = []
    for i in range(len(x)):
        others = np.flatnonzero((same == same[i]) & (np.arange(len(x)) != i))
        means = meaning[others] == meaning[i]
        synonyms, rivals = others[means], others[~means]
        lead = np.subtract.outer(S[i, synonyms], S[i, rivals])
        fair = np.equal.outer(length[synonyms], length[rivals])
        if fair.any():
            rates.append(np.where(np.abs(lead) <= tolerance, 0.5, lead > 0)[fair].mean())
    if not rates:
        raise ValueError("no item has a synonym and an equally long alternative; check `same`, `meaning` and `length`")
    return SynonymRate(float(np.mean(rates)), 0.5)


def _labels(n: int, **labels: Sequence) -> list[np.ndarray]:
    return [as_labels(given, n, name) for name, given in labels.items()]
