"""The instructions as items: what each is about, as labels and as levels."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from lva.world import Grammar

ALL_BUT_SYNONYMS = "task and object"  # what a space knows that treats synonyms alike
RENAMED = ("phrase", "color", "kind")  # whose levels the relabelling null may rename


def item_table(grammar: Grammar) -> pd.DataFrame:
    """One row per instruction: text, task, phrase, color, kind."""
    return pd.DataFrame([vars(instruction) for instruction in grammar.instructions])


def item_factors(items: pd.DataFrame) -> dict[str, pd.Series]:
    """What the instructions are a product of, phrases nested in tasks: name -> (n,) labels."""
    return {factor: items[factor] for factor in ("task", "phrase", "color", "kind")}


def item_classes(items: pd.DataFrame) -> dict[str, pd.Series]:
    """Ways to know less than an instruction says: name -> (n,) labels. Task and object is all but which synonym."""
    object_ = items.color + " " + items.kind
    return {
        "the task": items.task,
        "the phrase": items.phrase,
        "the object": object_,
        ALL_BUT_SYNONYMS: items.task + " " + object_,
    }


def factor_levels(items: pd.DataFrame) -> NDArray[np.int64]:
    """The level of phrase, colour and kind of each item, numbered in sorted order, for the relabelling null: (n, 3)."""
    levels = [np.unique(items[factor].astype(str), return_inverse=True)[1] for factor in RENAMED]
    return np.column_stack(levels)
