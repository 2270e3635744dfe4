"""Sentences that notebook 01 shows: how long demonstrations are, how good the expert is, what chance achieves."""

from __future__ import annotations

import pandas as pd

from lva.ground.paper import SUCCESS_TEXT
from lva.report.wording import number_text, percent_text
from lva.world import Demos


def read_demos(demos: Demos, bytes_on_disk: int) -> str:
    """Say how many demonstrations there are, and how much room they take."""
    return (
        f"**{demos}**, {demos.steps / len(demos):.1f} actions per episode, {bytes_on_disk / demos.steps:.1f} bytes per "
        f"step on disk. A demonstration is stored as its first state and its actions; frames are replayed when needed. "
        f"More than 16 bytes per step would mean that the format has failed."
    )


def read_lengths(demos: Demos) -> str:
    """Say how long the episodes of each task are, and how much longer PICK-UP is than GO-TO."""
    mean = pd.Series(demos.lengths).groupby(demos.tasks).mean()
    text = "Mean length: " + ", ".join(f"{task} {number_text(length)}" for task, length in mean.items()) + "."
    if {"pick-up", "go-to"} <= set(mean.index):
        text += (
            f" PICK-UP minus GO-TO: {number_text(mean['pick-up'] - mean['go-to'])} actions. Far from 1 would mean that "
            "the two tasks do not draw their rooms alike."
        )
    return text


def read_expert(comparison: pd.DataFrame) -> str:
    """Say how long the experts' episodes are beside those of BabyAI's bot, in a table by `compare_with_bot`."""
    if comparison.empty:
        return "The grammar has no task that BabyAI's bot knows."
    ratio = comparison[["oracle_over_bot", "sighted_over_bot"]].mean()
    return (
        f"The oracle's episodes are {number_text(ratio.oracle_over_bot, '.3f')} times as long as the bot's, those of "
        f"the sighted expert {number_text(ratio.sighted_over_bot, '.3f')} times. An oracle above 1 would refute that "
        f"its paths are shortest."
    )


def read_random(success: pd.DataFrame) -> str:
    """Say what a random policy achieves in each task."""
    rates = ", ".join(f"{row.task} {percent_text(row.success, 1)}" for row in success.itertuples())
    return f"At random: {rates}. An agent that does no better has learnt nothing; the paper reports {SUCCESS_TEXT}."
