"""Labels beside what they name, moved apart where they would overlap."""

from __future__ import annotations

import re

import numpy as np
from numpy.typing import ArrayLike
from scipy.optimize import isotonic_regression

from lva.alignment.checks import Array


def spread_out(wanted: ArrayLike, sizes: ArrayLike, low: float = -np.inf, high: float = np.inf) -> Array:
    """Places for labels of these sizes, in the order of the wanted places, without overlap, as near to them as can be.

    argmin sum (x_i - wanted_i)^2 with x_{i+1} - x_i >= (size_i + size_{i+1}) / 2: a monotone regression after the
    sizes are taken off. Moved into [low, high] as far as there is room.
    wanted, sizes: (n,) -> (n,)
    """
    wanted, sizes = np.asarray(wanted, dtype=float), np.asarray(sizes, dtype=float)
    order = np.argsort(wanted, kind="stable")
    before = np.cumsum(sizes[order]) - sizes[order] / 2  # the centres of labels that stand side by side
    start = isotonic_regression(wanted[order] - before).x
    start = np.maximum(np.minimum(start, high - sizes.sum()), low)
    places = np.empty_like(wanted)
    places[order] = start + before
    return places


def p_text(p: float) -> str:
    """A p value as figures and captions say it."""
    if p < 0.001:
        return "p < 0.001"
    return f"p = {p:.3f}" if p < 0.1 else f"p = {p:.2f}"


def number_text(value: float, form: str = ".2f") -> str:
    """A number with a real minus sign, and none on zero."""
    text = f"{value:{form}}".replace("-", "−")
    return text if re.search("[1-9]", text) else text.lstrip("−")


def range_text(low: float, high: float) -> str:
    """A range of two decimals, one number where it is none."""
    return number_text(low) if low == high else f"{number_text(low)}–{number_text(high)}"
