"""Do to runs and functions what goes wrong now and then, as often as asked for, and count; `make faults` calls it.

A row is added to a table after each trial, so the campaign can be stopped and goes on where it was. Writes
faults_kills.csv, faults_damage.csv and faults_calls.csv; the whole takes a night or two.
"""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pandas as pd
from tests.faults.calls import CALLS, call_often
from tests.faults.damage import damage_once
from tests.faults.kills import stop_once
from tests.faults.trial import Trial

from lva.ground import paths
from lva.ground.artifacts import atomic_path
from lva.ground.tables import check_table

PARTS = {"calls": 50_000, "kills": 200, "damage": 200}  # part -> trials


def add_trials(table: str, trials: int, trial: Callable[[int], dict]) -> pd.DataFrame:
    """Do the trials that a table lacks, each a row."""
    place = paths.benchmarks() / f"{table}.csv"
    rows = pd.read_csv(place, keep_default_na=False).to_dict("records") if place.exists() else []
    for number in range(len(rows), trials):
        rows.append(trial(number))
        print(rows[-1], flush=True)
        with atomic_path(place) as path:
            check_table(table, pd.DataFrame(rows)).to_csv(path, index=False)
    return pd.DataFrame(rows)


def main() -> None:
    """Do the trials that are missing."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--only", choices=[*PARTS], help="one part of the campaign")
    asked.add_argument("--trials", type=int, help="how many trials of each part")
    given = asked.parse_args()
    parts = {part: given.trials or trials for part, trials in PARTS.items() if given.only in (None, part)}
    if "calls" in parts:
        names, each = sorted(CALLS), -(-parts.pop("calls") // len(CALLS))
        table = add_trials("faults_calls", len(names), lambda number: call_often(names[number], each))
        print(f"{table.calls.sum():,} calls: {table.faults.sum()} neither answered nor explained")
    if not parts:
        return
    with tempfile.TemporaryDirectory(prefix="lva-faults-") as folder:
        whole = Trial(Path(folder))
        seconds, expected = whole.finish(), whole.hashes()
        print(f"a run that nobody stops takes {seconds:.0f} s and leaves {len(expected)} files to compare", flush=True)
        if "kills" in parts:
            stop = partial(stop_once, seconds=seconds, expected=expected)
            table = add_trials("faults_kills", parts["kills"], stop)
            equal = (table.files_that_differ == "").sum()
            print(f"{equal} of {len(table)} resumed to equal hashes; {table.processes_left.sum()} processes were left")
        if "damage" in parts:
            harm = partial(damage_once, finished=whole, expected=expected)
            table = add_trials("faults_damage", parts["damage"], harm)
            print(f"{len(table)} files damaged: {table.outcome.value_counts().to_dict()}")


if __name__ == "__main__":
    main()
