"""Alignment on a scale where what a null gives is 0 and identity is 1, also for the largest of several choices."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from lva.alignment.checks import Array, as_numbers, check_level

LEVEL = 0.05


def threshold(sample: ArrayLike, level: float = LEVEL) -> Array:
    """Return what the null exceeds in at most a share `level` of its draws: sample (b, ...) -> (...).

    The ceil((1 - level)(b + 1))-th smallest draw, so that `observed > threshold` if and only if the add-one p of
    `Null` is at most `level`.
    """
    sample = as_numbers(sample, "sample", "(draws, ...)")
    check_level(level)
    if sample.ndim == 0:
        raise ValueError(f"sample is the number {sample}, expected (draws, ...)")
    rank = int(np.ceil(round((1 - level) * (len(sample) + 1), 9)))
    if not 1 <= rank <= len(sample):
        raise ValueError(f"level={level} cannot be resolved by {len(sample)} draws; draw at least {1 / level:.0f}")
    return np.sort(sample, axis=0)[rank - 1]


def calibrated(observed: ArrayLike, sample: ArrayLike, level: float = LEVEL, most: float = 1.0) -> Array:
    """Rescale an alignment so that it is 0 up to the null's threshold and 1 at its greatest possible value.

    max(0, (s - tau) / (most - tau)), tau = `threshold`. Values of measures that have different chance levels become
    comparable. observed: (...), sample: (b, ...). Ref.: Groger, Wen & Brbic, *Revisiting the Platonic Representation
    Hypothesis: An Aristotelian View*, 2026.
    """
    tau = threshold(sample, level)
    observed = as_numbers(observed, "observed", "that of a draw")
    if tau.shape not in (observed.shape, (), (1,)):
        raise ValueError(
            f"observed has shape {observed.shape} and a draw of sample {tau.shape}; give the same measures"
        )
    room = most - tau
    above = observed - tau
    return np.clip(np.divide(above, room, out=np.zeros_like(above), where=room > 0), 0.0, None)


def largest_of(observed: ArrayLike, sample: ArrayLike) -> tuple[float, Array]:
    """Return the largest of several alignments and the null of that very maximum: (m,), (b, m) -> float, (b,).

    The columns of a row of `sample` must come from the same draw, as those of one `Null` do.
    """
    observed, sample = as_numbers(observed, "observed", "(m,)"), as_numbers(sample, "sample", "(draws, m)")
    if sample.ndim != 2 or observed.shape != sample.shape[1:]:
        raise ValueError(f"observed is {observed.shape} and sample {sample.shape}; expected (m,) and (draws, m)")
    return float(observed.max()), sample.max(axis=1)
