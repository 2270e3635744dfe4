"""Arguments that a user might give: mostly good, now and then with a mistake in one of them."""

from __future__ import annotations

from itertools import product
from typing import Any

import numpy as np
from hypothesis import strategies as st

ONE_IN = 32  # arguments are wrong, so that most calls with several spaces are good
SCALES = (*[1.0] * 16, 1e-200, 1e155, 1.7e308, 5e-324)
NO_COUNTS = (0, -1, 1.5, True, float("nan"), float("inf"), "three", None, np.float32(2))
NO_SHARES = (0, 1, -0.5, 1.5, float("nan"), float("inf"), "half", None)


def mostly(good: st.SearchStrategy, bad: st.SearchStrategy) -> st.SearchStrategy:
    """`good`, and one time in `ONE_IN` `bad`."""
    return st.integers(1, ONE_IN).flatmap(lambda i: bad if i == ONE_IN // 2 else good)  # its ends are drawn more often


def space(n: int, d: int | None = None) -> st.SearchStrategy:
    """An embedding of n items, of any scale, with ties and repeated items in some."""
    seeds, dimensions = st.integers(0, 10**6), st.just(d) if d else st.integers(1, 6)
    kinds = st.sampled_from([*["normal"] * 16, "whole", "whole", "repeated", "constant", "zero"])
    good = st.builds(_good_space, st.just(n), dimensions, seeds, kinds, st.sampled_from(SCALES))
    return mostly(good, st.builds(_bad_space, st.just(n), dimensions, seeds, st.sampled_from(sorted(SPOILED))))


def _good_space(n: int, d: int, seed: int, kind: str, scale: float) -> np.ndarray:
    x = np.random.default_rng(seed).normal(size=(n, d))
    if kind == "whole":
        x = np.round(x)
    elif kind == "repeated":
        x[n // 2 :] = x[: n - n // 2]
    elif kind == "constant":
        x[:] = x[0]
    elif kind == "zero":
        x[0] = 0
    return x if scale == 1 else x / max(np.abs(x).max(), 1e-300) * scale


SPOILED: dict[str, Any] = {
    "an item more": lambda x: np.vstack([x, x[:1]]),
    "an item less": lambda x: x[:-1],
    "no item": lambda x: x[:0],
    "no dimension": lambda x: x[:, :0],
    "one axis": lambda x: x.ravel(),
    "three axes": lambda x: x[None],
    "a nan": lambda x: np.where(np.arange(x.size).reshape(x.shape) == 0, np.nan, x),
    "an infinity": lambda x: np.where(np.arange(x.size).reshape(x.shape) == x.size - 1, -np.inf, x),
    "complex": lambda x: x + 1j,
    "texts": lambda x: x.astype(str),
    "objects": lambda x: np.full(x.shape, None, dtype=object),
    "masked": lambda x: np.ma.masked_greater(x, 0.0) if (x > 0).any() else np.ma.masked_all(x.shape),
    "ragged": lambda x: [row[: 1 + i % 2].tolist() for i, row in enumerate(np.hstack([x, x]))],
    "a number": lambda x: 3.0,
    "nothing": lambda x: None,
}


def _bad_space(n: int, d: int, seed: int, name: str) -> Any:
    return SPOILED[name](_good_space(n, d, seed, "normal", 1.0))


def spaces(n: int, least: int = 1, most: int = 3) -> st.SearchStrategy:
    """Embeddings by name."""
    return st.dictionaries(st.sampled_from("abcdef"), space(n), min_size=least, max_size=most)


def draws(n: int) -> st.SearchStrategy:
    """One to three embeddings of the same model, as many as its trainings."""
    return st.lists(space(n), min_size=1, max_size=3)


def labels(n: int) -> st.SearchStrategy:
    """A label for each item."""
    good = st.one_of(
        st.lists(st.integers(0, 2), min_size=n, max_size=n),
        st.lists(st.sampled_from(["go to", "pick up"]), min_size=n, max_size=n),
        st.just([0] * n),
        st.just(list(range(n))),
    )
    bad = st.sampled_from([[0] * (n + 1), [0] * (n - 1), [], [None] * n, [float("nan")] * n, [[0]] * n, 3, None])
    return mostly(good, bad)


def factors(n: int) -> st.SearchStrategy:
    """Labels of the items by the name of their factor."""
    good = st.dictionaries(st.sampled_from(["task", "color", "kind"]), labels(n), min_size=1, max_size=3)
    return mostly(good, st.just({}))


def design(n: int) -> st.SearchStrategy:
    """Labels of factors that cross, each of at least two levels."""
    crossed = {"task": [i % 2 for i in range(n)], "color": [i // 2 % 3 for i in range(n)]}
    return mostly(st.just(crossed), st.one_of(factors(n), factors(n + 1)))


def wordings(n: int) -> dict[str, st.SearchStrategy]:
    """What items share and mean: fours of two meanings."""
    same, meaning = ([i // 4 for i in range(n)], [i % 4 // 2 for i in range(n)])
    return {"same": mostly(st.just(same), labels(n)), "meaning": mostly(st.just(meaning), labels(n))}


def levels(n: int) -> st.SearchStrategy:
    """The levels of two factors that cross, as numbers; an odd number of items has no such factors."""
    good = np.array(list(product(range(2), range(n // 2))))
    bad = [good[:-1], good[:, :0], good.ravel(), good * 0, good.astype(float) + np.nan, good.astype(str), None]
    return mostly(st.just(good), st.sampled_from(bad))


def size(most: int) -> st.SearchStrategy:
    """A whole number from 1 that memory is taken by: never a huge one."""
    return mostly(st.integers(1, most), st.sampled_from(NO_COUNTS))


def count(most: int) -> st.SearchStrategy:
    """A whole number from 1."""
    return mostly(st.integers(1, most), st.sampled_from([*NO_COUNTS, 10**9]))


def share() -> st.SearchStrategy:
    """A number between 0 and 1."""
    return mostly(st.sampled_from([0.05, 0.5, 0.95]), st.sampled_from(NO_SHARES))


def choice(*names: str) -> st.SearchStrategy:
    """One of a few words."""
    return mostly(st.sampled_from(names), st.sampled_from(["", "Cosine", None, 3]))


def seed() -> st.SearchStrategy:
    """What a generator of random numbers starts from."""
    return mostly(st.integers(0, 9), st.sampled_from([-1, 1.5, "zero"]))


def basis(d: int, r: int) -> st.SearchStrategy:
    """Orthonormal directions, (d, r)."""
    good = st.integers(0, 9).map(lambda i: np.linalg.qr(np.random.default_rng(i).normal(size=(d, r)))[0])
    return mostly(good, numbers(d, r))


def numbers(*shape: int) -> st.SearchStrategy:
    """Numbers of any scale, in an array."""
    size = int(np.prod(shape))
    good = st.lists(st.floats(-2, 2), min_size=size, max_size=size).map(lambda v: np.reshape(v, shape))
    bad = st.sampled_from([np.full(shape, np.nan), np.zeros((*shape, 2)), np.array([]), np.full(shape, "1"), None])
    return mostly(good, bad)
