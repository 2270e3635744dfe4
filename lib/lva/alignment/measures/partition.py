"""How much of a space's geometry each of several others explains, alone and together."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from lva.alignment.checks import Array, as_controls, as_space, check_choice
from lva.alignment.measures.cka import gram
from lva.alignment.measures.partial import residual
from lva.alignment.measures.rsa import dissimilarity


@dataclass(frozen=True)
class Partition:
    """Shares of the variance of one space's matrix over pairs of items."""

    total: float  # explained by all predictors together, R^2 in [0, 1]
    unique: dict[str, float]  # lost when this one predictor is left out, >= 0
    shared: float  # total minus all unique parts; negative when predictors suppress one another


def variance_partition(
    y: ArrayLike, predictors: Mapping[str, ArrayLike], measure: str = "rsa", **options: str | bool
) -> Partition:
    """Partition the variance of `y`'s pairwise geometry into what predictors explain alone and together.

    total = R^2 of y's matrix on all predictors' matrices; unique_p = total - R^2 without p;
    shared = total - sum_p unique_p. The matrices are those of `rsa` (ranked distances; options `distance`,
    `compare`) or of `cka` (U-centred Grams; option `debiased`).
    y: (n, d), predictors: name -> (n, d_p). R^2 is biased upwards by about (predictors) / (pairs of items).
    Ref.: Borcard et al. 1992; for RSA, Groen et al., *Distinct contributions of functional ...*, 2018.
    """
    check_choice(measure, ("rsa", "cka"), "measure")
    make = dissimilarity if measure == "rsa" else gram
    y = as_space(y, "y", least=4)
    target = make(y, **options)
    spaces = as_controls(list(predictors.values()), len(y), least=4)
    Z = {name: make(z, **options) for name, z in zip(predictors, spaces)}
    total = explained(target, Z)
    unique = {name: total - explained(target, {other: Z[other] for other in Z if other != name}) for name in Z}
    return Partition(total, unique, total - sum(unique.values()))


def explained(target: Array, predictors: Mapping[str, Array]) -> float:
    """Return R^2 of the least-squares fit of `target` by the predictors' matrices, in [0, 1]."""
    left = residual(target, list(predictors.values()))
    return float(1.0 - np.vdot(left, left) / np.vdot(target, target))
