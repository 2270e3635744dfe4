"""What is counted of a table, and what is said of a large one."""

import numpy as np
import pytest

from lva.alignment import Measures, Table, align
from lva.alignment.tables import align as aligning
from lva.alignment.tables import cost

RNG = np.random.default_rng(0)
ONE, OTHER, WORDS = ([RNG.normal(size=(30, 4)) for _ in range(draws)] for draws in (2, 3, 1))


def test_parts_are_counted_as_often_as_they_are_done(monkeypatch):
    monkeypatch.setattr(cost, "_seconds", lambda work: 1.0)
    monkeypatch.setattr(cost.os, "cpu_count", lambda: 1)
    prepared, scored, permuted = 6 / 2 * 10, (6 + 2 + 3) * 10, 6 * 8 / cost.FEW
    seconds = cost.expected_seconds({"one": ONE, "other": OTHER}, {"words": WORDS}, Measures(k_max=5), (10, 8))
    assert seconds == pytest.approx(prepared + scored + permuted)


def test_a_table_that_takes_minutes_says_so_before_it_begins(monkeypatch):
    monkeypatch.setattr(aligning, "LARGE", 20)
    monkeypatch.setattr(cost, "SEVERAL_MINUTES", 0.0)
    small = Table(permutations=9, refits=3, groups=3)
    with pytest.warns(UserWarning, match=r"a table of 30 items takes about 0 minutes here; fewer spaces"):
        align({"one": ONE, "other": OTHER}, table=small)
