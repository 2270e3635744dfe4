"""Numbers as figures, captions, verdicts and the README write them: the one formatter."""

from __future__ import annotations

import re

LEAST_P = 0.001  # a smaller p is written as `< 0.001`


def p_text(p: float) -> str:
    """Return a p value as written in a sentence: `p < 0.001`, `p = 0.045`, `p = 0.50`."""
    text = p_cell(p)
    return f"p {text}" if text.startswith("<") else f"p = {text}"


def p_cell(p: float) -> str:
    """Return a p value as written in a column called p, never as zero: `< 0.001`, `0.045`, `0.50`; nothing for nan."""
    if p != p:
        return ""
    if p < LEAST_P:
        return f"< {LEAST_P}"
    return f"{p:.3f}" if p < 0.1 else f"{p:.2f}"


def number_text(value: float, form: str = ".2f") -> str:
    """Return a number with a real minus sign, and none on zero."""
    text = f"{value:{form}}".replace("-", "−")
    return text if re.search("[1-9]", text) else text.lstrip("−")


def range_text(low: float, high: float) -> str:
    """Return a range of two decimals, `0.30–0.35`; one number if both ends are the same."""
    return number_text(low) if low == high else f"{number_text(low)}–{number_text(high)}"


def short_number(value: float) -> str:
    """Three figures, as people say them: 12.3 M, 160 k, 272."""
    for unit, size in (("M", 1e6), ("k", 1e3)):
        if value >= size:
            return f"{value / size:.3g} {unit}"
    return f"{value:.3g}"


def span_text(low: float, high: float, form: str = ".2f") -> str:
    """Return the smallest and the largest of several values, which may be negative: `−0.33 to +0.08`."""
    return f"{number_text(low, form)} to {number_text(high, form)}"


def percent_text(share: float, digits: int = 0) -> str:
    """Return a share in per cent: `95 %`."""
    return f"{number_text(100 * share, f'.{digits}f')} %"


def lower_first(text: str) -> str:
    """Return a sentence as it stands within another: `Each model` as `each model`, but `P@1` and `CKA` as they are."""
    is_word = text[1:2] == " " or text[1:2].islower()
    return text[0].lower() + text[1:] if is_word else text
