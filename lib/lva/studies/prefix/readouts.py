"""From the states of a sentence's tokens to one vector: the mean, the last ones, and every position on its own."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

MEAN, LAST, ENTERS = "mean", "last", "mean of what enters"

READOUTS: dict[str, Callable[[NDArray], NDArray]] = {  # (t, d) -> (d,)
    MEAN: lambda states: states.mean(0),
    LAST: lambda states: states[-1],
    "mean of last 2": lambda states: states[-2:].mean(0),
    "mean of last 3": lambda states: states[-3:].mean(0),
    "first": lambda states: states[0],
    "second": lambda states: states[1],
    "third": lambda states: states[2],
    "last but two": lambda states: states[-3],
    "last but one": lambda states: states[-2],
}
USUAL = (MEAN, LAST)  # the two that are in use for decoders


def read_out(states: list[NDArray], readout: str) -> NDArray:
    """One vector for each sentence; states: one (tokens, d) each, three tokens or more: (n, d)."""
    return np.stack([READOUTS[readout](one) for one in states])
