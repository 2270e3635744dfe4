"""Sentences that notebook 02 shows: how far training came, how well the agents act, what the ablations say."""

from __future__ import annotations

import pandas as pd

from lva.ground.paper import FAILED
from lva.report.wording import number_text, percent_text

NONSENSE, PLAIN = "actions of other steps", "plain cloning, the paper's"  # variants of the ablations
NO_OBJECTS = 0.6  # below this success in PICK-UP an agent does not know which object is meant


def read_training(training: pd.DataFrame) -> str:
    """Say where loss and accuracy end, and how fast training was: means over seeds."""
    last = training.groupby("seed").last()
    return (
        f"At the end, over {len(last)} seeds: loss {number_text(last.loss.mean(), '.3f')}, accuracy "
        f"{number_text(last.accuracy.mean(), '.3f')}; {last.seconds.mean() / 60:.1f} minutes per agent, at "
        f"{(last.samples / last.seconds).mean():,.0f} samples/s."
    )


def read_success(by_task: pd.DataFrame, tour: float) -> str:
    """Say how often the agents succeed, what needs no instruction, and how far apart the seeds are.

    by_task: `Evaluation.by_task` with a column `seed`; tour: `lva.world.escape_floor` of the same rooms.
    """
    mean = by_task.groupby(["policy", "task"], sort=False).success.mean()

    def rates(policy: str) -> str:
        return ", ".join(f"{task} {percent_text(share, 1)}" for task, share in mean[policy].items())

    worst = by_task[by_task.policy == "sampled"].success.min()
    text = (
        f"**Sampled: {rates('sampled')}.** Greedy: {rates('greedy')}. The floor, told nothing: {rates('floor')}. "
        f"At random: {rates('random')}. The worst seed and task, sampled: {percent_text(worst, 1)}. Below "
        f"{percent_text(FAILED)}, or with seeds far apart, the paper counts a training as failed."
    )
    if tour == tour:
        text += f" The tour, told nothing, escapes in {percent_text(tour, 1)} of the rooms."
    return text


def read_success_course(course: pd.DataFrame) -> str:
    """Say after how many samples each task is no longer failed; course: `lva.agent.success_courses`."""
    mean = course.groupby(["task", "samples"], sort=False).success.mean()
    parts = []
    for task in course.task.unique():
        able = mean[task][mean[task] >= FAILED]
        parts.append(f"{task} after {able.index[0]:,} samples" if len(able) else f"{task} never")
    return f"Mean over seeds, sampled, at the moments that were kept: {percent_text(FAILED)} in {', '.join(parts)}."


def read_instructions(by_instruction: pd.DataFrame) -> str:
    """Say which instruction goes worst and which best, and how many stay below what the paper calls failed."""
    rate = by_instruction.groupby("instruction").success.mean()
    return (
        f"From {percent_text(rate.min())} (“{rate.idxmin()}”) to {percent_text(rate.max())}; "
        f"{(rate < FAILED).sum()} of {len(rate)} instructions stay below {percent_text(FAILED)}."
    )


def read_ablations(ablations: pd.DataFrame) -> str:
    """Say between which variants PICK-UP lies, and what plain cloning has, in a table by `ablate`."""
    if "pick-up sampled" not in ablations:
        return "The ablations were not run, or the grammar has no PICK-UP."
    rate = ablations.set_index("variant")["pick-up sampled"].drop(NONSENSE)
    return (
        f"PICK-UP, sampled, lies between {percent_text(rate.min())} ({rate.idxmin()}) and {percent_text(rate.max())} "
        f"({rate.idxmax()}); plain cloning, the paper's setting, has {percent_text(rate[PLAIN])}. Below "
        f"{percent_text(NO_OBJECTS)} an agent knows the task and not which object is meant; "
        f"{(rate < NO_OBJECTS).sum()} of {len(rate)} variants are there."
    )
