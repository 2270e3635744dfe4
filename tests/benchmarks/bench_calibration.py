"""False alarms and power of every null on planted spaces; `make bench` calls it, and writes bench_calibration.csv.

Takes about ten minutes on two cores. `python -m lva publish --benchmarks` fills docs/calibration.md.
"""

from __future__ import annotations

import pandas as pd
from harness import write_table

from lva.ground.provenance import hardware
from lva.studies.calibration import CalibrationConfig, calibration_study

GRAMMARS = ("paper", "natural")


def main() -> None:
    """Both grammars, one table."""
    table = pd.concat([calibration_study(CalibrationConfig(grammar)) for grammar in GRAMMARS])
    write_table(table.assign(hardware=hardware()).to_dict("records"), "bench_calibration")


if __name__ == "__main__":
    main()
