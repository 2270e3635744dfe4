"""Does the likeness of a space predict how well it drives the agent? One dot per reference, layer and pooling."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray
from scipy.stats import rankdata

from lva.agent import load_agent
from lva.agent.driving import drive, make_scenes, read_episodes
from lva.alignment import cka, explained_variance, neighbourhood_size, precision_at_k, procrustes, rsa
from lva.spaces import item_table
from lva.studies.function.driven import MADE_BY, RIDGE, Design, Plan, fingerprints, predictions
from lva.studies.function.folds import held_out
from lva.studies.function.sources import Source
from lva.studies.keeping import Job, kept_tables
from lva.studies.levels import score

SCHEMES = ("items", "pairs", "phrase", "color")
PREDICTED = "variance explained"  # by the cross-fitted ridge itself: the only measure that has seen what is held out
Readout = tuple[str, int, str]  # reference, layer, pooling
DRAWS = 2_000


def geometry_table(
    agent: Path, readouts: Mapping[Readout, NDArray], design: Design, folder: Path, schemes: Sequence[str] = SCHEMES
) -> pd.DataFrame:
    """One row per read-out, scheme and measure: how like it is to E_L, and how well it drives the agent.

    Columns: reference, layer, pooling, scheme, measure (P@k, CKA, RSA, Procrustes, variance explained), value, score.
    agent: its folder.
    """
    jobs = []
    for reference in dict.fromkeys(name for name, *_ in readouts):
        own = {key: np.asarray(x, np.float64) for key, x in readouts.items() if key[0] == reference}
        vectors = fingerprints([Source(" ".join(map(str, key)), "reference", x) for key, x in own.items()])
        made_from = {"agent": agent.name, "design": asdict(design), "schemes": schemes, "readouts": vectors}
        jobs.append(Job(f"geometry-{reference}", (agent, own, design, schemes), made_from, len(own)))
    return kept_tables(_drive_readouts, jobs, folder, "read-out", MADE_BY)


def prediction_table(geometry: pd.DataFrame, draws: int = DRAWS, seed: int = 0) -> pd.DataFrame:
    """Spearman's correlation of each measure with the score, over read-outs: scheme, measure, correlation, low, high.

    The interval is a bootstrap over references, each with all its layers and poolings, which are no independent cases.
    """
    rng, rows = np.random.default_rng(seed), []
    for (scheme, measure), table in geometry.groupby(["scheme", "measure"], sort=False):
        groups = [one[["value", "score"]].to_numpy() for _, one in table.groupby("reference")]
        drawn = [np.concatenate([groups[i] for i in rng.integers(len(groups), size=len(groups))]) for _ in range(draws)]
        low, high = np.nanquantile([spearman(*pairs.T) for pairs in drawn], (0.025, 0.975))
        row = {"scheme": scheme, "measure": measure, "correlation": spearman(table.value, table.score)}
        rows.append(row | {"low": low, "high": high, "readouts": len(table), "references": len(groups)})
    return pd.DataFrame(rows)


def spearman(x: ArrayLike, y: ArrayLike) -> float:
    """Correlation of ranks; NaN if either is constant."""
    a, b = rankdata(x), rankdata(y)
    return float(np.corrcoef(a, b)[0, 1]) if a.std() and b.std() else float("nan")


def _measures(n: int) -> dict[str, Callable[[NDArray, NDArray], float]]:
    k = neighbourhood_size(n)
    similarity = {"CKA": cka, "RSA": rsa, "Procrustes": procrustes}
    return {f"P@{k}": lambda x, y: precision_at_k(x, y, k)} | similarity


def _drive_readouts(folder: Path, readouts: Mapping[Readout, NDArray], design: Design, schemes: Sequence[str], report):
    agent, rows = load_agent(folder).eval(), []
    own = agent.language_embedding(agent.grammar.texts).astype(np.float64)
    items, scenes = item_table(agent.grammar), make_scenes(agent.grammar, design.episodes, design.seed, design.level)
    for done, (key, x) in enumerate(readouts.items(), 1):
        about = dict(zip(("reference", "layer", "pooling"), key))
        likeness = {name: float(measure(x, own)) for name, measure in _measures(len(own)).items()}
        for scheme in schemes:
            folds = held_out(items, scheme)
            told = predictions(Source(key[0], "reference", x), own, Plan(scheme, RIDGE), folds)
            found = read_episodes(drive(agent, told, scenes, design.steps, design.seed), scenes)
            level = np.select([mask[scenes.instruction] for mask in folds.values()], list(folds), "")
            obeyed = found.groupby([pd.Series(level, name="level"), "asked"]).obeyed.mean()
            measured = likeness | {PREDICTED: explained_variance(own, told)}
            row = about | {"scheme": scheme, "score": score(obeyed)}
            rows += [row | {"measure": measure, "value": value} for measure, value in measured.items()]
        report(done)
    return pd.DataFrame(rows)[[*about, "scheme", "measure", "value", "score"]]
