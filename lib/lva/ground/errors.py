"""Errors that the user can fix."""

from __future__ import annotations


class UserError(RuntimeError):
    """Something the user can fix; the message is shown without a traceback and names the remedy."""
