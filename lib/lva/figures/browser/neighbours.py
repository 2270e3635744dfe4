"""The nearest neighbours of an instruction, and how far several spaces agree on them, as the browser shows it.

The neighbours are those that `lva.alignment.precision_at_k` counts: by the cosine of the rows as they are, without the
item itself, with the same ties.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from lva.alignment.checks import Array, as_space, check_k
from lva.alignment.measures.neighbours import order_by
from lva.alignment.measures.similarity import unit_rows
from lva.alignment.measures.ties import tie_tolerance


@dataclass(frozen=True)
class Ranked:
    """The k nearest of n items, nearest first.

    Equally near items share a rank and are listed in the order of their rows. If not all of them fit
    among the k, `membership` is the chance of each to be there when ties are broken at random.
    """

    items: NDArray[np.int64]  # (k,) rows
    similarities: Array  # (k,) cosines
    ranks: NDArray[np.int64]  # (k,) from 1; of equally near items all have the first one's
    membership: Array  # (n,) in [0, 1], sums to k

    @property
    def places(self) -> list[str]:
        """The ranks as they are shown: "=3" for each of several equally near items."""
        ranks = self.ranks.tolist()
        return [f"{'=' * (ranks.count(rank) > 1)}{rank}" for rank in ranks]

    @property
    def left_out(self) -> int:
        """How many items are as near as the last one and not listed."""
        return int((self.membership > 0).sum()) - len(self.items)


def nearest(vectors: ArrayLike, item: int, k: int) -> Ranked:
    """Rank the k rows of `vectors: (n, d)` nearest to one of them, which is left out by its index."""
    vectors = as_space(vectors, "vectors")
    return nearest_to(vectors[item], vectors, k, exclude=item)


def nearest_to(vector: ArrayLike, vectors: ArrayLike, k: int, exclude: int | None = None) -> Ranked:
    """Rank the k rows of `vectors: (n, d)` nearest to `vector: (d,)` by cosine; `exclude` names a row to leave out."""
    vectors, vector = as_space(vectors, "vectors"), np.asarray(vector, dtype=np.float64)
    n, d = vectors.shape
    check_k(k, n)
    if vector.shape != (d,):
        raise ValueError(f"the vector has shape {vector.shape}, expected ({d},) as the rows of this space have")
    u = unit_rows(as_space(vector[None], "the vector", least=1), name="the vector")[0]
    s = unit_rows(vectors, name="vectors") @ u
    if exclude is not None:
        s[exclude] = -np.inf
    order = order_by(s[None], tie_tolerance(d))
    above = order.above[0]
    items = np.lexsort((np.arange(n), above))[:k]  # rounding does not decide between equals
    return Ranked(items, s[items], 1 + above[items], order.membership(k)[0])


@dataclass(frozen=True)
class Heard:
    """The instruction nearest to a sentence, and how near it is."""

    item: int
    similarity: float  # cosine
    usual: float  # of an instruction to its nearest other, on average

    def __str__(self) -> str:
        return f"cosine {self.similarity:.2f}; the nearest of an instruction is at {self.usual:.2f}"


def hear(vector: ArrayLike, vectors: ArrayLike) -> Heard:
    """Take a sentence at `vector: (d,)` for the nearest of the instructions at `vectors: (n, d)`."""
    ranked = nearest_to(vector, vectors, 1)
    u = unit_rows(as_space(vectors, "vectors"), name="vectors")
    similarity = u @ u.T
    np.fill_diagonal(similarity, -np.inf)
    return Heard(int(ranked.items[0]), float(ranked.similarities[0]), float(similarity.max(axis=1).mean()))


def shared(lists: Sequence[Ranked]) -> set[int]:
    """Items that are in every list; none where there are fewer than two lists."""
    return set.intersection(*(set(ranked.items.tolist()) for ranked in lists)) if len(lists) > 1 else set()


@dataclass(frozen=True)
class Comparison:
    """The neighbours of one sentence in several spaces."""

    lists: dict[str, Ranked]  # by space
    candidates: int  # how many items could be its neighbours

    @cached_property
    def shared(self) -> set[int]:
        """Items that are in every list."""
        return shared(list(self.lists.values()))

    @cached_property
    def pairs(self) -> dict[tuple[str, str], float]:
        """Overlap of any two lists, ties broken at random: (1/k) sum_j p_a(j) p_b(j), the item's P@k."""
        members = {name: ranked.membership for name, ranked in self.lists.items()}
        return {(a, b): float(members[a] @ members[b] / members[a].sum()) for a, b in combinations(members, 2)}

    @property
    def overlap(self) -> float:
        """The mean of `pairs`; of two spaces the item's P@k."""
        return float(np.mean(list(self.pairs.values())))

    @property
    def chance(self) -> float:
        """The `overlap` expected of unrelated spaces, k / candidates."""
        return len(next(iter(self.lists.values())).items) / self.candidates

    def __str__(self) -> str:
        if len(self.lists) < 2:
            return "to compare, choose two or more spaces that have a place for it"
        common = f"{len(self.shared)} of {len(next(iter(self.lists.values())).items)} neighbours are in"
        if len(self.lists) == 2:
            return f"{common} both lists"
        low, high = min(self.pairs.values()), max(self.pairs.values())
        return f"{common} all {len(self.lists)} lists; any two lists share {100 * low:.0f} to {100 * high:.0f} %"


def compare(spaces: Mapping[str, Array], vectors: Mapping[str, Array], k: int, item: int | None = None) -> Comparison:
    """Rank the k nearest to a sentence in each space: `spaces[name]: (n, d)`, `vectors[name]: (d,)`.

    `item` is the sentence's row, if it has one.
    """
    lists = {name: nearest_to(vector, spaces[name], k, item) for name, vector in vectors.items()}
    return Comparison(lists, len(next(iter(spaces.values()))) - (item is not None))


def check_spaces(spaces: Mapping[str, ArrayLike], n: int) -> dict[str, Array]:
    """Return the spaces as float64; two or more, each with one finite row, not zero, for each of `n` instructions."""
    if len(spaces) < 2:
        raise ValueError(f"{len(spaces)} spaces cannot be compared; give two or more, name -> (n, d)")
    arrays = {name: as_space(vectors, f"space {name!r}") for name, vectors in spaces.items()}
    for name, vectors in arrays.items():
        if len(vectors) != n:
            raise ValueError(
                f"space {name!r} has {len(vectors)} rows; there are {n} instructions, embed them in their order"
            )
        unit_rows(vectors, name=f"space {name!r}")
    return arrays
