"""What the nulls would have found, from the published benchmark of planted spaces."""

from __future__ import annotations

import pandas as pd

from lva.ground import paths
from lva.report.wording import percent_text

TABLE = "bench_calibration"
SHARED = "colour and kind"


def calibration() -> pd.DataFrame | None:
    """Return the published table of false alarms and power; None if it was never published."""
    path = paths.published_results() / f"{TABLE}.csv"
    return pd.read_csv(path) if path.exists() else None


def power_text(grammar: str, measure: str) -> str:
    """Say how often the relabelling null would have found colour and kind shared; empty if that was not measured."""
    table = calibration()
    if table is None:
        return ""
    rows = table[(table.null == "relabelling") & (table.what == SHARED) & (table.grammar == grammar)]
    power = rows[rows.measure == measure].set_index("share").rejected
    if power.empty:
        return ""
    found = ", ".join(f"{percent_text(rate)} at {percent_text(share)}" for share, rate in power.items())
    return f"a shared meaning of {SHARED} would have been found in {found} of the variance of both spaces"
