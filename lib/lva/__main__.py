"""The command line, `python -m lva`; `--help` lists its commands."""

from __future__ import annotations

import argparse
import io
import os
import shlex
import signal
import sys
from pathlib import Path

import lva
from lva import pipeline
from lva.ground.errors import UserError
from lva.pipeline import Stage, StageFailed, parse_value, why_run

EXAMPLES = """\
examples:
  python -m lva run                                 everything, from scratch to the report
  python -m lva run --profile smoke                 the same on a tiny scale: does it run at all?
  python -m lva run -p run wide -p width 64         a second run, with a wider agent
  python -m lva run --only 04,05 --fresh            two notebooks again, even if nothing changed
  python -m lva sweep grid.toml                     a run for each combination of a grid, side by side
  python -m lva status --profile smoke              what is finished and what is on disk
  python -m lva figures                             redraw the published figures from the published tables
  python -m lva browse                              the browser of nearest neighbours, on its own

A profile is notebooks/params/<name>.yaml, or a YAML file of your own; its lines are the parameters of the
notebooks. A run that was interrupted resumes where it stopped when the same command is given again.
"""


def main(argv: list[str] | None = None) -> int:
    """Run the command line; return 0, or 1 after an error, or 130 after Ctrl-C."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")  # a terminal that knows ASCII alone shows ? for the rest
    parser = _parser()
    arguments = parser.parse_args(argv)
    if arguments.command is None:
        parser.print_help()
        return 0
    try:
        arguments.command(arguments)
        sys.stdout.flush()
    except KeyboardInterrupt:
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # what is left is to end; another Ctrl-C would show where
        hint = f"; resume with: {_resume(arguments)}" if arguments.command in (_run, _sweep) else ""
        print(f"\nstopped{hint}", file=sys.stderr)
        return 130
    except BrokenPipeError:  # the reader of our output closed the pipe, as `head` does
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except StageFailed as error:
        print(f"\nlva: {error}\nresume with: {_resume(arguments)}", file=sys.stderr)
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
    commands = parser.add_subparsers(
        title="commands", metavar="run | sweep | status | report | publish | figures | browse | study | readme"
    )
    run = commands.add_parser("run", help="run the notebooks in order", epilog=EXAMPLES, formatter_class=shape)
    status = commands.add_parser("status", help="show what is finished and what is on disk")
    for command, function in ((run, _run), (status, _status)):
        command.set_defaults(command=function)
        command.add_argument("--profile", default="laptop", help="smoke, laptop (default), paper, or a YAML file")
    run.add_argument("--only", metavar="NOTEBOOKS", help="only these, by number or name, separated by commas")
    run.add_argument("-p", dest="parameters", nargs=2, action="append", default=[], metavar=("NAME", "VALUE"),
                     help="override a parameter of the profile; may be repeated")  # fmt: skip
    run.add_argument(
        "--fresh", action="store_true", help="also run what is finished and unchanged; trained models are kept"
    )
    run.add_argument("--overwrite", action="store_true", help="replace a run that was made with other parameters")
    _add_sweep(commands)
    report = commands.add_parser("report", help="compare a run with the published one")
    publish = commands.add_parser("publish", help="copy a run's tables and figures to where the repository shows them")
    browse = commands.add_parser("browse", help="open the browser of nearest neighbours for a run")
    for command, function in ((report, _report), (publish, _publish), (browse, _browse)):
        command.set_defaults(command=function)
        command.add_argument("run", nargs="?", default="laptop", help="the name of the run (default: laptop)")
    publish.add_argument("--benchmarks", action="store_true", help="publish the tables of `make bench` instead")
    browse.add_argument("--port", type=int, help="the port of the page (default: a free one)")
    browse.add_argument("--no-browser", action="store_true", help="only print the address of the page")
    figures = commands.add_parser("figures", help="redraw the published figures from the published tables")
    figures.set_defaults(command=_figures)
    figures.add_argument("run", nargs="?", help="redraw the figures of this run instead")
    study = commands.add_parser("study", help="run a study on the agents and models of a finished run")
    study.set_defaults(command=_study)
    study.add_argument("name", choices=["prefix"], help="prefix: docs/prefix.md")
    study.add_argument("run", nargs="?", default="laptop", help="the name of the run (default: laptop)")
    readme = commands.add_parser("readme", help="write the published tables' numbers into README and docs")
    readme.set_defaults(command=_readme)
    return parser


def _add_sweep(commands) -> None:
    sweep = commands.add_parser("sweep", help="run each combination of a grid of parameters, here or on a cluster")
    sweep.set_defaults(command=_sweep)
    sweep.add_argument("grid", type=Path, help="a TOML file, see docs/cluster.md")
    sweep.add_argument("--on", default="local", metavar="ENGINE",
                       help="local: processes here (default); tcp://host:8786: a Dask scheduler; "
                            "slurm, pbs, ...: a batch system")  # fmt: skip
    sweep.add_argument("--dry-run", action="store_true", help="check the grid, say how long it will take, and stop")
    sweep.add_argument("--overwrite", action="store_true", help="replace runs that were made with other parameters")


def _sweep(arguments: argparse.Namespace) -> None:
    from lva.pipeline.sweep import sweep

    if hasattr(signal, "SIGHUP"):
        signal.signal(signal.SIGHUP, signal.SIG_IGN)  # a sweep, and all that it starts, outlives its terminal
    table = sweep(arguments.grid, arguments.on, arguments.overwrite, arguments.dry_run)
    if len(failed := table[table.state == "failed"]):
        raise UserError(f"{len(failed)} of {len(table)} runs failed; the same command runs them again")


def _run(arguments: argparse.Namespace) -> None:
    parameters = {name: parse_value(value) for name, value in arguments.parameters}
    stages = pipeline.plan(arguments.profile, arguments.only, parameters)
    if not arguments.overwrite:
        pipeline.check_overwrite(stages)
    _announce(stages, arguments)
    results = pipeline.run(arguments.profile, arguments.only, parameters, arguments.fresh, arguments.overwrite)
    run = stages[0].run
    if not all(result.skipped for result in results):
        from lva.ground.provenance import record_stages  # brings pandas

        record_stages(run.notebooks, run.results / "stages.csv")
    print(f"\ntables: {os.path.relpath(run.results)}   figures: {os.path.relpath(run.figures)}")
    _show_report(run)


def _announce(stages: list[Stage], arguments: argparse.Namespace) -> None:
    print(f"profile {arguments.profile}, run {stages[0].run.name}")
    total = 0.0
    for stage in stages:
        reason = "--fresh" if arguments.fresh else why_run(stage)
        minutes = pipeline.expected_minutes(stage, Path(arguments.profile).stem) if reason else None
        total += minutes or 0
        time = f"; about {_duration(minutes)}" if minutes else ""
        skip = "finished before, nothing changed; --fresh runs it again"
        print(f"  {stage.name}: {f'to run, {reason}{time}' if reason else skip}", flush=True)
    if total:
        print(f"about {_duration(total)} on 2 cores; Ctrl-C stops, the same command resumes", flush=True)


def _duration(minutes: float) -> str:
    return f"{60 * minutes:.0f} s" if minutes < 1.5 else f"{minutes:.0f} min"


def _show_report(run) -> None:
    from lva.report.reproduction import as_text, reproduction_report, summary  # brings pandas

    table = reproduction_report(run)
    if table is None:
        print("there is no published run to compare this one with")
    else:
        print(f"\n{as_text(table)}\n\n{summary(table)}\nalso in {os.path.relpath(run.path / 'reproduction.md')}")


def _status(arguments: argparse.Namespace) -> None:
    stages = pipeline.plan(arguments.profile)
    print(f"profile {arguments.profile}, run {stages[0].run.name}")
    for stage in stages:
        print(f"  {stage.name}: {why_run(stage) or f'finished, {os.path.relpath(stage.executed)}'}")
    from lva.pipeline.inventory import inventory

    for line in inventory(stages[0].run):
        print(f"  {line}")


def _report(arguments: argparse.Namespace) -> None:
    from lva.ground.runs import open_run

    _show_report(open_run(arguments.run))


def _publish(arguments: argparse.Namespace) -> None:
    from lva.ground.runs import open_run
    from lva.report.publishing import publish, publish_benchmarks

    changed = publish_benchmarks() if arguments.benchmarks else publish(open_run(arguments.run))
    print("\n".join(os.path.relpath(path) for path in changed) or "nothing changed")


def _figures(arguments: argparse.Namespace) -> None:
    from lva.figures.redrawing import redraw, redraw_pages
    from lva.ground import paths

    changed = redraw(arguments.run)
    if arguments.run is None and paths.published_figures().parent == paths.project():
        changed += redraw_pages()
    changed = [os.path.relpath(path) for path in changed]
    print("\n".join(changed) or "no figure changed")


def _browse(arguments: argparse.Namespace) -> None:
    from lva.figures.browser.serving import browse

    browse(arguments.run, arguments.port, not arguments.no_browser)


def _study(arguments: argparse.Namespace) -> None:
    from lva.figures import plot_prefix, save_figure, use_style
    from lva.ground.runs import open_run
    from lva.studies import prefix

    folder = open_run(arguments.run)
    tables = prefix.run(folder)
    use_style()
    save_figure(plot_prefix(tables["course"]), folder.figures, "06_prefix")
    print(f"by the rule of docs/prefix.md, the hypothesis {prefix.verdict(tables['findings'])}")
    print(f"tables: {os.path.relpath(folder.results)}   figures: {os.path.relpath(folder.figures)}")


def _readme(arguments: argparse.Namespace) -> None:
    from lva.report.pages.filling import update_pages  # brings pandas

    changed = [os.path.relpath(path) for path in update_pages()]
    print(f"new numbers in {', '.join(changed)}" if changed else "README and docs are up to date")


def _resume(arguments: argparse.Namespace) -> str:
    """The command that resumes; without --fresh, because what has finished need not run again."""
    python = os.path.relpath(sys.executable) if Path(sys.executable).is_relative_to(Path.cwd()) else "python"
    if arguments.command is _sweep:
        return shlex.join([python, "-m", "lva", "sweep", str(arguments.grid), "--on", arguments.on])
    words = [python, "-m", "lva", "run", "--profile", arguments.profile]
    words += ["--only", arguments.only] if arguments.only else []
    words += [word for pair in arguments.parameters for word in ("-p", *pair)]
    return shlex.join(words)


if __name__ == "__main__":
    sys.exit(main())
