"""Keep how long the notebooks of a finished run took: a row of bench_reproduce.csv.

    python tests/benchmarks/keep_times.py data/cache/laptop/results/stages.csv "idle"

The note says what else the machine did. Times are of this machine and day; those of other machines stay in the table.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import pandas as pd
from harness import write_table

from lva.ground import paths

NAME, STUDIES = "bench_reproduce", "06"  # notebooks from here on are runs of their own


def main() -> None:
    """Add a row to the published table."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("stages", type=Path)
    asked.add_argument("note")
    given = asked.parse_args()
    stages = pd.read_csv(given.stages)
    stages = stages[stages.stage < STUDIES]
    row = {f"minutes_{stage[:2]}": minutes for stage, minutes in zip(stages.stage, stages.minutes)}
    row |= {"minutes": round(stages.minutes.sum(), 1), "note": given.note}
    row |= {name: stages[name].iloc[0] for name in ("hardware", "python", "torch")}
    kept = paths.published_results() / f"{NAME}.csv"
    before = pd.read_csv(kept).to_dict("records") if kept.exists() else []
    write_table([*before, row], NAME)


if __name__ == "__main__":
    main()
