"""The permutation null: are two spaces more alike than with their items paired at random?"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike

from lva.alignment.checks import as_pair, check_count, check_seed
from lva.alignment.nulls.measures import DEFAULTS, Measures
from lva.alignment.nulls.null import Null
from lva.alignment.nulls.permuted import Permutations


def draw_permutations(n: int, count: int, seed: int) -> Permutations:
    """Draw `count` uniform permutations of `n` items: (count, n)."""
    check_count(n, "n")
    check_count(count, "permutations")
    check_seed(seed)
    rows = np.tile(np.arange(n), (count, 1))
    return np.random.default_rng(seed).permuted(rows, axis=1, out=rows).astype(np.uint32)


def permutation_null(
    x: ArrayLike,
    y: ArrayLike,
    measures: Measures = DEFAULTS,
    given: Sequence[ArrayLike] = (),
    permutations: int = 10_000,
    seed: int = 0,
) -> Null:
    """Compare every statistic with its values under random pairings of the items.

    All statistics see the same permutations. With `given`, the partial measures: what these leave of
    both spaces is permuted (cka and rsa only). It tests whether the alignment is better than chance,
    not where it comes from: shared words alone pass; see `relabelling_null`.
    x: (n, d1), y: (n, d2). Ref.: Mantel 1967; partial: Legendre 2000, permuting residuals.
    """
    x, y = as_pair(x, y, least=4)
    measures = measures.sized(len(x))
    a, b = measures.prepare(x, given, "x"), measures.prepare(y, given, "y")
    draws = draw_permutations(a.n, permutations, seed)
    sample = measures.permute(a, b, draws)
    return Null(measures.names, measures.score(a, b), sample, False, ("permutation", a.n, permutations, seed))
