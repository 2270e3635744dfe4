"""How many neighbours to compare: a share of the items, so that small and large sets are comparable."""

from __future__ import annotations

import warnings

from lva.alignment.checks import check_count, check_k

SHARE = 0.14  # of the items: the paper's 15 neighbours of 108 instructions
COARSE = 0.3  # overlap by chance above which P@k says little


def neighbourhood_size(n: int) -> int:
    """Return the default k for `n` items, 14 % of them and at least 1: 15 of 108, 3 of 18."""
    check_count(n, "n", least=2)
    return max(1, round(SHARE * n))


def neighbourhood_sizes(n: int) -> tuple[int, ...]:
    """Return the ks that tables show for `n` items: the nearest, a third of the default and the default: 1, 5, 15."""
    k = neighbourhood_size(n)
    return tuple(sorted({1, max(1, round(k / 3)), k}))


def overlap_mean(n: int, k: int) -> float:
    """Return the mean of P@k under random pairings of `n` items, k / (n - 1), with ties and without."""
    check_count(n, "n", least=2)
    check_k(k, n)
    return k / (n - 1)


def warn_if_coarse(k: int, n: int) -> None:
    """Warn where chance alone gives neighbourhoods a large overlap."""
    chance = overlap_mean(n, k)
    if chance > COARSE:
        warnings.warn(
            f"k={k} of {n} items: neighbourhoods overlap by {chance:.2f} by chance, so P@{k} says little; lower k (the "
            f"default is {neighbourhood_size(n)}) or embed more instructions",
            stacklevel=3,
        )
