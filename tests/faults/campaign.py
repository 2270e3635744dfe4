"""Stop runs at random moments, as many as asked for, and count how they resume; `make faults` calls it.

Every trial is a run of all stages on a tiny scale, stopped once in one of five ways, and resumed. A row is added after
each, so the campaign can be stopped and goes on where it was. Writes faults_kills.csv; 200 trials take a night.
"""

from __future__ import annotations

import argparse
import random
import shutil
import tempfile
import time
from pathlib import Path

import pandas as pd
from trial import SIGNALS, Trial

from lva.ground import paths
from lva.ground.artifacts import atomic_path
from lva.ground.tables import check_table

TABLE = "faults_kills"


def stop_once(number: int, seconds: float, expected: dict[str, str]) -> dict:
    """One trial, its moment and manner drawn from its number."""
    generator = random.Random(number)
    how, after = generator.choice([*SIGNALS]), generator.uniform(0, seconds)
    folder = Path(tempfile.mkdtemp(prefix="lva-faults-"))
    trial = Trial(folder)
    process = trial.start()
    time.sleep(after)
    left = trial.stop(process, how)
    finished = sorted(path.stem for path in (trial.cache / "tiny/notebooks").glob("??_*[a-z].ipynb"))
    trial.finish()
    found = trial.hashes()
    differing = sorted(name for name in found.keys() | expected.keys() if found.get(name) != expected.get(name))
    shutil.rmtree(folder)
    row = {"trial": number, "how": how, "after_s": round(after, 1), "stages_finished": len(finished)}
    return row | {"processes_left": len(left), "files_that_differ": " ".join(differing)}


def main() -> None:
    """Do the trials that are missing."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--trials", type=int, default=200)
    trials, place = asked.parse_args().trials, paths.benchmarks() / f"{TABLE}.csv"
    rows = pd.read_csv(place, keep_default_na=False).to_dict("records") if place.exists() else []
    with tempfile.TemporaryDirectory(prefix="lva-faults-") as folder:
        whole = Trial(Path(folder))
        seconds, expected = whole.finish(), whole.hashes()
        print(f"a run that nobody stops takes {seconds:.0f} s and leaves {len(expected)} files to compare", flush=True)
        for number in range(len(rows), trials):
            rows.append(stop_once(number, seconds, expected))
            print(rows[-1], flush=True)
            with atomic_path(place) as path:
                check_table(TABLE, pd.DataFrame(rows)).to_csv(path, index=False)
    table = pd.DataFrame(rows)
    equal = (table.files_that_differ == "").sum()
    print(f"{equal} of {len(table)} resumed to equal hashes; {table.processes_left.sum()} processes were left")


if __name__ == "__main__":
    main()
