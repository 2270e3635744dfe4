"""Papermill, without three seconds that each process would spend on what no notebook has."""

from __future__ import annotations

import sys
from types import ModuleType

IRIS = "rfc3987_syntax"  # compiles a grammar of international web addresses as soon as it is imported


def load_papermill() -> ModuleType:
    """Import papermill; what it needs of jsonschema does without the checker of web addresses, as if not installed."""
    if IRIS in sys.modules:
        import papermill
    else:
        sys.modules[IRIS] = None
        try:
            import papermill
        finally:
            del sys.modules[IRIS]
    return papermill
