"""What a run has on disk: one line per group of artefacts, and one per damaged artefact."""

from __future__ import annotations

import json
import os
from collections import defaultdict
from pathlib import Path

from lva.ground.artifacts import ArtifactError, check_artifact, entry_path
from lva.ground.runs import RunFolder

ENDING = entry_path(Path("x")).name.removeprefix("x")  # how the name of a manifest entry ends


def inventory(run: RunFolder) -> list[str]:
    """Lines such as `agents: 12 files, 34.5 MB, whole`, sorted by name."""
    groups: dict[str, list[Path]] = defaultdict(list)
    for entry in sorted(run.path.rglob(f"*{ENDING}")):
        artifact = entry.with_name(entry.name.removesuffix(ENDING))
        groups[artifact.relative_to(run.path).parts[0]].append(artifact)
    lines = []
    for group, artifacts in groups.items():
        problems = [problem for artifact in artifacts if (problem := _problem(artifact))]
        size = sum(artifact.stat().st_size for artifact in artifacts if artifact.exists()) / 1e6
        files = f"{len(artifacts)} files" if len(artifacts) > 1 else "1 file"
        state = f"{len(problems)} damaged" if problems else "whole"
        lines += [f"{group}: {files}, {size:.1f} MB, {state}", *(f"  {problem}" for problem in problems)]
    return lines


def _problem(artifact: Path) -> str:
    """What is wrong with an artefact, with its remedy; empty if it is whole."""
    try:
        made_by = json.loads(entry_path(artifact).read_text(encoding="utf-8"))["made_by"]
    except (ValueError, KeyError, TypeError) as error:
        return f"{os.path.relpath(entry_path(artifact))} cannot be read ({error}); remove it and {artifact.name}"
    try:
        check_artifact(artifact, made_by=made_by)
    except ArtifactError as error:
        return str(error)
    return ""
