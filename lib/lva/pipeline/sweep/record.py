"""What is known of the runs of a sweep: their states, how long they take, the table `sweep.csv`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lva.ground.artifacts import atomic_path
from lva.ground.runs import RunFolder, find_table
from lva.pipeline.plan import Stage, expected_minutes

if TYPE_CHECKING:
    import pandas as pd

WAITING, RUNNING, FINISHED, FAILED = "waiting", "running", "finished", "failed"
TABLE = "sweep.csv"
COLUMNS = ("run", "state", "minutes", "peak_gb", "error")  # then the parameters that vary, then headline numbers


@dataclass
class Record:
    """One run of a sweep."""

    stages: Sequence[Stage]
    parameters: Mapping[str, Any]  # those that the grid gives
    log: Path
    state: str = WAITING
    error: str = ""
    peak_gb: float = float("nan")  # the largest sum of memory that its processes took
    timed: Mapping[str, float] = field(default_factory=dict)  # minutes that its notebooks took

    @property
    def run(self) -> RunFolder:
        """The folder of the run."""
        return self.stages[0].run

    @property
    def minutes(self) -> float:
        """How long its notebooks took together; NaN if none has finished."""
        return sum(self.timed.values()) or float("nan")

    def last_line(self) -> str:
        """What the run printed last."""
        lines = self.log.read_text(encoding="utf-8", errors="replace").split("\n") if self.log.exists() else []
        return next((line.strip() for line in reversed(lines) if line.strip()), "")


def expect_minutes(records: Sequence[Record], profile: str) -> float | None:
    """Minutes that one run takes: of runs of this sweep if some were timed, else of the profile; None if unknown."""
    stages = records[0].stages
    known = {stage.name: minutes for stage in stages if (minutes := expected_minutes(stage, Path(profile).stem))}
    known |= minutes_of(Path(profile).stem, stages)
    for stage in stages:
        if here := [record.timed[stage.name] for record in records if stage.name in record.timed]:
            known[stage.name] = sum(here) / len(here)
    return sum(known.values()) or None


def minutes_of(run: str, stages: Sequence[Stage]) -> dict[str, float]:
    """How long notebooks took in a run made here, else in the published one of that name."""
    table = find_table(run, "stages")
    if table is None:
        return {}
    names = {stage.name for stage in stages}
    return {row.stage: row.minutes for row in table.itertuples() if row.stage in names}


def as_table(records: Sequence[Record], varied: Sequence[str], headlines: bool = False) -> pd.DataFrame:
    """One row per run; `headlines`: with the numbers of the runs, whose tables have to be read for that."""
    import pandas as pd

    return pd.DataFrame([_row(record, varied) | (_headlines(record) if headlines else {}) for record in records])


def write_table(table: pd.DataFrame, folder: Path) -> None:
    """Write sweep.csv."""
    with atomic_path(folder / TABLE) as temporary:
        table.round(5).to_csv(temporary, index=False)


def peaks_before(folder: Path) -> dict[str, float]:
    """How many GB the runs took when they ran, by their names, as far as an earlier call has seen it."""
    import pandas as pd

    if not (folder / TABLE).exists():
        return {}
    return pd.read_csv(folder / TABLE).dropna(subset="peak_gb").set_index("run").peak_gb.to_dict()


def _row(record: Record, varied: Sequence[str]) -> dict[str, Any]:
    values = (record.run.name, record.state, record.minutes, record.peak_gb, record.error.split("\n")[0])
    return dict(zip(COLUMNS, values)) | {name: record.parameters[name] for name in varied}


def _headlines(record: Record) -> dict[str, float]:
    """The numbers of the reproduction report, as far as the run has them."""
    from lva.report.reproduction import headline_numbers

    return {name: number.value for name, number in headline_numbers(record.run.tables()).items()}
