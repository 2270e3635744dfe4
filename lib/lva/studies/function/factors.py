"""What can be exchanged in an instruction: what the agent is to do, and the colour and kind of the object."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from lva.agent.driving import BEHAVIOURS
from lva.spaces import item_table
from lva.world import Grammar
from lva.world.tasks import RECORD_OF

FACTORS = {"behaviour": ("color", "kind"), "color": ("phrase", "kind"), "kind": ("phrase", "color")}  # -> the others
APPROACH, ESCAPE = BEHAVIOURS["face"], BEHAVIOURS["flee"]


def labelled_items(grammar: Grammar) -> pd.DataFrame:
    """`item_table`, with the behaviour that each instruction asks for, and the number of its object."""
    items = item_table(grammar)
    seen = [BEHAVIOURS[RECORD_OF[task].search] for task in items.task]
    return items.assign(behaviour=seen, object=pd.factorize(items.color + " " + items.kind)[0])


def halves(items: pd.DataFrame, factor: str) -> NDArray[np.bool_]:
    """Split the combinations of the other two factors in two, with each level of these in both: (n,)."""
    a, b = (pd.factorize(items[other])[0] for other in FACTORS[factor])
    return (a + b) % 2 == 0


def differing(items: pd.DataFrame, factor: str, i: int) -> NDArray[np.bool_]:
    """The instructions that differ from instruction `i` in this factor, and not in the other two: (n,)."""
    if factor not in FACTORS:
        raise ValueError(f"factor={factor!r} is unknown; choose one of {', '.join(FACTORS)}")
    same = np.all([items[other] == items[other][i] for other in FACTORS[factor]], axis=0)
    return same & (items[factor] != items[factor][i]).to_numpy()
