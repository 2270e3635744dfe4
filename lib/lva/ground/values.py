"""What a value may be: checks that say what they expect, for parameters of notebooks and fields of records alike."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from functools import partial
from numbers import Integral, Real
from typing import Any

LONGEST = 1000  # characters of a short text
Check = Callable[[Any], str | None]  # a value -> what is expected instead; None if it is valid


def whole(low: int, high: int | None = None) -> Check:
    """An integer from `low`, to `high` if that is given."""
    return partial(_number, Integral, low, math.inf if high is None else high, f"a whole number {_range(low, high)}")


def real(low: float, high: float | None = None, *, above: bool = False, below: bool = False) -> Check:
    """A finite number from `low`, to `high` if that is given; `above`, `below`: the end itself is not allowed."""
    inside = (math.nextafter(low, math.inf) if above else low, math.inf if high is None else high)
    if below:
        inside = (inside[0], math.nextafter(inside[1], -math.inf))
    return partial(_number, Real, *inside, f"a number {_range(low, high, above, below)}")


def _range(low: float, high: float | None, above: bool = False, below: bool = False) -> str:
    first, last = "above" if above else "from", "below" if below else "to"
    shown = "{:,}" if isinstance(low, int) and isinstance(high, int | None) else "{:g}"
    return " ".join([first, shown.format(low), *([] if high is None else [last, shown.format(high)])])


def _number(kind: type, low: float, high: float, expected: str, value: Any) -> str | None:
    valid = isinstance(value, kind) and not isinstance(value, bool) and math.isfinite(value) and low <= value <= high
    return None if valid else expected


def flag(value: Any) -> str | None:
    """True or False."""
    return None if isinstance(value, bool) else "true or false"


def text(value: Any) -> str | None:
    """A text that is not blank."""
    return None if isinstance(value, str) and value.strip() else "a text"


def short_text(value: Any) -> str | None:
    """A text that can be a name, a path or a sentence."""
    fits = text(value) is None and len(value) <= LONGEST and value.isprintable()
    return None if fits else f"a text of at most {LONGEST} characters that can be shown"


def one_of(*choices: str) -> Check:
    """One of a few words."""
    return lambda value: None if isinstance(value, str) and value in choices else f"one of {', '.join(choices)}"


def optional(check: Check) -> Check:
    """None, or what `check` accepts."""
    return lambda value: None if value is None else _or_none(check(value))


def _or_none(expected: str | None) -> str | None:
    return None if expected is None else f"null, or {expected}"


def several(check: Check, least: int = 0, distinct: bool = True) -> Check:
    """A list of what `check` accepts."""

    def check_all(value: Any) -> str | None:
        if not isinstance(value, list) or len(value) < least:
            return f"a list of at least {least}" if least else "a list"
        if distinct and len({str(item) for item in value}) < len(value):
            return "a list without repetitions"
        return next((f"a list, each item {expected}" for item in value if (expected := check(item))), None)

    return check_all


def check_value(name: str, value: Any, check: Check, error: type[Exception] = ValueError) -> None:
    """Raise unless a value is valid; the message has its name, the value, and what is expected."""
    if expected := check(value):
        raise error(f"{name}={value!r} is not valid; expected {expected}")


def check_fields(record: Any, checks: Mapping[str, Check], error: type[Exception] = ValueError) -> None:
    """Raise at the first field of a record that is not valid."""
    for name, check in checks.items():
        check_value(name, getattr(record, name), check, error)
