"""The block of docs/calibration.md: false alarms and power of every null."""

from __future__ import annotations

from lva.report.tables.calibration import calibration
from lva.report.wording import percent_text


def calibration_block() -> str:
    """One line per null, grammar and planted content; the range over the measures."""
    table = calibration()
    rates = table.groupby(["null", "grammar", "what", "share"], sort=False).rejected.agg(["min", "max"])
    lines = ["| null | grammar | shared meaning | of the variance | p at most 0.05 |", "|---|---|---|--:|--:|"]
    for (null, grammar, what, share), rate in rates.iterrows():
        low, high = (percent_text(rate[end]) for end in ("min", "max"))
        shared, part = (what, percent_text(share)) if share else (f"none: {what}", "")
        lines.append(f"| {null} | `{grammar}` | {shared} | {part} | {low if low == high else f'{low} to {high}'} |")
    return "\n".join([*lines, "", f"{table.runs[0]} pairs each; the range is over P@15, CKA and RSA."])
