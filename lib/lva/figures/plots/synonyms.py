"""Which spaces know synonyms: the share of instructions whose nearest alternative is a synonym."""

from __future__ import annotations

import matplotlib.pyplot as plt
import pandas as pd
from matplotlib.figure import Figure

from lva.figures.style import AGENT, GREY, INK, LEXICAL, WIDTH, write_title


def plot_synonyms(synonyms: pd.DataFrame) -> Figure:
    """One row per space, best first, one mark per draw; columns space, draw, rate, chance and kind.

    `kind`: that of a `Space`, each with its colour and marker.
    """
    order = synonyms.groupby("space").rate.mean().sort_values().index
    looks = {
        "agent": ("agent", AGENT, "o"),
        "control": ("agent trained otherwise", AGENT, "v"),
        "words": ("words alone", LEXICAL, "s"),
        "static": ("meaning of single words", LEXICAL, "^"),
        "untrained": ("untrained", GREY, "x"),
        "reference": ("language or vision model", INK, "D"),
    }
    figure, axis = plt.subplots(figsize=(WIDTH, 0.8 + 0.22 * len(order)), layout="constrained")
    for kind, (label, color, marker) in looks.items():
        rows = synonyms[synonyms.kind == kind]
        if len(rows):
            axis.scatter(
                rows.rate, order.get_indexer(rows.space), s=28, color=color, marker=marker, label=label, zorder=3
            )
    axis.axvline(synonyms.chance.mean(), color=GREY, linestyle=":", label="chance")
    axis.set_yticks(range(len(order)), order)
    axis.set(xlim=(-0.02, 1.02), xlabel="share of instructions whose nearest other wording is the synonym")
    axis.grid(axis="y", color="0.93")
    axis.legend(frameon=False, loc="lower right", fontsize="small")
    axis.spines[["top", "right"]].set_visible(False)
    write_title(figure, "Is the nearest other wording a synonym?")
    return figure
