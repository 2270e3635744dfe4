"""Relative representations: a map between spaces that is fitted on one of them alone."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from lva.alignment.checks import Array, as_pair, as_space, check_squares
from lva.alignment.measures.maps import ANCHORS

CUT = 0.2  # of the largest singular value: along weaker directions small differences of cosines would be blown up


@dataclass(frozen=True)
class RelativeMap:
    """x -> its cosines with the anchors of the source -> the vector of the target with these cosines to its anchors.

    Both spaces are first centred on their anchors. The cosines are carried over unchanged; the vector is found by least
    squares along the directions in which the target's anchors vary most, on the scale of their mean length.
    Ref.: Moschella et al., *Relative representations enable zero-shot latent space communication*, 2023; Maiorca et
    al., *Latent space translation via inverse relative projection*, 2024.
    """

    mean: Array  # (d1,), of the source's anchors
    directions: Array  # (m, d1), the source's anchors, of length 1
    back: Array  # (m, d2): cosines -> vectors of the target
    shift: Array  # (d2,), the mean of the target's anchors

    def apply(self, x: ArrayLike) -> Array:
        """Return where items fall in the target's space: (n, d1) -> (n, d2)."""
        return unit(as_space(x, "x", least=1) - self.mean) @ self.directions.T @ self.back + self.shift


def fit_relative(x: ArrayLike, y: ArrayLike) -> RelativeMap:
    """Take the anchors `x: (m, d1)` and the same items in the target, `y: (m, d2)`; m >= 2."""
    x, y = as_pair(x, y, least=ANCHORS)
    check_squares(x, "x")
    check_squares(y, "y")
    centred = y - y.mean(axis=0)
    length = np.linalg.norm(centred, axis=1).mean()
    back = np.linalg.pinv(unit(centred), rcond=CUT).T
    return RelativeMap(x.mean(axis=0), unit(x - x.mean(axis=0)), length * back, y.mean(axis=0))


def unit(x: Array) -> Array:
    """Return rows of length 1; a row of zeros stays."""
    length = np.linalg.norm(x, axis=1, keepdims=True)
    return x / np.where(length == 0, 1, length)
