"""What goes wrong in a way that the user can mend."""

from __future__ import annotations


class UserError(RuntimeError):
    """Something the user can mend; the message is shown without a traceback and names the remedy."""
