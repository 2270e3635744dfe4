"""The grid of a sweep: which parameters its runs take, from a TOML file.

    profile = "smoke"           # what holds for every run unless the grid says otherwise; default: laptop
    only = "01,02"              # these notebooks; default: 01 to 05

    [fixed]                     # the same in every run
    samples = 64_000

    [product]                   # every value with every other
    distractors = [0, 4]
    seed = [0, 1, 2]

    [[zip]]                     # the first values together, the second values together, ...
    word_init = ["identical", "random"]
    width = [64, 128]

These are 2 x 3 x 2 runs. `docs/cluster.md` describes `[workers]` and the tables of batch systems.
"""

from __future__ import annotations

import math
import re
import tomllib
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import product
from pathlib import Path
from typing import Any

from lva.ground.artifacts import config_hash
from lva.ground.values import Check, optional, real, text, whole
from lva.pipeline.parameters import run_name
from lva.pipeline.profiles import check_known
from lva.pipeline.sweep.errors import SweepError

BATCH_SYSTEMS = ("htcondor", "lsf", "moab", "oar", "pbs", "sge", "slurm")  # those of dask-jobqueue
MOST_RUNS = 1000  # unless the grid says `most_runs`: more are probably a slip
SETTINGS: Mapping[str, Check] = {
    "name": run_name,
    "profile": text,
    "only": optional(text),
    "most_runs": whole(1, 10**6),
}
WORKERS: Mapping[str, Check] = {
    "count": whole(1, 10_000),
    "threads": whole(1, 1024),
    "memory": real(0.01, 10_000),
}
LONGEST = 100  # letters of the name of a run, which names a folder


@dataclass(frozen=True)
class Workers:
    """What a run may use, and how many run at once."""

    count: int | None = None  # runs at once; None: as many as cores and memory allow
    threads: int = 1  # of one run
    memory: float | None = None  # GB that one run needs; None: what the sweep's runs took so far, else a guess


@dataclass(frozen=True)
class Grid:
    """A sweep: what every run takes, and the axes along which runs differ."""

    name: str  # of the sweep, and the beginning of the names of its runs
    profile: str = "laptop"
    only: str | None = None
    fixed: Mapping[str, Any] = field(default_factory=dict)
    axes: tuple[tuple[Mapping[str, Any], ...], ...] = ()  # of each axis its steps: the values that are taken together
    workers: Workers = Workers()
    systems: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)  # options of batch systems

    def runs(self) -> dict[str, dict[str, Any]]:
        """The parameters of every run by its name, which holds the values that vary, so that a grid can grow."""
        runs = {}
        for steps in product(*self.axes):
            varied = {name: value for step in steps for name, value in step.items()}
            name = _run_name(self.name, varied)
            runs[name] = {**self.fixed, **varied, "run": name}
        return runs

    @property
    def varied(self) -> list[str]:
        """The parameters that vary."""
        return [name for axis in self.axes for name in axis[0]]


def read_grid(path: Path) -> Grid:
    """Read and check a grid; whether its runs can be, only `lva.pipeline.plan_runs` knows."""
    path = Path(path)
    try:
        values = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise SweepError(f"{path} is not there; `lva sweep` takes the file of a grid, see docs/cluster.md") from None
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise SweepError(f"{path} cannot be read as TOML: {error}") from error
    known = {*SETTINGS, "fixed", "product", "zip", "workers", *BATCH_SYSTEMS}
    check_known(values, known, str(path), "setting")
    settings = {"name": path.stem} | {name: value for name, value in values.items() if name in SETTINGS}
    _check(settings, SETTINGS, path)
    fixed = _table(values, "fixed", path)
    axes = _axes(_table(values, "product", path), values.get("zip", []), path)
    workers = _table(values, "workers", path)
    check_known(workers, WORKERS, f"{path}: [workers]", "setting")
    _check(workers, WORKERS, path)
    systems = {name: _table(values, name, path) for name in BATCH_SYSTEMS if name in values}
    _check_axes(fixed, axes, settings.pop("most_runs", MOST_RUNS), path)
    return Grid(**settings, fixed=fixed, axes=axes, workers=Workers(**workers), systems=systems)


def _axes(products: dict[str, Any], zips: Any, path: Path) -> tuple[tuple[dict[str, Any], ...], ...]:
    """One axis for each parameter of the product, one for each zip."""
    if not (isinstance(zips, list) and all(isinstance(table, dict) and table for table in zips)):
        raise SweepError(f"{path}: a zip must be a table that is not empty, under [[zip]]")
    places = [(f"[product] {name}", {name: values}) for name, values in products.items()]
    places += [(f"[[zip]] {', '.join(table)}", table) for table in zips]
    return tuple(_steps(f"{path}: {place}", table) for place, table in places)


def _steps(place: str, table: dict[str, Any]) -> tuple[dict[str, Any], ...]:
    for name, values in table.items():
        if not isinstance(values, list) or not values:
            raise SweepError(f"{place}: {name}={values!r} must be a list of the values to take, at least one")
    lengths = {name: len(values) for name, values in table.items()}
    if len({*lengths.values()}) > 1:
        counts = ", ".join(f"{name} {length}" for name, length in lengths.items())
        raise SweepError(f"{place}: values that are taken together must be as many, and they are {counts}")
    return tuple(dict(zip(table, values)) for values in zip(*table.values()))


def _check_axes(fixed: dict[str, Any], axes: tuple, most: int, path: Path) -> None:
    if not axes:
        raise SweepError(f"{path} varies no parameter: give it a [product] or a [[zip]], or use `lva run`")
    times = Counter([*fixed, *(name for axis in axes for name in axis[0])])
    if twice := [name for name, count in times.items() if count > 1]:
        raise SweepError(f"{path} gives {', '.join(twice)} in two places; keep one of [fixed], [product] and [[zip]]")
    if "run" in times:
        raise SweepError(f"{path} gives run, but a sweep names its runs itself; give the sweep a `name` instead")
    for axis in axes:
        if len({config_hash(step) for step in axis}) < len(axis):
            raise SweepError(f"{path}: {', '.join(axis[0])} takes the same values twice; remove one of them")
    if (count := math.prod(map(len, axes))) > most:
        raise SweepError(f"{path} has {count:,} runs, more than {most:,}; take less, or say most_runs = {count}")


def _table(values: dict[str, Any], name: str, path: Path) -> dict[str, Any]:
    if not isinstance(table := values.get(name, {}), dict):
        raise SweepError(f"{path}: {name}={table!r} must be a table: [{name}], then a line for each value")
    return table


def _check(values: dict[str, Any], checks: Mapping[str, Check], path: Path) -> None:
    for name, value in values.items():
        if expected := checks[name](value):
            raise SweepError(f"{path}: {name}={value!r} is not valid; expected {expected}")


def _run_name(sweep: str, varied: dict[str, Any]) -> str:
    """`mine-width.64-seed.0`, or a hash for what would not do as the name of a folder."""
    words = {name: str(value) for name, value in varied.items()}
    name = "-".join([sweep, *(f"{parameter}.{word}" for parameter, word in words.items())])
    if len(name) <= LONGEST and all(re.fullmatch(r"[\w.]+", word) for word in words.values()):
        return name
    return f"{sweep}-{config_hash(varied)}"
