"""An episode as pictures: the whole room above, what the agent sees of it below."""

from __future__ import annotations

from dataclasses import dataclass

import gymnasium
import matplotlib.pyplot as plt
import numpy as np
from matplotlib.figure import Figure

from lva.world import Demos
from lva.world.dynamics import ACTIONS
from lva.world.minari_export import ENVIRONMENT, reset_options


@dataclass(frozen=True)
class Film:
    """The pictures of one episode, one more than there are actions."""

    text: str
    rooms: list[np.ndarray]  # (8 t, 8 t, 3) uint8 each, with the agent's view lit
    views: list[np.ndarray]  # (7 t, 7 t, 3) uint8 each
    actions: np.ndarray  # (steps,) uint8


def record_film(demos: Demos, episode: int, tile_size: int = 24) -> Film:
    """Live through a demonstration in its gymnasium environment and keep the pictures."""
    env = gymnasium.make(ENVIRONMENT, grammar=demos.grammar, level=demos.level).unwrapped
    env.reset(options=reset_options(demos, episode))
    film = Film(env.mission, [], [], demos[[episode]].actions)
    for action in [*film.actions, None]:
        film.rooms.append(env.get_frame(tile_size=tile_size))
        film.views.append(env.get_frame(tile_size=tile_size, agent_pov=True))
        if action is not None:
            env.step(action)
    return film


def film_strip(film: Film, most: int = 9) -> Figure:
    """Draw a film from left to right; of a long one `most` frames, the first and the last among them."""
    frames = np.unique(np.linspace(0, len(film.actions), min(most, len(film.actions) + 1)).round().astype(int))
    figure, axes = plt.subplots(2, len(frames), figsize=(1.35 * len(frames), 3.2), squeeze=False)
    for column, t in enumerate(frames):
        for row, pictures in enumerate((film.rooms, film.views)):
            axes[row, column].imshow(pictures[t])
            axes[row, column].set(xticks=[], yticks=[])
        after = ACTIONS[film.actions[t - 1]] if t else "start"
        axes[0, column].set_title(f"{t}: {after}", fontsize=9)
    axes[0, 0].set_ylabel("room", fontsize=9)
    axes[1, 0].set_ylabel("agent's view", fontsize=9)
    figure.suptitle(f"“{film.text}”", fontsize=11)
    figure.tight_layout(pad=0.4)
    return figure
