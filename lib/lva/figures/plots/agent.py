"""The agent at work: how it learns, how well it does, where it looks."""

from __future__ import annotations

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import seaborn as sns
import torch
from matplotlib.figure import Figure
from matplotlib.ticker import EngFormatter, MaxNLocator

from lva.agent import Agent
from lva.agent.vision import view_tiles
from lva.figures.paper import on_paper
from lva.figures.style import WIDTH, write_title
from lva.report.paper import SUCCESS
from lva.world import TASKS, World
from lva.world.kernels.dynamics import ACTIONS


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


def plot_attention(agent: Agent, world: World, index: int, actions: np.ndarray, most: int = 8) -> Figure:
    """What the agent sees and, below, where E_L looks in it (mean over heads), along an episode."""
    one, pictures, maps = world[index : index + 1], [], []
    words = torch.from_numpy(agent.grammar.encode([one.instructions[0].text])).to(agent.device)
    for action in actions[:most]:
        pictures.append(on_paper(one.render(24)[0], 24))
        maps.append(
            agent.attention_map(words, view_tiles(one.observe()).long().to(agent.device))[0].mean(0).cpu().numpy()
        )
        one.step(np.array([action]))
    figure, axes = plt.subplots(
        2, len(pictures), figsize=(1.35 * len(pictures), 3.2), squeeze=False, layout="constrained"
    )
    for column, (picture, weights) in enumerate(zip(pictures, maps)):
        axes[0, column].imshow(picture)
        axes[1, column].imshow(weights, cmap="magma", vmin=0)
        axes[0, column].set_title(f"→ {ACTIONS[actions[column]]}", fontsize=9)
    for axis in axes.flat:
        axis.set(xticks=[], yticks=[])
    figure.suptitle(f"“{one.instructions[0].text}”", fontsize=11)
    return figure
