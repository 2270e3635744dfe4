"""Tables that take minutes: made side by side, each kept in a file, and found there after an interruption."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd

from lva.agent import side_by_side
from lva.ground.artifacts import config_hash, is_current, save_artifact
from lva.ground.code import code_of_module


class Job(NamedTuple):
    """One table: `work(*arguments, report)` makes it, and it is made again if `made_from` or the code changes."""

    name: str
    arguments: tuple
    made_from: dict[str, Any]
    units: int  # of its work, for the progress


def kept_tables(
    work: Callable[..., pd.DataFrame], jobs: Iterable[Job], folder: Path, unit: str, made_by: str
) -> pd.DataFrame:
    """The tables of all jobs, one below the other; those that lie in `folder` already are read.

    made_by: the notebook that makes them.
    """
    code = code_of_module(work.__module__)
    paths, missing, total = [], {}, 0
    for job in jobs:
        made_from = job.made_from | {"code": code}
        paths.append(Path(folder) / f"{job.name}-{config_hash(made_from)}.csv")
        stamp = {"config": made_from, "made_by": made_by}
        if not is_current(paths[-1], **stamp):
            missing[job.name] = (work, job.arguments, paths[-1], stamp)
            total += job.units
    side_by_side(_make, missing, total, unit, f"{len(missing)} tables")
    return pd.concat([pd.read_csv(path, keep_default_na=False, na_values=["nan"]) for path in paths], ignore_index=True)


def _make(work: Callable[..., pd.DataFrame], arguments: tuple, path: Path, stamp: dict[str, Any], report) -> None:
    table = work(*arguments, report).round(6)
    save_artifact(path, partial(table.to_csv, index=False, na_rep="nan"), **stamp)
