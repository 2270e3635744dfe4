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
        places = {"LVA_CACHE": str(folder / "cache"), "NUMBA_CACHE_DIR": str(numba)}
        return os.environ | places | {"LVA_CORES": "1"}  # the other tests have the others

    return environment
