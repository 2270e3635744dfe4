"""Drive trained agents by maps of every source, and count what they do."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from lva.agent import CONTROLS, Agent, load_agent
from lva.agent.driving import STEPS, Scenes, drive, make_scenes, read_episodes
from lva.alignment import Map, cross_fitted, explained_variance, fit_known, fit_relative
from lva.ground.artifacts import config_hash
from lva.ground.values import check_fields, check_value, several, whole
from lva.spaces import Subjects, item_table
from lva.studies.function.folds import SCHEMES, anchor_sets, held_out
from lva.studies.function.sources import CONSTANT, SAME, Source, sources_of
from lva.studies.keeping import Job, kept_tables
from lva.world import Level

MADE_BY = "07_function"
RIDGE, RELATIVE = "ridge", "relative"
MAPS = {"ridge": Map("ridge", None), "orthogonal": Map("orthogonal"), "affine": Map("affine")}
ANCHORS = "anchors"
BASELINE = "bag of words"
COUNTED = ("obeyed", "found", "success", "divergence")
Folds = Mapping[str, NDArray[np.bool_]]


@dataclass(frozen=True)
class Design:
    """How agents are driven."""

    episodes: int = 3  # of each instruction
    steps: int = STEPS
    anchors: tuple[int, ...] = (9, 18, 36, 72)  # instructions that a map is fitted on
    level: Level = field(default_factory=Level)
    seed: int = 0  # of the rooms

    def __post_init__(self) -> None:
        check_fields(self, {"episodes": whole(1, 1000), "steps": whole(1, 1000), "seed": whole(0, 1000)})
        check_value("anchors", list(self.anchors), several(whole(2)))


class Plan(NamedTuple):
    """One way to hold instructions out and to map."""

    scheme: str  # of SCHEMES, or ANCHORS
    mapping: str  # of MAPS, or RELATIVE

    def takes(self, source: Source) -> bool:
        """Whether a source is driven so: all by a ridge, else only what carries a meaning, and one baseline."""
        meaning = source.kind in ("reference", "static", "bound") or source.name == BASELINE
        return (self.mapping == RIDGE and self.scheme != ANCHORS) or (meaning and not source.control)


RIDGES = tuple(Plan(scheme, RIDGE) for scheme in SCHEMES)
OTHERS = tuple(Plan(scheme, other) for scheme in ("items", "color", "phrase") for other in (*MAPS, RELATIVE)[1:])
PLANS = {  # by the name of a set
    "few": (Plan("phrase", RIDGE), Plan("color", RIDGE)),
    "levels": RIDGES,
    "all": (*RIDGES, Plan(ANCHORS, RIDGE), *OTHERS),
}


def drive_agents(
    subjects: Subjects, design: Design, folder: Path, agents: int | None = None, plans: Sequence[Plan] = PLANS["all"]
) -> pd.DataFrame:
    """Drive the agents of a run by every source: one row per agent, source, plan, held-out level and behaviour asked.

    Columns: seed, source, kind, control, mapping, scheme, level, asked, episodes, obeyed, found, success, divergence,
    variance (of E_L that the map explains, over all that is held out). `agents`: how many seeds, the first ones; all
    by default. What is finished lies in `folder` and is not done again.
    """
    jobs = []
    for seed, run in enumerate(trained_seeds(subjects)[:agents]):
        every = sources_of(subjects, seed)
        for plan in plans:
            sources = [source for source in every if plan.takes(source)]
            made_from = {"agent": run.name, "design": asdict(design), "plan": plan, "sources": fingerprints(sources)}
            name = f"seed-{seed}-{plan.scheme}-{plan.mapping}"
            jobs.append(Job(name, (run, sources, design, plan, seed), made_from, len(sources)))
    return kept_tables(_drive_one, jobs, folder, "source", MADE_BY)


def trained_seeds(subjects: Subjects) -> list[Path]:
    """The folders of the trained agents, controls apart, one per seed."""
    return [run.folder for name, run in subjects.runs.items() if name not in CONTROLS]


def fingerprints(sources: Sequence[Source]) -> dict[str, str]:
    """A hash of the vectors of each source, so that what was driven by others is done again."""
    return {f"{s.name} {s.control}".strip(): config_hash(s.vectors.round(5).tolist()) for s in sources}


def predictions(source: Source, own: NDArray, plan: Plan, folds: Folds) -> NDArray:
    """The vectors that drive the agent in place of its own, each from a map that has not seen its fold: (n, d)."""
    if source.name == SAME:
        return own
    masks = list(folds.values())
    if source.name == CONSTANT:
        return np.select([mask[:, None] for mask in masks], [own[~mask].mean(axis=0) for mask in masks])
    if plan.mapping != RELATIVE:
        return cross_fitted(source.vectors, own, masks, MAPS[plan.mapping])
    found = np.empty_like(own)
    for mask in masks:
        found[mask] = fit_relative(source.vectors[~mask], own[~mask]).apply(source.vectors[mask])
    return found


def _drive_one(folder: Path, sources: Sequence[Source], design: Design, plan: Plan, seed: int, report) -> pd.DataFrame:
    agent, tables = load_agent(folder).eval(), []
    scenes = make_scenes(agent.grammar, design.episodes, design.seed, design.level)
    for done, source in enumerate(sources, 1):
        tables.append(_by_level(agent, source, scenes, design, plan))
        report(done)
    table = pd.concat(tables)
    table.insert(0, "seed", seed)
    return table


def _by_level(agent: Agent, source: Source, scenes: Scenes, design: Design, plan: Plan) -> pd.DataFrame:
    own = agent.language_embedding(agent.grammar.texts).astype(np.float64)
    parts = []
    for folds in _foldings(item_table(agent.grammar), plan, design):
        told = _from_anchors if plan.scheme == ANCHORS else predictions
        told = told(source, own, plan, folds)
        episodes = read_episodes(drive(agent, told, scenes, design.steps, design.seed), scenes)
        out = np.any(list(folds.values()), axis=0)
        variance = explained_variance(own[out], told[out])
        for level, mask in folds.items():
            there = episodes[mask[scenes.instruction]]
            counts = there.groupby("asked").agg(episodes=("success", "size"), **{c: (c, "mean") for c in COUNTED})
            parts.append(counts.reset_index().assign(level=level, variance=variance))
    about = {"source": source.name, "kind": source.kind, "control": source.control, "mapping": plan.mapping}
    table = pd.concat(parts).assign(scheme=plan.scheme, **about)
    return table[[*about, "scheme", "level", "asked", "episodes", *COUNTED, "variance"]]


def _foldings(items: pd.DataFrame, plan: Plan, design: Design) -> list[Folds]:
    """Each choice of held-out items that takes rollouts of its own: the folds that are predicted together."""
    if plan.scheme != ANCHORS:
        return [held_out(items, plan.scheme)]
    sizes = tuple(size for size in design.anchors if size < len(items))
    return [{f"{size} anchors": mask} for size, mask in anchor_sets(items, sizes).items()]


def _from_anchors(source: Source, own: NDArray, plan: Plan, folds: Folds) -> NDArray:
    """A map fitted on few instructions alone, applied to the others; the anchors keep their E_L and do not count."""
    (out,) = folds.values()
    told = own.copy()
    if source.name == CONSTANT:
        told[out] = own[~out].mean(axis=0)
    elif source.name != SAME:
        told[out] = fit_known(source.vectors, own, ~out, MAPS[plan.mapping]).apply(source.vectors[out])
    return told
