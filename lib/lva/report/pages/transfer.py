"""The blocks of docs/transfer.md, from the published tables of notebook 08."""

from __future__ import annotations

import pandas as pd

from lva.ground import paths
from lva.ground.runs import read_table
from lva.report.readings.transfer import read_needed, read_transfer
from lva.report.tables.function import HELD_OUT
from lva.report.tables.transfer import in_order, zero_shot
from lva.report.wording import number_text, p_cell, short_number, span_text

RUN = "transfer"


def verdicts() -> str:
    """The verdicts, and the numbers that they rest on."""
    table = _table("transfer_verdicts")
    lines = ["| question | language | score | over the best without knowledge | 95 % | p (Holm) | verdict |"]
    lines.append("|---|---|--:|--:|---|--:|---|")
    for row in table.itertuples():
        asked = f"{HELD_OUT[row.question]} held out" if row.question in HELD_OUT else row.question
        interval = "" if pd.isna(row.low) else span_text(row.low, row.high, "+.2f")
        cells = [asked, row.language, number_text(row.score), number_text(row.excess, "+.2f"), interval]
        lines.append(f"| {' | '.join([*cells, p_cell(row.holm), row.verdict])} |")
    return "\n".join([read_transfer(table), "", *lines])


def needed() -> str:
    """How many demonstrations each language needs."""
    return read_needed(_table("transfer_needed"))


def curves() -> str:
    """Success by the number of demonstrations."""
    table = _table("transfer_curves")
    numbers = sorted(table.demonstrations.unique())
    lines = [
        f"| language | {' | '.join(map(short_number, numbers))} | told nothing |",
        "|---|" + "--:|" * (len(numbers) + 1),
    ]
    for name, one in in_order(table):
        success = one.set_index("demonstrations").success
        cells = [number_text(success[n]) for n in numbers] + [number_text(one.floor.mean())]
        lines.append(f"| {name} | {' | '.join(cells)} |")
    return "\n".join(lines)


def held_out() -> str:
    """Success on what was never demonstrated, beside what was."""
    table = zero_shot(_table("transfer_held_out"))
    lines = ["| held out | language | never demonstrated | demonstrated | told nothing |", "|---|---|--:|--:|--:|"]
    for axis, some in table.groupby("axis", sort=False):
        for name, one in in_order(some):
            row = one.iloc[0]
            cells = [number_text(value) for value in (row.success, row.taught, row.floor)]
            lines.append(f"| {HELD_OUT[axis]} | {name} | {' | '.join(cells)} |")
    return "\n".join(lines)


def tasks() -> str:
    """Success on held-out phrases, task by task."""
    table = zero_shot(_table("transfer_tasks"))
    some = table[table.axis == "phrase"]
    names = list(dict.fromkeys(some.task))
    lines = [f"| language | {' | '.join(names)} |", "|---|" + "--:|" * len(names)]
    for name, one in in_order(some):
        success = one.set_index("task").success
        lines.append(f"| {name} | {' | '.join(number_text(success[task]) for task in names)} |")
    return "\n".join(lines)


def _table(name: str) -> pd.DataFrame:
    return read_table(paths.published_results() / RUN / f"{name}.csv")
