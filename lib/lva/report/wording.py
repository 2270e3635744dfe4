"""Numbers as figures, captions and the README say them."""

from __future__ import annotations

import re


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


def short_number(value: float) -> str:
    """Three figures, as people say them: 12.3 M, 160 k, 272."""
    for unit, size in (("M", 1e6), ("k", 1e3)):
        if value >= size:
            return f"{value / size:.3g} {unit}"
    return f"{value:.3g}"
