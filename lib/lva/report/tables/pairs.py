"""One measure of the alignment table as a square, space by space."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pandas as pd

from lva.alignment import benjamini_hochberg
from lva.report.tables.headline import headline_measure
from lva.spaces.agents import AGENT

EXCESS = "relabel excess of "  # before a measure: its excess over the relabelling null
NAMES = {"cka": "debiased CKA", "rsa": "RSA"}  # as readers see them
LEVEL = 0.05  # of the false discovery rate


def parts_of(measure: str) -> tuple[str, str, str]:
    """The measure itself, and the table's columns with the value to draw and with its p."""
    if measure.startswith(EXCESS):
        return measure.removeprefix(EXCESS), "relabel_excess", "relabel_p"
    return measure, "value", "p"


def pair_measures(alignment: pd.DataFrame) -> tuple[str, ...]:
    """Return what is drawn for every pair: the P@k of the widest neighbourhood, CKA, and the excess of that P@k."""
    measure = headline_measure(alignment)
    return measure, "cka", EXCESS + measure


def read_pieces(names: Iterable[str]) -> list[bool]:
    """Whether each space was made by a model that reads letters or pieces of words: all but the agents.

    Where both do, structure below the word can pass the relabelling null without any shared meaning.
    """
    return [not name.startswith(AGENT) for name in names]


def pair_matrix(alignment: pd.DataFrame, measure: str, column: str = "value") -> pd.DataFrame:
    """One column of the table as a square, space by space; nan on the diagonal."""
    rows = alignment[alignment.measure == measure]
    if rows.empty:
        raise ValueError(f"measure={measure!r} is not in the table; it has {', '.join(sorted(set(alignment.measure)))}")
    return rows.pivot(index="a", columns="b", values=column).rename_axis(index=None, columns=None)


def discoveries(alignment: pd.DataFrame, measure: str, column: str = "p") -> pd.DataFrame:
    """Whether each pair's p, adjusted over all unordered pairs (Benjamini-Hochberg), is below 0.05."""
    p = pair_matrix(alignment, measure, column)
    upper = np.triu_indices(len(p), 1)
    significant = np.zeros(p.shape, dtype=bool)
    significant[upper] = benjamini_hochberg(p.to_numpy()[upper]) < LEVEL
    return pd.DataFrame(significant | significant.T, p.index, p.columns)
