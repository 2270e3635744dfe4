"""Runs the notebooks in order through papermill; what is finished and unchanged is skipped, so a run resumes.

A stage is one notebook. Its executed copy is an artefact like any other, and its configuration says what it
depends on: its code, its parameters, the library, the committed inputs, and the stages before it.
"""

from __future__ import annotations

import difflib
import json
import os
import re
import sys
import time
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from lva.ground import artifacts
from lva.ground.artifacts import CACHE, DATA, NOTEBOOKS, ArtifactError, config_hash
from lva.ground.errors import UserError

RUNS = CACHE / "runs"
LIBRARY = Path(__file__).parent
WORDS = {"True": True, "true": True, "False": False, "false": False, "None": None, "null": None}
# tqdm.auto, imported before IPython exists, draws its bars as text, which can be shown in a terminal
START = "import tqdm.auto; from ipykernel.kernelapp import launch_new_instance; launch_new_instance()"
KERNEL = [sys.executable, "-c", START, "--log-level=50", "-f", "{connection_file}"]


class PipelineError(UserError):
    """A run that cannot start or go on; the message says why and names the remedy."""


class StageFailed(PipelineError):
    """A notebook stopped in the middle; the message says in which cell, why, and what is left to look at."""


@dataclass(frozen=True)
class Stage:
    """One notebook of a profile."""

    name: str  # "01_demos"
    notebook: Path
    executed: Path  # where the executed copy goes
    parameters: dict[str, Any]  # those of the profile and of -p that the notebook declares
    config: dict[str, Any]  # what the result depends on; a change in it runs the stage again


@dataclass(frozen=True)
class Result:
    """What became of a stage."""

    name: str
    skipped: bool
    seconds: float
    executed: Path


def run(
    profile: str | Path = "laptop",
    only: str | None = None,
    parameters: dict[str, Any] | None = None,
    fresh: bool = False,
    directory: Path = RUNS,
    notebooks: Path = NOTEBOOKS,
) -> list[Result]:
    """Run a profile's stages in order, or those that `only` names, as in "02,03"."""
    stages = plan(profile, only, parameters, directory, notebooks)
    if fresh:  # from here on none counts as finished, so that a stopped run goes on afresh
        for stage in stages:
            artifacts.entry_path(stage.executed).unlink(missing_ok=True)
    return [_run_stage(stage) for stage in stages]


def plan(
    profile: str | Path = "laptop",
    only: str | None = None,
    parameters: dict[str, Any] | None = None,
    directory: Path = RUNS,
    notebooks: Path = NOTEBOOKS,
) -> list[Stage]:
    """List the stages in order; a parameter that none of them declares is an error."""
    paths = sorted(Path(notebooks).resolve().glob("[0-9][0-9]_*.ipynb"))
    if not paths:
        raise PipelineError(f"{notebooks} holds no notebook NN_name.ipynb; is LVA_ROOT the root of a checkout?")
    declared = {path: _declared_parameters(path) for path in paths}
    values = load_profile(profile, Path(notebooks) / "params")
    for names, source in ((values, f"profile {profile}"), (parameters or {}, "-p")):
        check_known(names, set().union(*declared.values()), source)
    values = {"run": Path(profile).stem} | as_profile(parameters or {}, values)
    sources = {"library": _hash_files(LIBRARY, "**/*.py"), "inputs": _hash_files(DATA, "*", "grammars/*")}
    stages: list[Stage] = []
    for path in paths:
        mine = {name: value for name, value in values.items() if name in declared[path]}
        config = {"code": _code_hash(path), "parameters": mine, "files": _hash_named(mine), **sources}
        config["earlier"] = {stage.name: config_hash(stage.config) for stage in stages}
        executed = Path(directory).resolve() / str(values["run"]) / path.name
        stages.append(Stage(path.stem, path, executed, mine, config))
    chosen = _select(stages, only) if only else stages
    check_known(parameters or {}, {name for stage in chosen for name in stage.parameters}, f"--only {only}")
    return chosen


def _select(stages: list[Stage], only: str) -> list[Stage]:
    names = {stage.name.split("_")[0]: stage.name for stage in stages} | {s.name: s.name for s in stages}
    wanted = [token.strip().zfill(2) for token in only.split(",")]
    check_known(wanted, set(names), "--only", "notebook")
    return [stage for stage in stages if stage.name in {names[token] for token in wanted}]


def load_profile(profile: str | Path, folder: Path) -> dict[str, Any]:
    """Read a profile by its name in `folder`, or from the path of a YAML file."""
    path = Path(profile) if Path(profile).suffix in (".yaml", ".yml") else folder / f"{profile}.yaml"
    if not path.exists():
        check_known([str(profile)], {file.stem for file in folder.glob("*.yaml")}, "--profile", "profile")
    try:
        values = yaml.safe_load(path.read_text()) or {}
    except (OSError, yaml.YAMLError) as error:
        raise PipelineError(f"{path} cannot be read as YAML: {error}") from error
    if not isinstance(values, dict) or any(isinstance(value, dict) for value in values.values()):
        raise PipelineError(f"{path} must be flat, one `name: value` a line, and nothing nested")
    # YAML reads 1e-3 as a word; parse_value knows better
    return {str(name): parse_value(v) if isinstance(v, str) else v for name, v in values.items()}


def as_profile(parameters: dict[str, Any], profile: dict[str, Any]) -> dict[str, Any]:
    """The profile with other values; one thing where it has a list is a list of one."""
    lists = {name for name, value in profile.items() if isinstance(value, list)}
    return profile | {
        name: [value] if name in lists and not isinstance(value, list) else value for name, value in parameters.items()
    }


def parse_value(text: str) -> Any:
    """Read a value as papermill's -p does (True, None, a number, else text), and [1, 2] as a list."""
    if text in WORDS:
        return WORDS[text]
    for number in (int, float):
        try:
            return number(text)
        except ValueError:
            continue
    try:
        return json.loads(text) if text.startswith("[") else text
    except ValueError:
        raise PipelineError(f'{text} is not a list; write [1, 2] or ["a", "b"]') from None


def check_known(names: Collection[str], known: Collection[str], source: str, what: str = "parameter") -> None:
    """Raise at the first unknown name, with the nearest known one."""
    for name in names:
        if name not in known:
            nearest = difflib.get_close_matches(name, known, 1, cutoff=0)
            hint = f"; did you mean {nearest[0]!r}?" if nearest else "."
            raise PipelineError(f"{source}: no {what} {name!r}{hint} Known: {', '.join(sorted(known)) or 'none'}")


def why_run(stage: Stage) -> str:
    """Say why a stage has to run; empty if it finished before and nothing changed."""
    try:
        entry = artifacts.check_artifact(stage.executed, made_by=stage.name)
    except ArtifactError:
        return "not finished yet"
    changed = [key for key in stage.config if config_hash(entry.config.get(key)) != config_hash(stage.config[key])]
    return f"changed: {', '.join(changed)}" if changed else ""


def _run_stage(stage: Stage) -> Result:
    if not why_run(stage):
        return Result(stage.name, True, 0.0, stage.executed)
    print(f"\n{stage.name}", flush=True)
    start = time.perf_counter()
    artifacts.entry_path(stage.executed).unlink(missing_ok=True)
    partial = stage.executed.with_suffix(".partial.ipynb")
    partial.parent.mkdir(parents=True, exist_ok=True)
    _execute(stage, partial)
    artifacts.save_artifact(stage.executed, partial.replace, config=stage.config, made_by=stage.name)
    seconds = time.perf_counter() - start
    print(f"{stage.name} took {seconds / 60:.1f} min; see {os.path.relpath(stage.executed)}", flush=True)
    return Result(stage.name, False, seconds, stage.executed)


def _execute(stage: Stage, output: Path) -> None:
    import papermill

    progress = Progress()
    try:
        papermill.execute_notebook(
            stage.notebook, output, stage.parameters, kernel_name="python3", language="python",
            cwd=stage.notebook.parent, progress_bar=False, stdout_file=progress, stderr_file=progress,
            on_cell_start=progress.cell_start, kernel_manager_class=_kernel_manager(), coalesce_streams=True,
        )  # fmt: skip
    except papermill.PapermillExecutionError as error:
        problem = f"{error.ename}: {error.evalue}"
    except RuntimeError as error:
        problem = f"{error}; if memory was full, close other programs or take a smaller profile"
    else:
        return
    where = f"{stage.name} stopped in In [{progress.cell}]"
    raise StageFailed(f"{where}: {problem}\nas far as it came: {os.path.relpath(output)}")


def _kernel_manager() -> type:
    from jupyter_client import AsyncKernelManager
    from jupyter_client.kernelspec import KernelSpec

    class ThisInterpreter(AsyncKernelManager):
        """Starts the interpreter that runs now, whichever kernels are installed on this machine."""

        kernel_spec = KernelSpec(argv=KERNEL)

    return ThisInterpreter


class Progress:
    """Shows the running cell and what it prints; a log file gets the last state of each progress bar only."""

    def __init__(self) -> None:
        self.cell, self.heading, self.line = 0, "", ""

    def cell_start(self, cell: Any, cell_index: int) -> None:
        """Announce a code cell under the last heading before it."""
        if cell.cell_type == "markdown":
            self.heading = next(iter(re.findall(r"^#+ +(.+)", cell.source, re.M)), self.heading)
        elif cell.source.strip():
            self.cell += 1  # as in the executed notebook, where the parameters cell is In [1]
            print(f"  In [{self.cell}] {self.heading}", flush=True)

    def write(self, text: str) -> None:
        """Pass on what the cell printed."""
        if sys.stdout.isatty():
            sys.stdout.write(text)
            return
        *lines, self.line = (self.line + text).split("\n")
        for line in lines:
            print(re.sub(r"\x1b\[[0-9;]*[A-Za-z]", "", line.rstrip("\r").rpartition("\r")[2]))

    def flush(self) -> None:
        """Flush, as papermill does after each write."""
        sys.stdout.flush()


def _declared_parameters(notebook: Path) -> set[str]:
    import papermill

    try:
        return set(papermill.inspect_notebook(notebook))
    except ValueError as error:
        raise PipelineError(f"{os.path.relpath(notebook)} cannot be read ({error}); save it from JupyterLab") from error


def _code_hash(notebook: Path) -> str:
    """Hash the code cells alone: outputs and prose may change."""
    cells = json.loads(notebook.read_text())["cells"]
    return config_hash(["".join(cell["source"]) for cell in cells if cell["cell_type"] == "code"])


def _hash_named(parameters: dict[str, Any]) -> dict[str, str]:
    """Hash the files that parameters name: a grammar, vectors of one's own."""
    values = [item for value in parameters.values() for item in (value if isinstance(value, list) else [value])]
    paths = {text: artifacts.local_path(text.removeprefix("pretrained:")) for text in values if isinstance(text, str)}
    return {text: artifacts.sha256(path) for text, path in paths.items() if path.is_file()}


def _hash_files(base: Path, *patterns: str) -> str:
    """Hash names and bytes of files below `base`, but for the two that run notebooks and change no result."""
    paths = [path for pattern in patterns for path in base.glob(pattern) if path.is_file() and path.name[0] != "."]
    paths = [path for path in paths if path not in (Path(__file__), LIBRARY / "__main__.py")]
    return config_hash({str(path.relative_to(base)): artifacts.sha256(path) for path in paths})
