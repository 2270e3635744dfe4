"""What is held out while a map is fitted: single instructions, or whole levels of a factor."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

LEVELS = ("pairs", "phrase", "color", "kind", "task")  # a map must say something new of a level that it has not seen
SCHEMES = ("items", *LEVELS)
FOLDS = 6  # of items and of pairs


def held_out(items: pd.DataFrame, scheme: str) -> dict[str, NDArray[np.bool_]]:
    """The folds of a scheme by name, each the mask of the items that are held out: (n,).

    items: of `item_table`. `items`: a sixth of all, each phrase, colour and kind in balance; `pairs`: a sixth of the
    combinations of colour and kind; else one level of the factor at a time. Where words suffice, folds over items are
    passed by words alone; only folds over levels ask what a word means.
    """
    if scheme not in SCHEMES:
        raise ValueError(f"scheme={scheme!r} is unknown; choose one of {', '.join(SCHEMES)}")
    if scheme in ("items", "pairs"):
        phrase, color, kind = (pd.factorize(items[factor])[0] for factor in ("phrase", "color", "kind"))
        number = (color + 2 * kind + (phrase if scheme == "items" else 0)) % FOLDS
        names = [f"{scheme} {i + 1}" for i in number]
    else:
        names = items[scheme].tolist()
    folds = {name: np.array([own == name for own in names]) for name in dict.fromkeys(names)}
    if len(folds) < 2:
        raise ValueError(f"{scheme} has the one level {names[0]!r}: nothing is left to fit a map on")
    return folds


def anchor_sets(items: pd.DataFrame, sizes: tuple[int, ...], seed: int = 0) -> dict[int, NDArray[np.bool_]]:
    """For each size, the items that are *not* anchors: (n,). Anchors are drawn so that levels are about in balance.

    A smaller set lies within a larger one.
    """
    if any(not 2 <= size < len(items) for size in sizes):
        raise ValueError(f"anchors={list(sizes)} must be from 2 and below the {len(items)} instructions")
    rng = np.random.default_rng(seed)
    levels = [pd.factorize(items[factor])[0] for factor in ("phrase", "color", "kind")]
    counts = [np.zeros(level.max() + 1) for level in levels]
    left, order = set(range(len(items))), []
    while left:
        candidates = rng.permutation(sorted(left))
        crowding = sum(count[level[candidates]] for count, level in zip(counts, levels))
        chosen = int(candidates[np.argmin(crowding)])
        order.append(chosen)
        left.remove(chosen)
        for count, level in zip(counts, levels):
            count[level[chosen]] += 1
    return {size: ~np.isin(np.arange(len(items)), order[:size]) for size in sizes}
