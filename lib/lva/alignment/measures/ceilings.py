"""The most that a space of a given kind could reach: P@k of the best one that treats some items alike."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike

from lva.alignment.checks import as_labels, as_space, check_k
from lva.alignment.measures.neighbours import neighbours


def class_ceiling(y: ArrayLike, labels: Sequence, k: int) -> float:
    """The greatest P@k with `y` of any space that knows of each item only its class.

    Such a space has one neighbour order per class: the class itself first, at distance zero, then the others in any
    order, each a tie. With c(C, D) the mean chance that a member of D is among the k nearest of a member of C in y, the
    best order takes the classes D by falling c(C, D), the last one in part. It need not be the order of one metric
    space, so this is an upper bound; with classes of more than k items it is exact.
    y: (n, d); labels: (n,), synonyms, tasks or phrases, say. Ref.: ours; the fractional knapsack.
    """
    Y = as_space(y, "y")
    check_k(k, len(Y))
    names, of_item = np.unique(as_labels(labels, len(Y), "labels"), return_inverse=True)
    near = neighbours(Y).membership(k)
    member = np.eye(len(names))[of_item]
    shared, sizes, total = member.T @ near @ member, member.sum(0), 0.0
    for c in range(len(names)):
        room = sizes.copy()
        room[c] -= 1  # an item is no neighbour of itself
        worth = np.divide(shared[c], room, out=np.zeros_like(room), where=room > 0)
        order = [c, *(d for d in np.argsort(-worth, kind="stable") if d != c)]
        before = np.concatenate([[0], np.cumsum(room[order])[:-1]])
        total += (worth[order] * np.clip(k - before, 0, room[order])).sum()
    return float(total / (len(Y) * k))
