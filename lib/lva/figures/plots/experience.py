"""The axis of an agent's experience: a square-root scale, so that 0 is on it and the beginning has room."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import EngFormatter

from lva.alignment.checks import Array
from lva.figures.style import SMALL

ROUND = (1, 1.5, 2, 3, 4, 5, 6, 8, 10)


def scale_by_experience(axis: Axes, what: str, at: Array) -> None:
    """Scale and label the lower axis; `at`: the amounts that are shown. There is a tick for each of a few."""
    axis.set_xscale("function", functions=(lambda x: np.sqrt(np.clip(x, 0, None)), np.square))
    axis.set_xlim(0, 1.03 * at.max())
    ticks = [0, *(round_number(share * at.max()) for share in (1 / 16, 1 / 4))]  # about evenly apart on this axis
    axis.set_xticks([*ticks, float(f"{at.max():.2g}")] if len(at) > len(ticks) + 1 else at)
    axis.xaxis.set_major_formatter(EngFormatter(sep=" "))
    start = "; 0: untrained" if at.min() == 0 else ""
    axis.set_xlabel(f"{what}\n(square-root scale{start})", size=SMALL + 1)


def round_number(value: float) -> float:
    """The nearest number that is easily read: 1, 1.5, 2, 3, 4, 5, 6 or 8 times a power of ten."""
    power = 10 ** np.floor(np.log10(value))
    return float(power * min(ROUND, key=lambda step: abs(step - value / power)))
