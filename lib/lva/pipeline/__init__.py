"""The notebooks as a graph, run through papermill."""

from lva.pipeline.errors import PipelineError, StageFailed
from lva.pipeline.plan import Stage, check_overwrite, expected_minutes, plan, why_run
from lva.pipeline.profiles import load_profile, parse_value
from lva.pipeline.running import Result, run

__all__ = [
    "PipelineError",
    "Result",
    "Stage",
    "StageFailed",
    "check_overwrite",
    "expected_minutes",
    "load_profile",
    "parse_value",
    "plan",
    "run",
    "why_run",
]
