"""Runs the stages of a plan; what is finished and unchanged is skipped, so a run resumes where it stopped."""

from __future__ import annotations

import os
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lva.ground import artifacts
from lva.ground.lease import Held, holder, lease
from lva.pipeline.errors import PipelineError
from lva.pipeline.execution import execute
from lva.pipeline.outputs import outputs, written_files
from lva.pipeline.plan import OUTPUTS, Stage, check_overwrite, plan, record_parameters, why_run


@dataclass(frozen=True)
class Result:
    """The outcome of a stage."""

    name: str
    skipped: bool
    seconds: float
    executed: Path


def run(
    profile: str | Path = "laptop",
    only: str | None = None,
    parameters: dict[str, Any] | None = None,
    fresh: bool = False,
    overwrite: bool = False,
    notebooks: Path | None = None,
) -> list[Result]:
    """Run a profile's stages in order, or those that `only` names, as in "02,03".

    `fresh` also runs what is finished. `overwrite` allows parameters other than those that the run was made with.
    """
    stages = plan(profile, only, parameters, notebooks)
    if not overwrite:
        check_overwrite(stages)
    _check_writable(stages[0].run.path)
    for stage in stages:
        if who := holder(_lease(stage)):
            raise PipelineError(_busy(stage, who))
    record_parameters(stages)
    if fresh:  # none counts as finished now, so an interrupted run still runs the rest when it resumes
        for stage in stages:
            artifacts.entry_path(stage.executed).unlink(missing_ok=True)
    return [_run_stage(stage) for stage in stages]


def _check_writable(folder: Path) -> None:
    """Raise unless a run can write to its folder."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as error:
        remedy = "set LVA_CACHE to a folder that can be written"
        raise PipelineError(f"{folder} cannot be written ({error.strerror}); {remedy}") from error


def _run_stage(stage: Stage) -> Result:
    """Run a stage unless it is finished; nobody else can run the same one of the same run meanwhile."""
    try:
        with lease(_lease(stage)):
            return _run_alone(stage) if why_run(stage) else Result(stage.name, True, 0.0, stage.executed)
    except Held as held:
        raise PipelineError(_busy(stage, str(held))) from held


def _lease(stage: Stage) -> Path:
    return stage.run.path / ".leases" / f"{stage.name}.json"


def _busy(stage: Stage, who: str) -> str:
    remedy = "wait for it, or give this run another name with `-p run NAME`"
    return f"{stage.name} of run {stage.run.name!r} is being done by {who}; {remedy}"


def _run_alone(stage: Stage) -> Result:
    print(f"\n{stage.name}", flush=True)
    before, start = written_files(stage), time.perf_counter()
    partial = stage.executed.with_suffix(".partial.ipynb")
    partial.parent.mkdir(parents=True, exist_ok=True)
    execute(stage, partial)
    config = stage.config | {OUTPUTS: outputs(stage, before)}
    artifacts.save_artifact(stage.executed, partial.replace, config=config, made_by=stage.name)
    seconds = time.perf_counter() - start
    print(f"{stage.name} took {seconds / 60:.1f} min; see {os.path.relpath(stage.executed)}", flush=True)
    return Result(stage.name, False, seconds, stage.executed)
