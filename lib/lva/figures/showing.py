"""A figure in a notebook, with its caption under it."""

from __future__ import annotations

import matplotlib.pyplot as plt
from IPython.display import Markdown, display
from matplotlib.figure import Figure


def show_figure(figure: Figure, caption: str) -> None:
    """Display a figure, and below it its caption, which is Markdown."""
    display(figure)
    display(Markdown(caption))
    plt.close(figure)
