"""The experiment on one page: one world, what each model learns from, and what is compared with what."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import FancyArrowPatch, FancyBboxPatch

from lva.figures.style import AGENT, GREY, INK, LEXICAL, SMALL, WIDTH

HEIGHT = 3.3  # inches
BOX = "round,pad=0.02,rounding_size=0.08"


class Stream(NamedTuple):
    """What one kind of model learns from."""

    experience: str
    models: str
    objective: str
    color: str


STREAMS = (
    Stream("actions", "the agent", "does what the expert does", AGENT),
    Stream("texts", "Llama · Qwen · DeepSeek · BERT", "next word, masked words", INK),
    Stream("pictures with captions", "CLIP · BLIP", "contrast, captioning", INK),
    Stream("the words alone", "bag of words, trigrams, …", "no learning", LEXICAL),
)


def plot_schematic(
    room: np.ndarray, view: np.ndarray, instructions: int, streams: Sequence[Stream] = STREAMS
) -> Figure:
    """Draw the experiment around a room and a view, (h, w, 3) uint8 each; `instructions`: how many are compared."""
    figure, axis = plt.subplots(figsize=(WIDTH, HEIGHT), layout="constrained")
    axis.set(xlim=(0, 10), ylim=(0, 4))
    axis.set_axis_off()
    axis.set_aspect("auto")
    for image, left, bottom, name in ((room, 0.0, 2.15, "one world"), (view, 0.0, 0.2, "seen from within")):
        inset = axis.inset_axes((left, bottom, 1.55, 1.55), transform=axis.transData)
        inset.imshow(image)
        inset.set(xticks=[], yticks=[])
        axis.text(left, bottom + 1.6, name, size=SMALL, color=GREY)
    for i, stream in enumerate(streams):
        _draw_stream(axis, stream, 3.35 - i * 0.92)
    _write_box(axis, (8.05, 1.35, 1.9, 1.3), f"{instructions} instructions\nas vectors:\nwhich are alike?", INK)
    return figure


def _draw_stream(axis: Axes, stream: Stream, y: float) -> None:
    _draw_arrow(axis, (1.7, 2.0), (2.35, y + 0.05), stream.color)
    _write_box(axis, (2.4, y - 0.25, 1.75, 0.6), stream.experience, stream.color)
    _draw_arrow(axis, (4.2, y + 0.05), (4.6, y + 0.05), stream.color)
    _write_box(axis, (4.65, y - 0.25, 2.6, 0.6), f"{stream.models}\n", stream.color)
    axis.text(5.95, y - 0.08, stream.objective, size=SMALL - 1, color=GREY, ha="center", va="center")
    _draw_arrow(axis, (7.3, y + 0.05), (8.0, 2.0), stream.color)


def _write_box(axis: Axes, place: tuple[float, float, float, float], text: str, color: str) -> None:
    """Write a text in a box; place: x, y, width, height."""
    x, y, width, height = place
    axis.add_patch(FancyBboxPatch((x, y), width, height, BOX, facecolor="white", edgecolor=color, linewidth=1.2))
    axis.text(x + width / 2, y + height / 2, text, size=SMALL, color=color, ha="center", va="center")


def _draw_arrow(axis: Axes, start: tuple[float, float], end: tuple[float, float], color: str) -> None:
    axis.add_patch(FancyArrowPatch(start, end, arrowstyle="-|>", mutation_scale=9, color=color, linewidth=1))
