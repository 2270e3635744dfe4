"""The course of learning: means over seeds, by how much an agent had seen."""

from __future__ import annotations

import pandas as pd

EXPERIENCE = {"samples": "samples seen in training", "demonstrations": "demonstrations in the training set"}
FACTORS = ("task", "phrase", "color", "kind", "rest")  # of E_L


def over_seeds(table: pd.DataFrame, column: str, by: str = "at") -> pd.DataFrame:
    """Mean, minimum and maximum of a column over seeds, by moment."""
    return table.dropna(subset=column).groupby(by)[column].agg(["mean", "min", "max"])


def shares_over_seeds(composition: pd.DataFrame) -> pd.DataFrame:
    """Mean share of each factor over seeds, rows by `at`."""
    shares = composition.pivot_table("share", "at", "factor", aggfunc="mean", sort=False)
    return shares.sort_index()[[factor for factor in FACTORS if factor in shares]]
