"""How long a table will take: one pair is timed, and what is done with every pair is counted."""

from __future__ import annotations

import os
import warnings
from collections.abc import Callable
from time import perf_counter

from lva.alignment.nulls.measures import Measures
from lva.alignment.nulls.permutation import draw_permutations
from lva.alignment.tables.pairs import Spaces, distinct_pairs

FEW = 4  # permutations that are timed
SEVERAL_MINUTES = 180.0  # seconds that nobody should wait for without having been told


def warn_of_minutes(spaces: Spaces, base: Spaces, measures: Measures, done: tuple[int, int]) -> None:
    """Warn if a table of these spaces takes minutes. done: how often each pair is scored, and how often permuted."""
    seconds = expected_seconds(spaces, base, measures, done)
    if seconds > SEVERAL_MINUTES:
        n = len(next(iter(spaces.values()))[0])
        warnings.warn(
            f"a table of {n:,} items takes about {seconds / 60:,.0f} minutes here; fewer spaces, permutations, groups "
            "or measures take less (lva.alignment.Table)",
            stacklevel=3,
        )


def expected_seconds(spaces: Spaces, base: Spaces, measures: Measures, done: tuple[int, int]) -> float:
    """The seconds that `align` will take, from the first two spaces, and from how much of it is done side by side."""
    x, y, *_ = [draws[0] for draws in spaces.values()]
    draws = {name: len(each) for name, each in (spaces | base).items()}
    pairs = sum(draws[a] * draws[b] for a, b in distinct_pairs(draws, spaces))
    among = sum(draws[a] * draws[b] for a, b in distinct_pairs(spaces, spaces))
    scored, permuted = done
    preparing = _seconds(lambda: (measures.prepare(x), measures.prepare(y))) / 2
    p, q = measures.prepare(x), measures.prepare(y)
    scoring = _seconds(lambda: measures.score(p, q))
    permutations = draw_permutations(len(x), FEW, seed=0)
    permuting = _seconds(lambda: measures.permute(p, q, permutations)) / FEW
    cores = os.cpu_count() or 1
    on_cores = scoring * pairs * scored + permuting * among * permuted
    return preparing * sum(draws.values()) * scored + on_cores / cores


def _seconds(work: Callable[[], object]) -> float:
    began = perf_counter()
    work()
    return perf_counter() - began
