"""An episode as pictures: the whole room above, what the agent sees of it below."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.figure import Figure, SubFigure
from PIL import Image

from lva.agent import Evaluation
from lva.figures.paper import on_paper
from lva.world import TASKS, Demos, Grammar, Level, World
from lva.world.kernels.dynamics import ACTIONS
from lva.world.minigrid.environments import OneRoomEnv, reset_options


@dataclass(frozen=True)
class Film:
    """The pictures of one episode, one more than there are actions, in the colours of `on_paper`."""

    text: str
    rooms: list[np.ndarray]  # (8 t, 8 t, 3) uint8 each, with the agent's view lit
    views: list[np.ndarray]  # (7 t, 7 t, 3) uint8 each
    actions: np.ndarray  # (steps,) uint8


def record_film(
    world: World, index: int, actions: np.ndarray, grammar: Grammar, level: Level | None = None, tile_size: int = 24
) -> Film:
    """Take actions in the gymnasium environment of world `index` and keep a picture of each state."""
    env = OneRoomEnv(grammar=grammar, level=level)
    env.reset(options=reset_options(world, index))
    film = Film(env.mission, [], [], actions)
    for action in [*actions, None]:
        film.rooms.append(on_paper(env.get_frame(tile_size=tile_size), tile_size))
        film.views.append(on_paper(env.get_frame(tile_size=tile_size, agent_pov=True), tile_size))
        if action is not None:
            env.step(action)
    return film


def record_demonstration(demos: Demos, episode: int, tile_size: int = 24) -> Film:
    """The film of a demonstration."""
    one = demos[[episode]]
    return record_film(one.world(), 0, one.actions, demos.grammar, demos.level, tile_size)


def save_gif(film: Film, path: str | Path | BinaryIO, seconds: float = 0.4) -> None:
    """Write a film as a GIF, room and view side by side."""
    heights = film.rooms[0].shape[0]
    pictures = []
    for room, view in zip(film.rooms, film.views):
        below = heights - view.shape[0]
        framed = np.pad(view, ((below // 2, below - below // 2), (8, 0), (0, 0)), constant_values=255)
        pictures.append(Image.fromarray(np.hstack([room, framed])))
    counted = [picture.getcolors(256) for picture in pictures]  # None: more colours than that
    colors = sorted({color for counts in counted for _, color in counts or ()})
    if None not in counted and len(colors) <= 256:
        # one palette for all frames: Pillow would search one for each, which takes three times as long
        palette = Image.new("P", (1, 1))
        palette.putpalette([value for color in colors for value in color])
        pictures = [picture.quantize(palette=palette, dither=Image.Dither.NONE) for picture in pictures]
    options = {"save_all": True, "append_images": pictures[1:], "duration": int(1000 * seconds), "loop": 0}
    pictures[0].save(path, format="GIF", **options)


def film_strip(film: Film, most: int = 9) -> Figure:
    """Draw a film from left to right: at most `most` frames, the first and the last among them."""
    figure = plt.figure(figsize=(1.35 * min(most, len(film.rooms)), 3.2), layout="constrained")
    _draw_strip(figure, film, min(most, len(film.rooms)))
    return figure


def films_of_tasks(demos: Demos, steps: int = 6) -> Figure:
    """One film strip per task, each of a demonstration with about `steps` actions."""
    tasks = [task for task in TASKS if task in demos.grammar.phrases]
    episodes = [np.where(demos.tasks == task, abs(demos.lengths - steps), np.inf).argmin() for task in tasks]
    films = [record_demonstration(demos, int(episode)) for episode in episodes]
    columns = max(len(film.rooms) for film in films)
    figure = plt.figure(figsize=(1.35 * columns, 3.2 * len(films)), layout="constrained")
    for part, film in zip(np.atleast_1d(figure.subfigures(len(films), 1, hspace=0.04)), films):
        _draw_strip(part, film, columns)
    return figure


def films_of_outcomes(
    evaluation: Evaluation, grammar: Grammar, level: Level | None = None, steps: int = 6
) -> list[Figure]:
    """Film strips of the first success and of the first failure of the greedy agent, `steps` actions or more."""
    world, greedy, figures = evaluation.world, evaluation.rollouts["greedy"], []
    for outcome in (True, False):
        episodes = np.flatnonzero((greedy.success == outcome) & (greedy.lengths >= steps))
        for episode in episodes[:1]:
            actions = greedy.actions[episode][: greedy.lengths[episode]]
            figures.append(film_strip(record_film(world, int(episode), actions, grammar, level)))
    return figures


def _draw_strip(figure: Figure | SubFigure, film: Film, columns: int) -> None:
    frames = np.unique(np.linspace(0, len(film.actions), min(columns, len(film.rooms))).round().astype(int))
    axes = figure.subplots(2, columns, squeeze=False)
    for axis in axes[:, len(frames) :].flat:
        axis.axis("off")
    for column, t in enumerate(frames):
        for row, pictures in enumerate((film.rooms, film.views)):
            axes[row, column].imshow(pictures[t])
            axes[row, column].set(xticks=[], yticks=[])
        axes[0, column].set_title(ACTIONS[film.actions[t - 1]] if t else "start", fontsize=9)
        axes[1, column].set_xlabel(t, fontsize=9)
    axes[0, 0].set_ylabel("room", fontsize=9)
    axes[1, 0].set_ylabel("agent's view", fontsize=9)
    figure.suptitle(f"“{film.text}”", fontsize=11)
