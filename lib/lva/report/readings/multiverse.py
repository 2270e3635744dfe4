"""Sentences that notebook 06 shows: which readings reach the paper's number, and what the number depends on."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from lva.ground.paper import SUCCESS
from lva.report.tables.multiverse import checkpoints
from lva.report.wording import number_text, p_text, percent_text, span_text

PLACES = {"own": "rooms like those of its training", "crowded": "rooms with four distractors"}


def read_trained(readings: pd.DataFrame, trials: pd.DataFrame) -> str:
    """Say how many readings and agents there are, and how many can do the task at the end."""
    ends = trials[(trials.samples == trials.groupby(["reading", "seed"]).samples.transform("max"))]
    worst = ends[ends.policy == "sampled"].groupby(["rooms", "reading", "seed"]).success.min()
    able = {rooms: (worst[rooms] >= SUCCESS[0]).sum() for rooms in PLACES}
    counted = " and ".join(f"{count} in {PLACES[rooms]}" for rooms, count in able.items())
    return (
        f"{readings.reading.nunique()} readings, {len(worst['own'])} agents. At the end each task succeeds in "
        f"{percent_text(SUCCESS[0])} or more of the episodes for {counted}."
    )


def read_reached(reached: pd.DataFrame) -> str:
    """Say which readings reach the paper's number, by the rule."""
    decided = reached[reached.verdict != "too few seeds"]
    if decided.empty:
        return "No reading was trained with enough fresh seeds for a verdict; these nominate only."
    lines = []
    for (reading, rooms), at in decided.groupby(["reading", "rooms"], sort=False):
        hits = at[at.verdict == "reached"].reference.tolist()
        verdict = f"**reached** with {', '.join(hits)}" if hits else "**not reached**"
        lines.append(
            f"- *{reading}*, in {PLACES[rooms]}: {verdict}; success of the worst task "
            f"{percent_text(at.success.iloc[0])}, P@k {span_text(at.value.min(), at.value.max())} over the models."
        )
    return "\n".join(lines)


def read_nominated(nominated: pd.DataFrame) -> str:
    """Say which checkpoints of single agents lie in the paper's box."""
    if nominated.empty:
        return "No checkpoint of any agent lies in the paper's box, in rooms of either kind."
    lines = [
        f"{PLACES[rooms]}: {at.groupby(['reading', 'seed', 'samples']).ngroups} checkpoints, of the readings "
        f"{'; '.join(f'*{name}*' for name in at.reading.unique())}"
        for rooms, at in nominated.groupby("rooms", sort=False)
    ]
    return f"In the box, with at least one model: {'. '.join(lines)}."


def read_joint(joint: pd.DataFrame) -> str:
    """Say what all universes show together, beside each null."""
    said = {"chance": "items paired at random", "words": "meanings shuffled, words kept"}
    lines = [
        f"{said[row.null]}: median {number_text(row.median)}, under the null {number_text(row.null_median)} "
        f"({p_text(row.p)}); {percent_text(row.above)} of {row.universes} universes lie above their own band "
        f"({p_text(row.p_above)})"
        for row in joint.itertuples()
    ]
    return f"All universes together. {'. '.join(line[0].upper() + line[1:] for line in lines)}."


def caption_box(box: pd.DataFrame, readings: pd.DataFrame, models: Sequence[str]) -> str:
    """The numbers of `plot_box`."""
    dots = checkpoints(box, readings, models)
    able = dots[dots.success_crowded >= SUCCESS[0]].value
    alone = dots[(dots.success_own >= SUCCESS[0]) & dots.alone].value
    return (
        f"Every dot is one agent at one moment of its training: {len(dots):,} of {dots.reading.nunique()} readings, "
        f"mean over {', '.join(models)}. Circled: at the end. Rings: trained in rooms with the target alone. Of those "
        f"that succeed in {percent_text(SUCCESS[0])} or more among four distractors, P@k is {_range(able)}; of those "
        f"that do so in empty rooms, {_range(alone)}."
    )


def caption_courses(box: pd.DataFrame, trials: pd.DataFrame) -> str:
    """What `plot_courses` shows."""
    seeds = box[box.seed > 0].groupby("reading").seed.nunique()
    agents = f"{seeds.max()} fresh seeds" if len(seeds) else "one seed"
    return (
        f"Success (sampled, {trials.task.nunique()} tasks) in the rooms of the training, P@k with each model, and the "
        f"shares of E_L's variance; means of {agents}, bands their range."
    )


def caption_specification(specification: pd.DataFrame, joint: pd.DataFrame) -> str:
    """The numbers of `plot_specification`."""
    low, high = specification.value.min(), specification.value.max()
    return (
        f"A dot is a universe; {len(specification)} are drawn at random, of agents that can do the task at the end. "
        f"Estimates from {number_text(low)} to {number_text(high)}. {read_joint(joint)}"
    )


def _range(values: pd.Series) -> str:
    return span_text(values.min(), values.max()) if len(values) else "not seen"
