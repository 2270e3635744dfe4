"""A small project to sweep over."""

import pytest
from small_project import Project


@pytest.fixture
def project(tmp_path, monkeypatch):
    """The project, in which this process works too."""
    project = Project(tmp_path)
    monkeypatch.setenv("LVA_ROOT", str(tmp_path))
    monkeypatch.setenv("LVA_CACHE", str(project.cache))
    monkeypatch.chdir(tmp_path)
    yield project
    project.close()
