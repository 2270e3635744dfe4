"""The door of the companion: `python -m lva run`, `python -m lva status`."""

from __future__ import annotations

import argparse
import json
import os
import shlex
import sys
from pathlib import Path

import lva
from lva import pipeline
from lva.ground.artifacts import CACHE, FIGURES, RESULTS, ArtifactError, check_artifact, entry_path
from lva.ground.errors import UserError
from lva.pipeline import Stage, StageFailed, parse_value, why_run

EXAMPLES = """\
examples:
  python -m lva run                                 everything, from nothing to the figures
  python -m lva run --profile smoke                 the same, tiny: does it run at all?
  python -m lva run -p run wide -p width 64         another run beside it, with a wider agent
  python -m lva run --only 04,05 --fresh            two notebooks again, although nothing changed
  python -m lva status --profile smoke              what is finished, what is on the disk
  python -m lva browse                              the browser of nearest neighbours, by itself

A profile is notebooks/params/<name>.yaml, or a YAML file of your own; its lines are the parameters of the
notebooks. A run that stopped goes on where it stopped when the same command is given again.
"""


def main(argv: list[str] | None = None) -> int:
    """Run the command line; return 0, or 1 after an error, or 130 after Ctrl-C."""
    parser = _parser()
    arguments = parser.parse_args(argv)
    if arguments.command is None:
        parser.print_help()
        return 0
    try:
        arguments.command(arguments)
    except KeyboardInterrupt:
        hint = f"; go on with: {_resume(arguments)}" if arguments.command is _run else ""
        print(f"\nstopped{hint}", file=sys.stderr)
        return 130
    except StageFailed as error:
        print(f"\nlva: {error}\ngo on from here with: {_resume(arguments)}", file=sys.stderr)
        return 1
    except (UserError, OSError) as error:
        print(f"lva: {error}", file=sys.stderr)
        return 1
    return 0


def _parser() -> argparse.ArgumentParser:
    shape = argparse.RawDescriptionHelpFormatter
    parser = argparse.ArgumentParser("lva", description=lva.__doc__, epilog=EXAMPLES, formatter_class=shape)
    parser.add_argument("--version", action="version", version=f"lva {lva.__version__}")
    parser.set_defaults(command=None)
    commands = parser.add_subparsers(title="commands", metavar="run | status | browse | readme")
    run = commands.add_parser("run", help="run the notebooks in order", epilog=EXAMPLES, formatter_class=shape)
    status = commands.add_parser("status", help="say what is finished and what is on the disk")
    for command, function in ((run, _run), (status, _status)):
        command.set_defaults(command=function)
        command.add_argument("--profile", default="laptop", help="smoke, laptop (default), paper, or a YAML file")
    browse = commands.add_parser("browse", help="open the browser of nearest neighbours on a run")
    browse.set_defaults(command=_browse)
    browse.add_argument("run", nargs="?", default="laptop", help="whose spaces: data/cache/<run>")
    readme = commands.add_parser("readme", help="write the tables' numbers into README.md")
    readme.set_defaults(command=_readme)
    run.add_argument("--only", metavar="NOTEBOOKS", help="these alone, by number or name, separated by commas")
    run.add_argument("-p", dest="parameters", nargs=2, action="append", default=[], metavar=("NAME", "VALUE"),
                     help="set a parameter over the profile; may be given several times")  # fmt: skip
    run.add_argument(
        "--fresh", action="store_true", help="run also what is finished and unchanged; models that are trained stay"
    )
    return parser


def _run(arguments: argparse.Namespace) -> None:
    parameters = {name: parse_value(value) for name, value in arguments.parameters}
    _announce(pipeline.plan(arguments.profile, arguments.only, parameters), arguments)
    before = _figures_and_results()
    results = pipeline.run(arguments.profile, arguments.only, parameters, arguments.fresh)
    if not all(result.skipped for result in results):
        _record(results[0].executed.parent)
    written = sorted(path for path, changed in _figures_and_results().items() if before.get(path) != changed)
    print("\nfigures and results written:" if written else "\nno figure or result was written")
    for path in written:
        print(f"  {os.path.relpath(path)}")
    _show_results([path for path in written if path.name == "results.csv"])


def _record(executed: Path) -> None:
    from lva.ground.provenance import record_stages  # brings pandas

    record_stages(executed, RESULTS / executed.name / "stages.csv")


def _show_results(tables: list[Path]) -> None:
    """Print the table people come for, for each run that made one."""
    if tables:
        import pandas as pd

        from lva.report import wide_table
    for path in tables:
        print(f"\nthe agent with each reference ({os.path.relpath(path)}):")
        print(wide_table(pd.read_csv(path)).to_string(float_format="%.2f", na_rep="-"))


def _announce(stages: list[Stage], arguments: argparse.Namespace) -> None:
    print(f"profile {arguments.profile}")
    for stage in stages:
        reason = "--fresh" if arguments.fresh else why_run(stage)
        seconds = _expected_seconds(stage, Path(arguments.profile).stem)
        time = f"; about {_duration(seconds)}" if seconds else ""
        skip = "finished before, nothing changed; --fresh runs it again"
        print(f"  {stage.name}: {f'to run, {reason}{time}' if reason else skip}", flush=True)


def _expected_seconds(stage: Stage, profile: str) -> float | None:
    """Take what the notebook expects, else what the stage took here last time, which may have been a resume."""
    metadata = json.loads(stage.notebook.read_text())["metadata"]
    if minutes := metadata.get("lva", {}).get("minutes", {}).get(profile):
        return 60 * minutes
    try:
        return json.loads(stage.executed.read_text())["metadata"]["papermill"]["duration"]
    except (OSError, ValueError, KeyError):
        return None


def _duration(seconds: float) -> str:
    return f"{seconds:.0f} s" if seconds < 100 else f"{seconds / 60:.0f} min"


def _figures_and_results() -> dict[Path, int]:
    """List the files that a run may write for the reader, each with the time of its last change."""
    files = [path for folder in (FIGURES, RESULTS) for path in folder.rglob("*") if path.is_file()]
    return {path: path.stat().st_mtime_ns for path in files if not path.name.startswith(".")}


def _status(arguments: argparse.Namespace) -> None:
    print(f"profile {arguments.profile}")
    for stage in pipeline.plan(arguments.profile):
        print(f"  {stage.name}: {why_run(stage) or f'finished, {os.path.relpath(stage.executed)}'}")
    print("artefacts")
    for path in sorted(path for folder in (CACHE, RESULTS) for path in folder.rglob("*.manifest.json")):
        print(f"  {_state(path.with_name(path.name.removesuffix('.manifest.json')))}")


def _browse(arguments: argparse.Namespace) -> None:
    from lva.figures.browser.serving import browse

    browse(arguments.run)


def _readme(arguments: argparse.Namespace) -> None:
    from lva.report.readme import update_readme  # brings pandas

    print("README.md has new numbers" if update_readme() else "README.md is up to date")


def _state(artifact: Path) -> str:
    """Say in one line how large an artefact is, and whether it is whole."""
    try:
        made_by = json.loads(entry_path(artifact).read_text())["made_by"]
    except (ValueError, KeyError, TypeError) as error:
        return f"{os.path.relpath(artifact)}: its manifest entry cannot be read ({error}); remove both"
    try:
        entry = check_artifact(artifact, made_by=made_by)
    except ArtifactError as error:
        return str(error)
    return f"{os.path.relpath(artifact)}: {entry.bytes / 1e6:.1f} MB, whole, made by {made_by}"


def _resume(arguments: argparse.Namespace) -> str:
    """Spell the command that goes on; without --fresh, because what finished since need not run again."""
    python = os.path.relpath(sys.executable) if Path(sys.executable).is_relative_to(Path.cwd()) else "python"
    words = [python, "-m", "lva", "run", "--profile", arguments.profile]
    words += ["--only", arguments.only] if arguments.only else []
    words += [word for pair in arguments.parameters for word in ("-p", *pair)]
    return shlex.join(words)


if __name__ == "__main__":
    sys.exit(main())
