"""One look for all figures: readable in print, and by readers who cannot tell red from green."""

from __future__ import annotations

import seaborn as sns
from matplotlib.figure import Figure, SubFigure

from lva.world.tasks import RECORDS

TASK_COLORS = {task.name: task.color for task in RECORDS}
PAINT = {  # what the colours of the objects look like, dark enough for white paper
    "red": "#d62728", "green": "#2ca02c", "blue": "#1f4fd8", "purple": "#8a3ec9", "yellow": "#e0b400", "grey": "#7a7a7a"
}  # fmt: skip

WIDTH = 8.3  # inches: the README's 830 pixels at 100 per inch, and the width of a page
SMALL, TINY = 8.5, 7.5  # points
INK, GREY, SILVER, PALE = "#222222", "#767676", "#a8a8a8", "#e4e4e4"

AGENT, AGENT_PALE = "#0173b2", "#9cc9e6"  # trained; untrained it has the same colour, hollow
WORDS, WORDS_PALE = "#d55e00", "#f6c9a8"  # what shared words alone give
LEXICAL = "#9a4f96"  # baselines that read no more than the words
CHANCE = "#dcdcdc"
LINES = ("#0173b2", "#de8f05", "#029e73", "#d55e00", "#cc78bc", "#8c613c", "#56b4e9", "#5f5f5f")
MARKERS = ("o", "s", "^", "D", "v", "P", "X", "*")


def use_style() -> None:
    """Set seaborn's theme for all following figures, and matplotlib's own font, which is the same on every machine."""
    rc = {"figure.dpi": 110, "savefig.dpi": 200, "font.sans-serif": ["DejaVu Sans"], "pdf.fonttype": 42}
    sns.set_theme(context="notebook", style="ticks", palette="colorblind", rc=rc)


def write_title(figure: Figure | SubFigure, text: str) -> None:
    """Write a title above a figure."""
    figure.suptitle(text, x=0.1 / WIDTH, ha="left", size=12.5, weight="bold")
