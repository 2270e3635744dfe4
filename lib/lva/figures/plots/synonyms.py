"""Which spaces know synonyms: how often a synonym is nearer than as long an instruction that means something else."""

from __future__ import annotations

import matplotlib.pyplot as plt
import pandas as pd
from matplotlib.figure import Figure

from lva.figures.style import AGENT, GREY, INK, LEXICAL, WIDTH, write_title


def plot_synonyms(choice: pd.DataFrame) -> Figure:
    """One row per space, best first, one mark per draw; columns space, draw, rate, chance and kind.

    `kind`: that of a `Space`, each with its colour and marker.
    """
    order = choice.groupby("space").rate.mean().sort_values(kind="stable").index
    looks = {
        "agent": ("agent", AGENT, "o"),
        "control": ("agent trained otherwise", AGENT, "v"),
        "words": ("words alone", LEXICAL, "s"),
        "static": ("meaning of single words", LEXICAL, "^"),
        "factor": ("one factor of the instruction", GREY, "+"),
        "behaviour": ("what is done", AGENT, "*"),
        "untrained": ("untrained", GREY, "x"),
        "reference": ("language or vision model", INK, "D"),
    }
    figure, axis = plt.subplots(figsize=(WIDTH, 0.8 + 0.22 * len(order)), layout="constrained")
    for kind, (label, color, marker) in looks.items():
        rows = choice[choice.kind == kind]
        if len(rows):
            axis.scatter(
                rows.rate, order.get_indexer(rows.space), s=28, color=color, marker=marker, label=label, zorder=3
            )
    axis.axvline(choice.chance.mean(), color=GREY, linestyle=":", label="chance")
    axis.set_yticks(range(len(order)), order)
    axis.set(xlim=(-0.02, 1.02), xlabel="share of choices in which the synonym is the nearer one")
    axis.grid(axis="y", color="0.93")
    axis.legend(frameon=False, loc="upper left", fontsize="small")
    axis.spines[["top", "right"]].set_visible(False)
    write_title(figure, "Is a synonym nearer than as long an instruction that means something else?")
    return figure
