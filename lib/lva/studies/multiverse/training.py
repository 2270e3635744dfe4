"""Train the readings, several at a time, and try each along the way; what is finished is not done again."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import pandas as pd

from lva.agent import AgentConfig, Run, TrainConfig, load_run, side_by_side, train
from lva.agent.course import EPISODES
from lva.agent.learning.cloning import made_of
from lva.agent.learning.runs import is_finished
from lva.ground.artifacts import config_hash, is_current, save_artifact
from lva.ground.code import code_of_module
from lva.studies.multiverse.options import DEFAULT, Reading
from lva.studies.multiverse.success import success_course
from lva.world import Demos, Level, make_demos

MADE_BY = "06_readings"
COURSE = "course.csv"  # of success, in the folder of each


@dataclass(frozen=True)
class Study:
    """What all readings share, and how large they are."""

    grammar: dict
    demonstrations: int = 100_000  # of a reading that does not choose its own number
    samples: int = 600_000
    batch_size: int = 128
    width: int = 32
    episodes: int = EPISODES
    level: Level = field(default_factory=Level)
    seed: int = 0  # of the demonstrations

    def made_from(self, reading: Reading) -> dict[str, Any]:
        """Arguments of `make_demos`, agent and training of one reading."""
        variant = reading.variant()
        shape = {"width": self.width} | variant.agent
        how = {"labels": "optimal", "mirror": True, "samples": self.samples, "batch_size": self.batch_size}
        demos = {"n": self.demonstrations, "seed": self.seed} | variant.demos
        return {
            "demos": demos | {"level": Level(**asdict(self.level) | variant.demos["level"])},
            "agent": AgentConfig(self.grammar, **shape),
            "train": TrainConfig(**how | variant.train, snapshots=True),
        }


@dataclass(frozen=True, eq=False, repr=False)
class Tried:
    """A reading that was trained, and its success along the way."""

    reading: Reading
    run: Run
    success: pd.DataFrame  # of `success_course`

    def __repr__(self) -> str:
        return f"Tried({self.reading.name!r}, seed {self.reading.seed})"


def train_readings(
    readings: Sequence[Reading],
    study: Study,
    folder: Path,
    trained: Iterable[Path] = (),
    workers: int | None = None,
) -> list[Tried]:
    """Train and try every reading; each has a folder in `folder`, and resumes there after an interruption.

    trained: folders of finished trainings; a reading that is one of them is tried and not trained again.
    """
    if not readings:
        raise ValueError("there are no readings to train; choose at least one, see all_readings()")
    folders, agents, jobs = {}, {}, {}
    for reading in readings:
        made_from = study.made_from(reading)
        name = f"{re.sub('[^a-z0-9]+', '-', reading.name.lower())}-{reading.seed}"
        folders[name] = at = Path(folder) / f"{name[:60]}-{config_hash(made_from)}"
        agents[name] = next((place for place in trained if _is_of(made_from, place)), at)
        if not is_current(at / COURSE, config=_tried(study), made_by=MADE_BY):
            jobs[name] = (made_from, agents[name], at, study)
    total = sum(job[0]["train"].samples for job in jobs.values())
    side_by_side(_train_and_try, jobs, total, "sample", f"{len(jobs)} readings", workers)
    return [
        Tried(reading, load_run(agents[name]), pd.read_csv(folders[name] / COURSE))
        for reading, name in zip(readings, folders, strict=True)
    ]


def _train_and_try(made_from: dict[str, Any], agent: Path, folder: Path, study: Study, report) -> None:
    if agent == folder:
        run = train(_demos(made_from), made_from["agent"], made_from["train"], folder, progress=report)
    else:
        run = load_run(agent)
        report(made_from["train"].samples)
    course = success_course(run, made_from["demos"]["level"], made_from["train"].seed, study.episodes)
    save_artifact(folder / COURSE, partial(course.to_csv, index=False), config=_tried(study), made_by=MADE_BY)


def _demos(made_from: dict[str, Any]) -> Demos:
    return make_demos(made_from["agent"].language, **made_from["demos"], progress=False)


def _is_of(made_from: dict[str, Any], folder: Path) -> bool:
    """Whether a folder holds the finished training of a reading."""
    demos = {"expert": DEFAULT["expert"], "grammar": made_from["agent"].grammar} | made_from["demos"]
    return is_finished(folder, made_of(made_from["agent"], made_from["train"], demos))


def _tried(study: Study) -> dict[str, Any]:
    """What decides a course of success, apart from the training itself."""
    return {"episodes": study.episodes, "code": code_of_module("lva.studies.multiverse.success")}
