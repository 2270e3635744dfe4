"""What the browser shows, as a figure: for notebooks that run unattended, and for print."""

from __future__ import annotations

from collections.abc import Mapping

import matplotlib.pyplot as plt
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import ArrayLike

from lva.figures.browser.maps import HEIGHT, WIDTH, Layout, Marks, fit, lay_out_all, spread
from lva.figures.browser.neighbours import Comparison, Ranked, check_spaces, compare
from lva.figures.style import TASK_COLORS
from lva.world import Grammar
from lva.world.tasks import RECORDS

LOOKS = {
    "far": {"alpha": 0.3, "edgecolor": "none"},
    "near": {"zorder": 2, "edgecolor": "none"},
    "shared": {"zorder": 3, "edgecolor": "black"},
}
MARKERS = {task.name: task.marker for task in RECORDS}  # as in the browser


def neighbour_grid(grammar: Grammar, spaces: Mapping[str, ArrayLike], instruction: str, k: int = 15) -> Figure:
    """Draw an instruction's k nearest neighbours in every space: a map above, the list below, shared ones marked."""
    spaces, item = check_spaces(spaces, len(grammar.texts)), grammar.texts.index(grammar.instruction(instruction).text)
    comparison = compare(spaces, {name: vectors[item] for name, vectors in spaces.items()}, k, item)
    figure, axes = plt.subplots(
        2, len(spaces), figsize=(3.2 * len(spaces), 2.9 + 0.19 * k), height_ratios=[2.4, 0.19 * k], layout="constrained"
    )
    for (above, below), (name, layout) in zip(axes.T, lay_out_all(spaces).items()):
        ranked = comparison.lists[name]
        _draw_map(above, layout, grammar, Marks(item, set(ranked.items.tolist()), comparison.shared))
        above.set_title(name, fontsize=10, loc="left")
        _write_list(below, ranked, grammar, comparison)
    figure.suptitle(f"“{grammar.texts[item]}”: {comparison}", fontsize=11, x=0.01, ha="left")
    return figure


def _draw_map(axis: Axes, layout: Layout, grammar: Grammar, marks: Marks) -> None:
    places, tasks = spread(fit(layout.points)), [instruction.task for instruction in grammar.instructions]
    looks = pd.DataFrame({"task": tasks, "mark": [marks.of(item) for item in range(len(tasks))]})
    for (task, mark), rows in looks.groupby(["task", "mark"]).groups.items():
        axis.scatter(*places[rows].T, s=22, color=TASK_COLORS[task], marker=MARKERS[task], **LOOKS[mark])
    axis.plot(*places[marks.item], "+", color="black", markersize=16, zorder=5)
    axis.set(xlim=(0, WIDTH), ylim=(HEIGHT, 0), xticks=[], yticks=[], aspect="equal")
    axis.spines[:].set(color="0.8", linewidth=0.8)


def _write_list(axis: Axes, ranked: Ranked, grammar: Grammar, comparison: Comparison) -> None:
    axis.set(xlim=(0, 1), ylim=(len(ranked.items) - 0.5, -0.5))
    axis.axis("off")
    for row, (item, place, similarity) in enumerate(zip(ranked.items.tolist(), ranked.places, ranked.similarities)):
        task, common = grammar.instructions[item].task, item in comparison.shared
        style = {"fontsize": 8.5, "va": "center", "weight": "bold" if common else "normal"}
        axis.text(0.09, row, place, ha="right", **style)
        axis.text(0.13, row, "✓" if common else "", ha="center", **style)
        axis.plot(0.19, row, MARKERS[task], color=TASK_COLORS[task], markersize=4.5)
        axis.text(0.23, row, grammar.texts[item], **style)
        axis.text(1, row, f"{similarity:.2f}", ha="right", **style)
