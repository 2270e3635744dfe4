"""The figure of the study of prefixes."""

import pandas as pd
import pytest

from lva.figures import plot_prefix
from lva.figures.plots.prefix import shown_moments


def course() -> pd.DataFrame:
    rows = [
        (at, model, weights, "causal", readout, phrase, phrase if at == 10 else 1 - phrase, at == 10)
        for at in (0, 10, 40, 100)
        for model, phrase in (("a", 0.3), ("b", 0.8))
        for weights in ("trained", "random")
        for readout in ("mean", "last")
    ]
    return pd.DataFrame(rows, columns=["at", "model", "weights", "mask", "readout", "phrase_like", "value", "peak"])


def test_the_moments_are_start_peak_half_and_end():
    assert shown_moments(course()) == {0: "untrained", 10: "at its peak", 40: "half-way", 100: "at the end"}


def test_every_space_has_a_mark_at_every_moment():
    *panels, below = plot_prefix(course()).axes
    assert [sum(len(c.get_offsets()) for c in panel.collections) for panel in panels] == [8] * 4
    line = max(below.lines, key=lambda line: len(line.get_xdata()))
    assert list(line.get_xdata()) == [0, 10, 40, 100]
    assert list(line.get_ydata()) == pytest.approx([-1, 1, -1, -1])
