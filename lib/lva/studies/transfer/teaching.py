"""Teach every lesson, as many at a time as there are cores, and try each agent; what is finished is not done again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from lva.agent import Agent, AgentConfig, TrainConfig, agent_policy, floor_policy, train
from lva.ground.artifacts import config_hash
from lva.spaces import item_table
from lva.studies.keeping import Job, kept_tables
from lva.studies.transfer.languages import MADE_BY, Language
from lva.studies.transfer.lessons import AXES, NOTHING, Course, Lesson, demonstrate, folds_of
from lva.world import Level, World, rollout
from lva.world.rollouts import Policy
from lva.world.rooms import EVALUATION

FIRST_SEED = 5_000  # of the rooms, apart from those of all other trials


@dataclass(frozen=True)
class Study:
    """What all lessons share."""

    grammar: dict
    samples: int = 300_000
    batch_size: int = 128
    width: int = 32
    episodes: int = 20  # of each instruction, when it is tried
    level: Level = field(default_factory=Level)

    @property
    def items(self) -> pd.DataFrame:
        """The instructions, see `item_table`."""
        return item_table(AgentConfig(self.grammar).language)

    def learner(self, language: Language, seed: int) -> tuple[AgentConfig, TrainConfig]:
        """An agent that is to learn in a language, and how."""
        how = {"samples": self.samples, "batch_size": self.batch_size, "labels": "optimal", "mirror": True}
        agent = AgentConfig(self.grammar, width=self.width, **language.agent)
        return agent, TrainConfig(**how, traces=0, seed=seed, **language.train)


def teach(
    course: Course, languages: Mapping[str, Language], study: Study, folder: Path, seeds: Sequence[int] = (0,)
) -> pd.DataFrame:
    """Teach a course in every language: one row per lesson and instruction.

    Columns: language, kind, demonstrations, axis, fold, shots, seed, item (the number of the instruction), out (whether
    it was held out), success, floor (the same agent driven by its mean E_L).
    """
    items, jobs = study.items, []
    masks = {axis: folds_of(items, axis) for axis in course.axes}
    for lesson in course.lessons(list(languages), seeds, {axis: len(folds) for axis, folds in masks.items()}):
        language = languages[lesson.language]
        made_from = {"lesson": asdict(lesson), "study": asdict(study), "language": _portable(language)}
        out = masks[lesson.axis][lesson.fold] if lesson.axis else np.zeros(len(items), np.bool_)
        at = folder / "agents" / f"{lesson.axis or 'all'}-{config_hash(made_from)}"
        jobs.append(Job(_named(lesson), (lesson, language, study, out, at), made_from, study.samples))
    return kept_tables(_teach, jobs, folder, "sample", MADE_BY)


def _teach(
    lesson: Lesson, language: Language, study: Study, out: NDArray[np.bool_], folder: Path, report
) -> pd.DataFrame:
    agent_config, train_config = study.learner(language, lesson.seed)
    demos = demonstrate(lesson, out, agent_config.language, study.level, lesson.seed)
    agent = train(demos, agent_config, train_config, folder, progress=report).agent
    report(study.samples)
    about = {"language": language.name, "kind": language.kind, "demonstrations": lesson.demonstrations}
    about |= {name: getattr(lesson, name) for name in ("axis", "fold", "shots", "seed")}
    return pd.DataFrame(_tried(agent, study, lesson.seed)).assign(out=out, **about)[
        [*about, "item", "out", "success", "floor"]
    ]


def _tried(agent: Agent, study: Study, seed: int) -> dict[str, NDArray]:
    """How often the agent does each instruction, sampled, in rooms that all agents of a seed are tried in."""
    instructions = agent.grammar.instructions * study.episodes
    world = World.reset(instructions, EVALUATION.numbers(FIRST_SEED + seed, len(instructions)), study.level)

    def rate(policy: Policy) -> NDArray[np.float64]:
        return rollout(world, policy).success.reshape(study.episodes, -1).mean(0)

    rates = {"success": rate(agent_policy(agent, "sampled", seed)), "floor": rate(floor_policy(agent, seed))}
    return {"item": np.arange(len(agent.grammar.texts))} | rates


def _portable(language: Language) -> dict:
    """What a language is, wherever its files lie: they are named after what they hold."""
    bare = {
        name: Path(value).name if name in ("sentences", "towards") else value
        for name, value in {**language.agent, **language.train}.items()
    }
    return {"name": language.name, "kind": language.kind} | bare


def _named(lesson: Lesson) -> str:
    where = f"without-{AXES.index(lesson.axis)}-{lesson.fold}-{lesson.shots}" if lesson.axis != NOTHING else "all"
    return f"{lesson.demonstrations}-{where}-{lesson.seed}-{config_hash(lesson.language)}"
