"""Where a run under test writes."""

import os

import pytest

from lva.ground import paths


@pytest.fixture(scope="session")
def environment():
    """Folder -> the environment of a run that writes below it, apart from the real results."""

    def environment(folder):
        """What a run writes goes below `folder`; what is published is read, and compiled kernels are shared."""
        numba = os.environ.get("NUMBA_CACHE_DIR", paths.cache() / "numba")
        places = {"LVA_CACHE": folder / "cache"}
        return os.environ | {name: str(path) for name, path in {**places, "NUMBA_CACHE_DIR": numba}.items()}

    return environment
