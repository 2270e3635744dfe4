"""The numbers of the study of transfer, as its figures and sentences want them."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from lva.studies.transfer.languages import CONTROL, KNOWN, LEARNT, LEXICAL, RIVALS

ORDER = (LEARNT, LEXICAL, KNOWN, CONTROL)


def in_order(table: pd.DataFrame) -> Iterator[tuple[str, pd.DataFrame]]:
    """Each language with its rows: what is learnt first, then words alone, knowledge, controls."""
    ranked = table.assign(order=table.kind.map(ORDER.index)).sort_values("order", kind="stable")
    for name, one in ranked.groupby("language", sort=False):
        yield name, one.drop(columns="order")


def zero_shot(held: pd.DataFrame) -> pd.DataFrame:
    """What was held out and never demonstrated."""
    return held[held.shots == 0]


def best_rivals(held: pd.DataFrame) -> pd.Series:
    """The best success without knowledge, by axis."""
    rows = zero_shot(held)
    return rows[rows.kind.isin(RIVALS)].groupby("axis", sort=False).success.max()
