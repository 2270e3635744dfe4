"""Errors of a sweep."""

from __future__ import annotations

from lva.pipeline.errors import PipelineError


class SweepError(PipelineError):
    """A sweep that cannot start or continue; the message says why and names the remedy."""
