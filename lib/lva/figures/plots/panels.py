"""Panels side by side, one for what was held out, one row each: what they share."""

from __future__ import annotations

from collections.abc import Sequence

from matplotlib.axes import Axes

from lva.figures.style import SMALL
from lva.report.tables.function import HELD_OUT


def frame_panels(axes: Sequence[Axes], schemes: Sequence[str], names: Sequence[str], label: str) -> None:
    """Title each panel, scale it from 0 to 1, and name the rows once, the first on top; `label`: what is drawn."""
    for axis, scheme in zip(axes, schemes, strict=True):
        axis.set_title(f"{HELD_OUT[scheme].replace(' of ', ' of' + chr(10))}\nheld out", size=SMALL, loc="left", pad=5)
        axis.set_xticks((0, 0.5, 1), ("0", ".5", "1"))
        axis.tick_params(labelsize=SMALL, left=False)
        axis.spines[["top", "right", "left"]].set_visible(False)
    axes[0].set_yticks(range(len(names)), names, size=SMALL)
    axes[0].invert_yaxis()
    axes[len(schemes) // 2].set_xlabel(label, size=SMALL + 1)
