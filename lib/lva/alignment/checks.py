"""What every kernel requires of its input: rows of finite numbers, the same items on both sides."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

Array = NDArray[np.float64]
LARGEST = 1e150  # its square is still a number


def as_space(x: ArrayLike, name: str = "x", least: int = 3) -> Array:
    """Return the embedding `x: (n, d)` as float64, or raise an error that names the offending row."""
    if np.ma.is_masked(x):
        raise ValueError(f"{name} has masked entries, and no measure leaves single numbers out; drop the items instead")
    space = as_reals(x, name)
    if space.ndim != 2 or space.shape[1] == 0:
        raise ValueError(f"{name} has shape {space.shape}, expected (items, dimensions); reshape it")
    if len(space) < least:
        raise ValueError(f"{name} has {len(space)} items, this measure needs {least}; embed more instructions")
    bad = np.flatnonzero(~np.isfinite(space).all(axis=1))
    if bad.size:
        raise ValueError(f"{name} holds NaN or infinity in row {bad[0]} ({bad.size} rows in all); embed it again")
    return space


def as_reals(values: ArrayLike, name: str) -> Array:
    """Return numbers of any shape as float64, or raise unless they are real numbers in a regular array."""
    try:
        array = np.asarray(values)
        numbers = array.astype(np.float64) if array.dtype.kind in "biufO" else None
    except (ValueError, TypeError) as error:
        raise ValueError(f"{name} is no array of real numbers ({error}); convert it first") from None
    if numbers is None:
        raise ValueError(f"{name} holds {array.dtype}, expected real numbers; convert it first")
    return numbers


def as_numbers(values: ArrayLike, name: str, shape: str, axes: int | None = None) -> Array:
    """Return finite numbers as float64, with as many axes as given; `shape` says in words what is expected."""
    if np.ma.is_masked(values):
        raise ValueError(f"{name} has masked entries; leave them out first")
    array = as_reals(values, name)
    if array.size == 0 or (axes is not None and array.ndim != axes):
        raise ValueError(f"{name} has shape {array.shape}, expected {shape}")
    if not np.isfinite(array).all():
        raise ValueError(f"{name} holds NaN or infinity; compute it again, or leave it out")
    return array


def as_labels(labels: Sequence, n: int, name: str) -> NDArray:
    """Return the labels of `n` items, (n,), or raise unless each item has one."""
    array = np.asarray(labels)
    if array.shape != (n,):
        raise ValueError(f"{name}: shape {array.shape} for {n} items; expected one label for each")
    if pd.isna(array).any():
        raise ValueError(f"{name}: no label for item {int(np.flatnonzero(pd.isna(array))[0])}; give one each")
    return array


def as_factors(factors: Mapping[str, Sequence], n: int) -> dict[str, NDArray]:
    """Return the labels of `n` items by the name of their factor, or raise unless each factor labels each item."""
    return {name: as_labels(labels, n, f"factor {name!r}") for name, labels in factors.items()}


def as_mask(mask: ArrayLike, n: int, name: str) -> NDArray[np.bool_]:
    """Return a choice among `n` items, (n,) bool, or raise if it is none."""
    array = np.asarray(mask)
    if array.shape != (n,) or array.dtype != np.bool_:
        raise ValueError(f"{name} is {array.dtype} of shape {array.shape}, expected true or false for {n} items")
    return array


def as_pair(x: ArrayLike, y: ArrayLike, least: int = 3) -> tuple[Array, Array]:
    """Return two embeddings of the same items, `x: (n, d1)` and `y: (n, d2)`, as float64."""
    x, y = as_space(x, "x", least), as_space(y, "y", least)
    if len(x) != len(y):
        raise ValueError(f"x has {len(x)} items and y has {len(y)}; embed the same instructions in both")
    return x, y


def as_given(given: Sequence[ArrayLike], n: int, least: int = 3) -> list[Array]:
    """Return the given spaces, each (n, d) for the same n items, as float64."""
    spaces = [as_space(z, f"given[{i}]", least) for i, z in enumerate(given)]
    for i, z in enumerate(spaces):
        if len(z) != n:
            raise ValueError(f"given[{i}] has {len(z)} items, expected {n}; embed the same instructions")
    return spaces


def check_k(k: int, n: int) -> None:
    """Raise unless `k` neighbours exist among the other items: 1 <= k < n."""
    check_count(k, "k")
    if k >= n:
        raise ValueError(f"k={k} must be smaller than the {n} items; lower k or embed more instructions")


def check_count(value: int, name: str, least: int = 1) -> None:
    """Raise unless `value` is a whole number from `least`."""
    if isinstance(value, bool | np.bool_) or not isinstance(value, int | np.integer) or value < least:
        raise ValueError(f"{name}={value!r} is not valid; expected a whole number from {least}")


def check_seed(seed: int) -> None:
    """Raise unless a generator of random numbers can start from `seed`."""
    check_count(seed, "seed", least=0)


def check_level(level: float) -> None:
    """Raise unless `level` is a share of cases between 0 and 1."""
    if isinstance(level, bool) or not isinstance(level, int | float | np.floating) or not 0 < level < 1:
        raise ValueError(f"level={level!r} is not valid; expected a number above 0 and below 1")


def check_choice(value: str, choices: tuple[str, ...], name: str) -> None:
    """Raise unless `value` is one of the named choices."""
    if value not in choices:
        raise ValueError(f"{name}={value!r} is unknown; choose one of {', '.join(choices)}")


def check_squares(x: Array, name: str) -> None:
    """Raise if the squares of a space's entries are no numbers any more."""
    largest = np.abs(x).max(initial=0.0)
    if largest and not 1 / LARGEST < largest < LARGEST:
        raise ValueError(f"{name} is of the order of {largest:.0e}, whose square is lost; rescale it")


def scaled(x: Array) -> tuple[Array, int]:
    """Return `x / 2^e` and e, so that its largest entry lies in [1/2, 1): exact, and no square over- or underflows."""
    exponent = int(np.frexp(np.abs(x).max(initial=0.0))[1])
    return np.ldexp(x, -exponent), exponent


def centred(x: Array, name: str = "x") -> Array:
    """Return `x` minus its mean item, scaled to a largest entry of 1 so that no square overflows.

    Raises if all items are the same: no measure of shape is defined there.
    """
    if (x == x[0]).all():
        raise ValueError(f"all {len(x)} items of {name} are the same row; an embedding must vary over items")
    x = x / np.abs(x).max()
    x = x - x.mean(axis=0)
    return x / np.abs(x).max()
