"""Errors of a run."""

from __future__ import annotations

from lva.ground.errors import UserError


class PipelineError(UserError):
    """A run that cannot start or continue; the message says why and names the remedy."""


class StageFailed(PipelineError):
    """A notebook stopped in the middle; the message says in which cell and why, and where its output so far is."""
