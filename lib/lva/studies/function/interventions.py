"""Exchange one factor of an instruction inside E_L, or inside another space, and see whether it alone is acted on.

An instruction and its counterpart differ in one factor: *go to the red ball*, *go to the blue ball*, both balls being
in the room. Of the vector that drives the agent, only the coordinates in the factor's subspace are the counterpart's.
The subspace comes from instructions in which the other two factors are combined otherwise. If it carries the factor
and no other, the agent does what the counterpart asks.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.spatial.distance import cdist

from lva.agent import Agent, load_agent
from lva.agent.driving import Scenes, drive_each, make_scenes, read_episodes
from lva.alignment import factor_subspace, fit_known, interchange, random_subspace
from lva.spaces import Subjects
from lva.studies.function.driven import BASELINE, MADE_BY, MAPS, RIDGE, Design, fingerprints, trained_seeds
from lva.studies.function.factors import APPROACH, ESCAPE, FACTORS, differing, halves, labelled_items
from lva.studies.function.search import search_subspace
from lva.studies.function.sources import SAME, Source, sources_of
from lva.studies.keeping import Job, kept_tables

MEANS, SEARCHED, RANDOM, WHOLE = "means of levels", "searched", "random", "the whole vector"
DOSES = (0.0, 0.25, 0.5, 0.75, 1.25, 1.5)


class Swap(NamedTuple):
    """One way to exchange a factor."""

    factor: str  # of FACTORS
    subspace: str  # MEANS, SEARCHED, RANDOM or WHOLE
    rank: int | None = None  # None: all directions in which the levels' means differ
    dose: float = 1.0


@dataclass(frozen=True, eq=False, repr=False)
class Pairs:
    """Episodes in which a counterpart is at hand: the instruction of each, and its counterpart."""

    scenes: Scenes
    other: NDArray[np.int64]  # (n,)

    def __repr__(self) -> str:
        return f"Pairs({len(self.other)} episodes)"


def counterparts(scenes: Scenes, factor: str, seed: int = 0) -> Pairs:
    """The episodes that can be changed in one factor alone, each with an instruction that differs in it.

    Colour and kind: of instructions to approach, since only then what is done tells the object; the other object is one
    of those in the room. Behaviour: the same object, the other way to act.
    """
    items, rng = labelled_items(scenes.grammar), np.random.default_rng(seed)
    there = np.where(scenes.candidates[:, 0] >= 0, items.object.to_numpy()[scenes.candidates[:, 0]], -1)
    chosen = np.full(len(scenes.instruction), -1)
    for episode, i in enumerate(scenes.instruction):
        fits = differing(items, factor, i)
        if factor != "behaviour":
            fits &= np.isin(items.object, there[episode]) & (items.behaviour[i] == APPROACH)
        if fits.any():
            chosen[episode] = rng.choice(np.flatnonzero(fits))
    known = chosen >= 0
    if not known.any():
        raise ValueError(
            f"no episode has a counterpart that differs in {factor} alone; a grammar needs two levels of it"
        )
    return Pairs(scenes.take(known), chosen[known])


def own_swaps(items: pd.DataFrame) -> list[Swap]:
    """What is exchanged in the agent's own E_L: every factor by every subspace, and its colours by rank and dose."""
    kinds = [Swap(factor, how) for factor in FACTORS for how in (MEANS, SEARCHED, RANDOM, WHOLE)]
    ranks = [Swap("color", MEANS, rank) for rank in range(1, items.color.nunique() - 1)]
    return kinds + ranks + [Swap("color", MEANS, dose=dose) for dose in DOSES]


def mapped_swaps() -> list[Swap]:
    """What is exchanged in other spaces before they are mapped; a dose of 0 shows what the map does by itself."""
    how = [(MEANS, 1.0), (MEANS, 0.0), (RANDOM, 1.0), (WHOLE, 1.0)]
    return [Swap(factor, subspace, dose=dose) for factor in FACTORS for subspace, dose in how]


def exchange_in_agents(subjects: Subjects, design: Design, folder: Path, agents: int | None = None) -> pd.DataFrame:
    """`swap_table` of the agents of a run, in their own E_L and in every reference: with a column `seed`."""
    jobs = []
    for seed, run in enumerate(trained_seeds(subjects)[:agents]):
        every = {(s.name, s.control): s for s in sources_of(subjects, seed)}
        mapped = [s for s in every.values() if not s.control and (s.kind == "reference" or s.name == BASELINE)]
        made_from = {"agent": run.name, "design": asdict(design), "sources": fingerprints(mapped)}
        parts = [("own", [every[SAME, ""]], own_swaps(subjects.items)), ("mapped", mapped, mapped_swaps())]
        for name, sources, swaps in parts:
            arguments = (run, sources, swaps, design, seed)
            jobs.append(Job(f"exchange-{seed}-{name}", arguments, made_from | {"swaps": swaps}, len(swaps)))
    return kept_tables(_exchange_in_one, jobs, folder, "exchange", MADE_BY)


def _exchange_in_one(folder: Path, sources: Sequence[Source], swaps: Sequence[Swap], design: Design, seed: int, report):
    agent, tables = load_agent(folder).eval(), []
    scenes = make_scenes(agent.grammar, design.episodes, design.seed, design.level)
    for done, swap in enumerate(swaps, 1):
        tables.append(swap_table(agent, sources, scenes, swap, design))
        report(done)
    table = pd.concat(tables)
    table.insert(0, "seed", seed)
    return table


def swap_table(agent: Agent, sources: Sequence[Source], scenes: Scenes, swap: Swap, design: Design) -> pd.DataFrame:
    """One row per source: how often the agent did what the counterpart asks, and how often what was asked.

    Columns: source, kind, factor, subspace, rank, dose, moved, stayed, episodes, natural (the distance from the vector
    that drives the agent to the nearest E_L, over the mean distance between nearest E_L). The agent's own E_L is the
    source `the same agent`; other sources are patched in their own space, then mapped by a ridge.
    """
    rows = []
    own = agent.language_embedding(agent.grammar.texts).astype(np.float64)
    pairs = counterparts(scenes, swap.factor, design.seed)
    for source in sources:
        told, rank = _patched(agent, source, pairs, swap, design)
        found = read_episodes(drive_each(agent, told, pairs.scenes, design.steps, design.seed), pairs.scenes)
        moved, stayed = (_does(found, scenes, which) for which in (pairs.other, pairs.scenes.instruction))
        about = {"source": source.name, "kind": source.kind, **swap._asdict(), "rank": rank}
        counts = {"moved": moved.mean(), "stayed": stayed.mean(), "episodes": len(found)}
        rows.append(about | counts | {"natural": _distance(told, own)})
    return pd.DataFrame(rows)


def _patched(agent: Agent, source: Source, pairs: Pairs, swap: Swap, design: Design) -> tuple[NDArray, int]:
    """The vector that drives each episode, (n, d), and the rank of what was exchanged; one half after the other."""
    own = agent.language_embedding(agent.grammar.texts).astype(np.float64)
    x = own if source.name == SAME else source.vectors
    first, half = pairs.scenes.instruction, halves(labelled_items(agent.grammar), swap.factor)
    told, rank = np.empty((len(first), own.shape[1])), x.shape[1]
    for known in (half, ~half):
        here = ~known[first]
        a, patched = x[first[here]], x[pairs.other[here]]
        if swap.subspace != WHOLE:
            basis = _basis(agent, x, known, swap, design)
            patched, rank = interchange(a, patched, basis, swap.dose), basis.shape[1]
        told[here] = patched if source.name == SAME else fit_known(x, own, known, MAPS[RIDGE]).apply(patched)
    return told, rank


def _basis(agent: Agent, x: NDArray, known: NDArray[np.bool_], swap: Swap, design: Design) -> NDArray:
    labels = labelled_items(agent.grammar)[swap.factor]
    means = factor_subspace(x[known], labels[known], swap.rank)
    if swap.subspace == RANDOM:
        return random_subspace(x[known], means.shape[1], np.random.default_rng(design.seed))
    return search_subspace(agent, known, swap.factor, means, design) if swap.subspace == SEARCHED else means


def _does(found: pd.DataFrame, scenes: Scenes, instruction: NDArray[np.int64]) -> pd.Series:
    """Whether what the observer reads is what an instruction asks."""
    asked = labelled_items(scenes.grammar).iloc[instruction].reset_index(drop=True)
    objects = labelled_items(scenes.grammar).object.to_numpy()
    read = np.where(found.object >= 0, objects[found.object], -1)
    return (found.behaviour == asked.behaviour) & ((asked.behaviour == ESCAPE) | (read == asked.object))


def _distance(told: NDArray, own: NDArray) -> float:
    """How far the vectors lie from natural ones, in distances between natural neighbours."""
    between = cdist(own, own)
    np.fill_diagonal(between, np.inf)
    return float(cdist(told, own).min(axis=1).mean() / between.min(axis=1).mean())
