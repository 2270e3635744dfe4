"""The study of docs/prefix.md: from a finished run to its tables."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from lva.agent import CONTROLS, load_index
from lva.ground.runs import RunFolder
from lva.models import ReferenceUnavailable
from lva.spaces import bag_of_words, behaviour_spaces, moments_of_run
from lva.studies.prefix.course import by_moment, course_table, peak_of
from lva.studies.prefix.likeness import (
    AGENT_COMPETENT,
    AGENT_PEAK,
    WORDS,
    Every,
    labels,
    likeness_table,
    predictions_table,
    ties_table,
    weights_table,
)
from lva.studies.prefix.spaces import spaces_of
from lva.studies.prefix.subjects import Subject, subjects_of
from lva.studies.prefix.verdicts import PHRASE, Evidence, findings_table
from lva.world import Grammar


@dataclass(frozen=True)
class PrefixStudy:
    """What is read out, beside the models that the run has trained."""

    models: tuple[str, ...] = ("minilm", "gemma-3-270m")  # of the registry
    draws: int = 5  # of random weights, and of behaviour


def run(folder: RunFolder, config: PrefixStudy = PrefixStudy()) -> dict[str, pd.DataFrame]:
    """Read the agents and models of a run; write the tables `prefix_...` beside its others and return them by name.

    Needs notebooks 01 to 03. A model of the registry that cannot be had keeps its row, with what to do about it.
    """
    runs = load_index(folder.path / "agents.json")
    grammar = next(iter(runs.values())).agent.grammar
    models, every = _read(folder, subjects_of(folder, config.models), grammar, config.draws)
    agents = {name: one for name, one in runs.items() if name not in CONTROLS}
    moments = moments_of_run(folder, agents)
    at = by_moment(moments)
    peak = peak_of(every, list(models.model[models.causal & (models.note == "")]), at)
    targets = labels(grammar) | {WORDS: (bag_of_words(grammar.texts),)}
    targets["behaviour"] = behaviour_spaces(grammar, config.draws)["behaviour"].draws
    targets |= {AGENT_PEAK: at[peak], AGENT_COMPETENT: at[max(at)]}
    likeness, weights = likeness_table(every, targets), weights_table(every, grammar)
    predictions, ties = predictions_table(likeness, weights, grammar), ties_table(grammar, targets)
    course = course_table(every, moments, targets[PHRASE][0])
    findings = findings_table(Evidence(models, likeness, ties, predictions, course, peak))
    course["peak"] = course["at"] == peak
    tables = {"models": models, "likeness": likeness, "ties": ties, "weights": weights}
    tables |= {"predictions": predictions, "course": course, "findings": findings}
    return {name: folder.save(f"prefix_{name}", table, digits=4) for name, table in tables.items()}


def _read(folder: RunFolder, subjects: list[Subject], grammar: Grammar, draws: int) -> tuple[pd.DataFrame, Every]:
    """The models, one row each, and the spaces of those that can be had."""
    every, rows = {}, []
    for subject in subjects:
        note = ""
        try:
            every[subject.name] = spaces_of(subject, grammar, draws, folder.path / "spaces")
        except ReferenceUnavailable as error:
            note = str(error)
        rows.append((subject.name, subject.causal, subject.generative, note))
    return pd.DataFrame(rows, columns=["model", "causal", "generative", "note"]), every
