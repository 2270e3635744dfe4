"""The table of synonyms: how well each space tells synonyms from other tasks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd
from numpy.typing import ArrayLike

from lva.alignment.measures.synonyms import synonym_choice, synonym_rate


def synonym_table(spaces: Mapping[str, Sequence[ArrayLike]], same: Sequence, meaning: Sequence) -> pd.DataFrame:
    """Compute `synonym_rate` of every draw of every space: one row per draw with space, draw, rate and chance.

    spaces: name -> one (n, d) per draw; same, meaning: (n,) labels.
    """
    rows = [
        (name, draw, *synonym_rate(x, same, meaning)) for name, draws in spaces.items() for draw, x in enumerate(draws)
    ]
    return pd.DataFrame(rows, columns=["space", "draw", "rate", "chance"])


def synonym_choice_table(
    spaces: Mapping[str, Sequence[ArrayLike]], same: Sequence, meaning: Sequence, length: Sequence
) -> pd.DataFrame:
    """Compute `synonym_choice` of every draw of every space: one row per draw with space, draw, rate and chance.

    spaces: name -> one (n, d) per draw; same, meaning, length: (n,) labels.
    """
    rows = [
        (name, draw, *synonym_choice(x, same, meaning, length))
        for name, draws in spaces.items()
        for draw, x in enumerate(draws)
    ]
    return pd.DataFrame(rows, columns=["space", "draw", "rate", "chance"])
