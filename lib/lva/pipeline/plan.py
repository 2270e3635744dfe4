"""What a run consists of: the graph of notebooks, each with everything that its result depends on.

A stage is one notebook. Its metadata (`lva.needs`) names the notebooks whose results it reads. Its executed copy is an
artefact like any other; the configuration of that artefact holds the notebook's code, its parameters, the files they
name, the code of the library that it needs (see `lva.ground.code`), the committed inputs, and the stages it needs.
"""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lva.ground import artifacts, paths
from lva.ground.artifacts import ArtifactError, config_hash
from lva.ground.code import code_hash, code_of
from lva.ground.runs import RunFolder, open_run
from lva.pipeline.errors import PipelineError
from lva.pipeline.importing import load_papermill
from lva.pipeline.parameters import check_own_vectors, check_values
from lva.pipeline.profiles import check_known, load_profile, override

PARAMETERS_FILE = "parameters.json"  # in the results of a run: the values it was made with
OUTPUTS = "outputs"  # in the entry of a stage: the files that it wrote, with their hashes


@dataclass(frozen=True)
class Book:
    """A notebook file, read once for all runs of a sweep."""

    path: Path
    about: dict[str, Any]  # its metadata for the pipeline: needs, minutes, stage, default
    declared: set[str]  # names of its parameters
    code: str
    library: dict[str, str]  # the modules that it needs, with their hashes


@dataclass(frozen=True)
class Stage:
    """One notebook of a run."""

    name: str  # "01_demos"
    notebook: Path
    run: RunFolder
    parameters: dict[str, Any]  # those of the profile and of -p that the notebook declares
    needs: tuple[str, ...]  # names of other stages
    config: dict[str, Any]  # what the result depends on; a change in it runs the stage again

    @property
    def executed(self) -> Path:
        """Where the executed copy goes."""
        return self.run.notebooks / self.notebook.name


def plan(
    profile: str | Path = "laptop",
    only: str | None = None,
    parameters: dict[str, Any] | None = None,
    notebooks: Path | None = None,
) -> list[Stage]:
    """List the stages in order; every name and value is checked before anything starts.

    Without `only` these are the notebooks 01 to 05; with it, those named, as in "02,03".
    """
    return plan_runs(profile, only, [parameters or {}], notebooks)[0]


def plan_runs(
    profile: str | Path,
    only: str | None,
    runs: Sequence[dict[str, Any]],
    notebooks: Path | None = None,
    source: str = "-p",
) -> list[list[Stage]]:
    """The stages of several runs of a profile, each with parameters of its own, which errors call `source`."""
    books = _read_books(Path(notebooks or paths.notebooks()).resolve())
    known = set().union(*(book.declared for book in books))
    values = load_profile(profile, books[0].path.parent / "params")
    check_known(values, known, f"profile {profile}")
    plans = []
    for parameters in runs:
        check_known(parameters, known, source)
        whole = {"run": Path(profile).stem} | override(values, parameters)
        check_values({name: whole[name] for name in whole if name not in parameters}, f"profile {profile}")
        check_values({name: whole[name] for name in parameters}, source)
        check_own_vectors(whole)
        chosen = _stages(books, whole, only)
        check_known(parameters, {name for stage in chosen for name in stage.parameters}, f"--only {only}")
        plans.append(chosen)
    return plans


def why_run(stage: Stage) -> str:
    """Say why a stage has to run; empty if it is finished, nothing changed, and all that it wrote is intact."""
    try:
        entry = artifacts.check_artifact(stage.executed, made_by=stage.name)
    except ArtifactError:
        return "not finished yet"
    if changed := _changes(entry.config, stage.config):
        return f"changed: {', '.join(changed)}"
    damaged = [name for name, digest in entry.config.get(OUTPUTS, {}).items() if not _is_whole(stage, name, digest)]
    return f"missing, damaged or changed by hand: {', '.join(damaged)}" if damaged else ""


def check_overwrite(stages: list[Stage]) -> None:
    """Raise if a run of this name was made with other parameters: it would be overwritten silently."""
    run = stages[0].run
    before, now = recorded_parameters(run), {}
    for stage in stages:
        now |= stage.parameters
    changed = [name for name in now if name in before and before[name] != now[name]]
    if changed:
        differences = ", ".join(f"{name} {before[name]!r} (now {now[name]!r})" for name in changed)
        raise PipelineError(
            f"run {run.name!r} was made with {differences}; give the new run another name with "
            f"`-p run NAME`, or replace the old one with --overwrite"
        )


def recorded_parameters(run: RunFolder) -> dict[str, Any]:
    """The parameters that a run was made with, as far as it got."""
    path = run.results / PARAMETERS_FILE
    try:
        return json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    except ValueError:
        return {}


def record_parameters(stages: list[Stage]) -> None:
    """Record the parameters that a run is made with."""
    run = stages[0].run
    values = recorded_parameters(run)
    for stage in stages:
        values |= stage.parameters
    with artifacts.atomic_path(run.results / PARAMETERS_FILE) as temporary:
        temporary.write_text(json.dumps(values, indent=1, sort_keys=True) + "\n", encoding="utf-8")


def expected_minutes(stage: Stage, profile: str) -> float | None:
    """How long a notebook takes with a profile on two cores, by its metadata."""
    return _about(stage.notebook).get("minutes", {}).get(profile)


def _read_books(folder: Path) -> list[Book]:
    books = [path for path in sorted(folder.glob("[0-9][0-9]_*.ipynb")) if _about(path).get("stage", True)]
    if not books:
        raise PipelineError(f"{folder} holds no notebook NN_name.ipynb; is LVA_ROOT the root of a checkout?")
    return [Book(path, _about(path), _declared_parameters(path), *_code_and_library(path)) for path in books]


def _code_and_library(notebook: Path) -> tuple[str, dict[str, str]]:
    cells = json.loads(notebook.read_text(encoding="utf-8"))["cells"]
    code = "\n".join("".join(cell["source"]) for cell in cells if cell["cell_type"] == "code")
    return code_hash(code), code_of(code)


def _stages(books: list[Book], values: dict[str, Any], only: str | None) -> list[Stage]:
    """The chosen stages, each after those it needs; the notebooks are numbered in such an order.

    What a stage needs and is not chosen is as it was made, whatever this command says of it.
    """
    stages: dict[str, Stage] = {}
    chosen = _chosen(books, only)
    run, inputs = open_run(str(values["run"])), _hash_inputs(paths.data())
    for book in books:
        needs = tuple(book.about.get("needs", [*stages][-1:]))
        for name in needs:
            if name not in stages:
                raise PipelineError(f"{book.path.name} needs {name!r}, which is not a notebook before it")
        own = {name: value for name, value in values.items() if name in book.declared}
        config = {"code": book.code, "parameters": own, "files": _hash_named(own)}
        config |= {"library": book.library, "inputs": inputs}
        made_from = {name: stages[name].config if name in chosen else _as_made(stages[name]) for name in needs}
        config |= {"needs": {name: config_hash(made) for name, made in made_from.items()}}
        stages[book.path.stem] = Stage(book.path.stem, book.path, run, own, needs, config)
    return [stage for name, stage in stages.items() if name in chosen]


def _as_made(stage: Stage) -> dict[str, Any]:
    """What a stage was made from when it was last run; where it never was, what it would be made from."""
    try:
        found = artifacts.check_artifact(stage.executed, made_by=stage.name).config
    except ArtifactError:
        return stage.config
    return {name: value for name, value in found.items() if name != OUTPUTS}


def _changes(before: dict[str, Any], now: dict[str, Any]) -> list[str]:
    changed = []
    for key, value in now.items():
        old = before.get(key)
        if config_hash(old) == config_hash(value):
            continue
        if key == "library" and isinstance(old, dict):
            modules = sorted(name for name in old.keys() | value.keys() if old.get(name) != value.get(name))
            changed.append(", ".join(modules[:3]) + (f" and {len(modules) - 3} more modules" if modules[3:] else ""))
        else:
            changed.append(key)
    return changed


def _is_whole(stage: Stage, name: str, digest: str) -> bool:
    path = stage.run.path / name
    return path.is_file() and artifacts.sha256(path) == digest


def _chosen(books: list[Book], only: str | None) -> set[str]:
    """The names of the stages that `only` names, else of those of a default run."""
    if not only:
        return {book.path.stem for book in books if book.about.get("default", True)}
    stems = [book.path.stem for book in books]
    names = {stem.split("_")[0]: stem for stem in stems} | {stem: stem for stem in stems}
    tokens = [token.strip().zfill(2) for token in only.split(",")]
    check_known(tokens, set(names), "--only", "notebook")
    return {names[token] for token in tokens}


def _about(notebook: Path) -> dict[str, Any]:
    """A notebook's metadata for the pipeline: needs, minutes, stage, default."""
    try:
        return json.loads(notebook.read_text(encoding="utf-8"))["metadata"].get("lva", {})
    except (ValueError, KeyError, AttributeError) as error:
        raise PipelineError(f"{os.path.relpath(notebook)} cannot be read ({error}); save it from JupyterLab") from error


def _declared_parameters(notebook: Path) -> set[str]:
    try:
        return set(load_papermill().inspect_notebook(notebook))
    except ValueError as error:
        raise PipelineError(f"{os.path.relpath(notebook)} cannot be read ({error}); save it from JupyterLab") from error


def _hash_named(parameters: dict[str, Any]) -> dict[str, str]:
    """Hash the files that parameters name: a grammar, the user's own vectors."""
    values = [item for value in parameters.values() for item in (value if isinstance(value, list) else [value])]
    named = {text: paths.find(text.removeprefix("pretrained:")) for text in values if isinstance(text, str)}
    return {text: artifacts.sha256(path) for text, path in named.items() if path.is_file()}


def _hash_inputs(data: Path) -> dict[str, str]:
    """Hash the committed grammars, registry and reported numbers."""
    files = sorted([*data.glob("*.toml"), *data.glob("*.csv"), *data.glob("grammars/*.toml")])
    return {str(path.relative_to(data)): artifacts.sha256(path) for path in files}
