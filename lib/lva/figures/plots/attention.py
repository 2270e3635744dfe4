"""Where the agent looks: the attention of E_L over the tiles of its view."""

from __future__ import annotations

import matplotlib.pyplot as plt
import numpy as np
import torch
from matplotlib.figure import Figure

from lva.agent import Agent, Evaluation
from lva.agent.vision import view_tiles
from lva.figures.paper import on_paper
from lva.world import World
from lva.world.kernels.dynamics import ACTIONS


def plot_attention(agent: Agent, world: World, index: int, actions: np.ndarray, most: int = 8) -> Figure:
    """What the agent sees and, below, where E_L looks in it (mean over heads), along an episode."""
    one, pictures, maps = world[index : index + 1], [], []
    words = torch.from_numpy(agent.grammar.encode([one.instructions[0].text])).to(agent.device)
    for action in actions[:most]:
        pictures.append(on_paper(one.render(24)[0], 24))
        tiles = view_tiles(one.observe()).long().to(agent.device)
        maps.append(agent.attention_map(words, tiles)[0].mean(0).cpu().numpy())
        one.step(np.array([action]))
    size = (1.35 * len(pictures), 3.2)
    figure, axes = plt.subplots(2, len(pictures), figsize=size, squeeze=False, layout="constrained")
    for column, (picture, weights) in enumerate(zip(pictures, maps)):
        axes[0, column].imshow(picture)
        axes[1, column].imshow(weights, cmap="magma", vmin=0)
        axes[0, column].set_title(f"→ {ACTIONS[actions[column]]}", fontsize=9)
    for axis in axes.flat:
        axis.set(xticks=[], yticks=[])
    figure.suptitle(f"“{one.instructions[0].text}”", fontsize=11)
    return figure


def attention_of_tasks(agent: Agent, evaluation: Evaluation, steps: int = 6) -> list[Figure]:
    """`plot_attention` of one episode per task, sampled, of about `steps` actions."""
    world, played = evaluation.world, evaluation.rollouts["sampled"]
    tasks, figures = np.array([instruction.task for instruction in world.instructions]), []
    for task in agent.grammar.phrases:
        episode = int(np.where(tasks == task, abs(played.lengths - steps), np.inf).argmin())
        figures.append(plot_attention(agent, world, episode, played.actions[episode][: played.lengths[episode]]))
    return figures
