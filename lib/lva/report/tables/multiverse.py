"""The tables of the study of readings, as its figures and sentences take them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd

from lva.ground.paper import FAR, LLMS, NEAR
from lva.report.tables.headline import headline_measure

__all__ = [
    "box_lines",
    "checkpoints",
    "course",
    "language_models",
    "near_and_far",
    "universe_choices",
]
LANGUAGE = (*LLMS, "gemma")  # families of language models
RUNGS = {"behaviour": "behaviour", "bag of words": "words counted", "phrase": "label of the phrase"}
EMPTY = "0"  # distractors
OF_AGENT = ("distractors", "words")  # options of the agent that the specification curve shows


def checkpoints(box: pd.DataFrame, readings: pd.DataFrame, models: Sequence[str]) -> pd.DataFrame:
    """Every checkpoint once, its value the mean over `models`.

    Two columns more: `alone` if its rooms held nothing but the target, `ended` at the end of its training.
    """
    kept = box[box.reference.isin(models) & (box.measure == headline_measure(box))]
    if kept.empty:
        raise ValueError(f"the box has none of the models {', '.join(models)}; it has {', '.join(set(box.reference))}")
    moment = ["reading", "seed", "samples"]
    others = {name: "first" for name in box.columns if name not in (*moment, "reference", "value")}
    table = kept.groupby(moment, as_index=False, sort=False).agg({**others, "value": "mean"})
    choices = readings[readings.option == "distractors"].set_index("reading").choice
    last = table.samples == table.groupby(["reading", "seed"]).samples.transform("max")
    return table.assign(alone=table.reading.map(choices).astype(str) == EMPTY, ended=last)


def course(box: pd.DataFrame, reading: str) -> pd.DataFrame:
    """One reading along its training: the rows of its fresh seeds, of the first seed where there are no others."""
    rows = box[box.reading == reading]
    return rows[rows.seed > 0] if (rows.seed > 0).any() else rows


def universe_choices(specification: pd.DataFrame, readings: pd.DataFrame) -> dict[str, pd.Series]:
    """What was chosen in each universe, as texts: of the agent, of the model, of the measure."""
    options = readings.pivot(index="reading", columns="option", values="choice").astype(str)
    of_agent = options.loc[specification.reading].reset_index(drop=True)
    varied = [option for option in OF_AGENT if option in of_agent and of_agent[option].nunique() > 1]
    centring = specification.centred.map({True: " centred", False: ""})
    return {
        **{option: of_agent[option] for option in varied},
        "model": specification.reference.reset_index(drop=True),
        "pooling": specification.pooling.reset_index(drop=True),
        "similarity": (specification.metric + centring).reset_index(drop=True),
    }


def language_models(families: Mapping[str, str]) -> list[str]:
    """The references that are language models; families: name -> family."""
    return [name for name, family in families.items() if family in LANGUAGE]


def near_and_far(families: Mapping[str, str]) -> tuple[list[str], list[str]]:
    """The references of the families that the paper finds near the agent, and of those it finds far."""
    near, far = ([name for name, family in families.items() if family in group] for group in (NEAR, FAR))
    return near, far


def box_lines(ladder: pd.DataFrame, models: Sequence[str]) -> dict[str, float]:
    """What the dots of the box are compared with: name -> P@k, mean over the models; ladder: of notebook 04."""
    rows = ladder[ladder.target.isin(models) & (ladder.measure == headline_measure(ladder))]
    means = rows.groupby("rung").value.mean()
    return {name: means[rung] for rung, name in RUNGS.items() if rung in means}
