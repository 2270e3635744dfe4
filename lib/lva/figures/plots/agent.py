"""The agent at work: how it learns, and how well it does."""

from __future__ import annotations

import matplotlib.pyplot as plt
import pandas as pd
import seaborn as sns
from matplotlib.figure import Figure
from matplotlib.ticker import EngFormatter, MaxNLocator

from lva.figures.style import WIDTH, write_title
from lva.ground.paper import SUCCESS
from lva.world import TASKS


def plot_learning(metrics: pd.DataFrame) -> Figure:
    """Loss and accuracy of the cloned actions over training; mean and range over the column `seed`."""
    figure, axes = plt.subplots(1, 2, figsize=(WIDTH, 3), layout="constrained")
    for axis, name in zip(axes, ("loss", "accuracy")):
        sns.lineplot(metrics, x="samples", y=name, estimator="mean", errorbar=("pi", 100), ax=axis)
        axis.xaxis.set_major_locator(MaxNLocator(4))
        axis.xaxis.set_major_formatter(EngFormatter(sep=" "))
    sns.despine(figure)
    write_title(figure, "Loss and accuracy of the cloned actions, mean and range over seeds")
    return figure


def plot_agent_success(by_task: pd.DataFrame) -> Figure:
    """Success by task and policy, one point per seed, beside the range that the paper reports."""
    figure, axis = plt.subplots(figsize=(WIDTH, 3), layout="constrained")
    axis.axvspan(*SUCCESS, color="0.9", label="the paper's agents")
    policies = [name for name in ("random", "floor", "greedy", "sampled", "oracle") if name in set(by_task.policy)]
    order = [task for task in TASKS if task in set(by_task.task)]
    looks = {"hue": "policy", "hue_order": policies, "dodge": True, "jitter": False, "alpha": 0.7}
    sns.stripplot(by_task, x="success", y="task", order=order, **looks, ax=axis)
    axis.set(xlim=(0, 1.02), xlabel="share of episodes", ylabel="")
    axis.legend(frameon=False, loc="center left", bbox_to_anchor=(1, 0.5))
    sns.despine(figure)
    write_title(figure, "Success in unseen rooms by task, one point per seed")
    return figure


def plot_instructions(by_instruction: pd.DataFrame, table: pd.DataFrame) -> Figure:
    """Success of one policy on every instruction, laid out as `instruction_table` lays them out."""
    success = by_instruction.groupby("instruction").success.mean()
    grid = table.map(success.get)
    figure, axis = plt.subplots(figsize=(8.6, 5.4), layout="constrained")
    sns.heatmap(grid, vmin=0, vmax=1, cmap="cividis", annot=True, fmt=".2f", annot_kws={"size": 7}, ax=axis)
    axis.set(xlabel="", ylabel="")
    axis.set_xticks(
        axis.get_xticks(), [label.get_text().replace(": ", "\n") for label in axis.get_xticklabels()], rotation=0
    )
    return figure
