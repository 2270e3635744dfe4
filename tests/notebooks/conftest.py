"""Where a run under test writes."""

import os

import pytest

from lva.ground.artifacts import CACHE


@pytest.fixture(scope="session")
def environment():
    """Folder -> the environment of a run that writes below it, apart from the real results."""

    def environment(folder):
        """Everything that a run writes goes below `folder`, but compiled kernels are shared."""
        numba = os.environ.get("NUMBA_CACHE_DIR", CACHE / "numba")
        places = {f"LVA_{name.upper()}": folder / name for name in ("cache", "results", "figures")}
        return os.environ | {name: str(path) for name, path in {**places, "NUMBA_CACHE_DIR": numba}.items()}

    return environment
