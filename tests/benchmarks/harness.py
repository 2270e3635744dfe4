"""What the benchmarks share: how a rate is taken, and where it is written."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable

import pandas as pd

from lva.ground import paths
from lva.ground.artifacts import atomic_path
from lva.ground.tables import check_table


def median_rate(run: Callable[[], int], seconds: float = 2.0, least: int = 5) -> float:
    """Units a second: the median over runs, each of which returns how many units it did; the first is not counted."""
    run()
    rates, began = [], time.perf_counter()
    while len(rates) < least or time.perf_counter() - began < seconds:
        start = time.perf_counter()
        units = run()
        rates.append(units / (time.perf_counter() - start))
    return statistics.median(rates)


def write_table(rows: list[dict], name: str) -> None:
    """Print a table and keep it; `python -m lva publish --benchmarks` copies it to data/results."""
    table, place = check_table(name, pd.DataFrame(rows)), paths.benchmarks() / f"{name}.csv"
    with atomic_path(place) as path:
        table.to_csv(path, index=False)
    print(table.drop(columns="hardware").to_string(index=False))
    print(f"\n{rows[0]['hardware']}; written to {place}")
