"""The blocks of docs/reliability.md: what `make faults` did, and what came of it."""

from __future__ import annotations

import pandas as pd

from lva.ground import paths

OUTCOMES = {  # of a damaged file -> what it means
    "refused": "the run stopped, and said which file and how to remake it",
    "made again": "the run saw the damage, and made the file and all that depends on it again, to the same results",
    "unharmed": "nothing read it, or a run of all stages wrote it anew: every result as before",
    "unexplained": "the run stopped without a remedy",
    "silent": "the run went on to other results",
}


def calls() -> str:
    """How many calls were answered or explained, and which were neither."""
    table = _counts("calls")
    total, faulty = table.calls.sum(), table[table.faults > 0]
    answers = f"{table.answered.sum():,} answered, {table.refused.sum():,} refused with what was wrong"
    lines = [f"{total:,} calls of {len(table)} functions: {answers}, **{table.faults.sum()} neither**."]
    lines += [f"- `{row.function}`: {row.faults} of {row.calls:,}; {row.first_fault}" for row in faulty.itertuples()]
    return "\n".join(lines)


def damage() -> str:
    """What came of every kind of damage."""
    table = _counts("damage")
    counts = table.value_counts("outcome")
    lines = ["| a file was | times | " + " | ".join(OUTCOMES) + " |", "|---|--:|" + "--:|" * len(OUTCOMES)]
    for kind, rows in table.groupby("damage"):
        each = [str((rows.outcome == outcome).sum()) for outcome in OUTCOMES]
        lines.append(f"| {kind} | {len(rows)} | {' | '.join(each)} |")
    lines += ["", *(f"- *{name}* ({counts.get(name, 0)}): {meaning}." for name, meaning in OUTCOMES.items())]
    return "\n".join(lines)


def kills() -> str:
    """How stopped runs resumed."""
    table = _counts("kills")
    lines = ["| stopped by | times | resumed to equal files | processes left after 2 s |", "|---|--:|--:|--:|"]
    for how, rows in table.groupby("how"):
        lines.append(f"| {how} | {len(rows)} | {(rows.files_that_differ == '').sum()} | {rows.processes_left.sum()} |")
    return "\n".join(lines)


def _counts(part: str) -> pd.DataFrame:
    return pd.read_csv(paths.published_results() / f"faults_{part}.csv", keep_default_na=False)
