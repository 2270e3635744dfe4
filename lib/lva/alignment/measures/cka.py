"""Centred kernel alignment, debiased."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike

from lva.alignment.checks import Array, as_given, as_pair, as_space, centred
from lva.alignment.measures.partial import matrix_correlation, residual


def gram(x: ArrayLike, debiased: bool = True, name: str = "x") -> Array:
    """Return the centred linear Gram matrix of `x: (n, d)`, U-centred if `debiased`: (n, n).

    The columns are centred before the product: centring a Gram matrix afterwards cancels all digits
    when the rows are nearly collinear. U-centring is not affected (it removes all f_i + f_j).
    """
    x = centred(as_space(x, name, least=4), name)
    K = x @ x.T
    return u_centred(K) if debiased else K


def u_centred(K: Array) -> Array:
    """U-centre a symmetric matrix: every row sums to zero, and the diagonal is zero.

    K_ij - sum_l K_il / (n - 2) - sum_l K_lj / (n - 2) + sum_lm K_lm / ((n - 1)(n - 2)), diagonals left out.
    <U(K), U(L)> / (n (n - 3)) is the unbiased HSIC of Song et al., *Feature selection via dependence
    maximization*, 2012; the form is that of Szekely & Rizzo 2014.
    """
    n = len(K)
    K = K - np.diag(np.diag(K))
    rows = K.sum(axis=0) / (n - 2)
    U = K - rows[:, None] - rows[None, :] + rows.sum() / (n - 1)
    np.fill_diagonal(U, 0.0)
    return U


def cka(x: ArrayLike, y: ArrayLike, debiased: bool = True, given: Sequence[ArrayLike] = ()) -> float:
    """Linear centred kernel alignment: the cosine of two centred Gram matrices.

    <K, L> / sqrt(<K, K> <L, L>), K and L U-centred if `debiased`. With `given` (spaces of the same items)
    the partial version: both Grams minus their least-squares fit by the Grams of what is given; nan where these
    explain a space completely.
    x: (n, d1), y: (n, d2), n >= 4 -> float in [-1, 1] debiased (0 expected under independence, so it may
    be negative), in [0, 1] otherwise (biased upwards by d / n). Exactly 1 for y = x.
    Ref.: Kornblith et al. 2019; Song et al. 2012; equals dcor's u_distance_correlation_sqr(exponent=2).
    """
    x, y = as_pair(x, y, least=4)
    Z = [gram(z, debiased, "what is given") for z in as_given(given, len(x), least=4)]
    return matrix_correlation(residual(gram(x, debiased, "x"), Z), residual(gram(y, debiased, "y"), Z))
