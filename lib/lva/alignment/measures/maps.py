"""Maps from one space to another: fitted on some items, applied to others."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from lva.alignment.checks import Array, as_pair, as_space, check_choice, check_count, check_squares
from lva.alignment.measures.procrustes import rotation

MAPS = ("orthogonal", "affine", "ridge")
ANCHORS = 2  # fewer items have no direction


@dataclass(frozen=True)
class Components:
    """The leading principal components of the anchors of one space, around their mean."""

    mean: Array  # (d,)
    axes: Array  # (d, r), orthonormal columns
    anchors: Array  # (m, r), coordinates of the anchors on the axes: orthogonal columns

    def project(self, x: Array) -> Array:
        """Return the coordinates of `x: (n, d)` on the components: (n, r)."""
        return (x - self.mean) @ self.axes

    def leading(self, r: int) -> Components:
        """Return the first `r` of these components."""
        return Components(self.mean, self.axes[:, :r], self.anchors[:, :r])


@dataclass(frozen=True)
class FittedMap:
    """A map from the space of `source` to that of `target`: x -> c (x - s) A W B' + t.

    s, t: the means of the anchors; A: (d1, r1), B: (d2, r2): their principal axes; W: (r1, r2); c: one scale.
    """

    source: Components
    target: Components
    weights: Array  # (r1, r2)
    scale: float  # 1 for an affine map and a ridge, whose weights hold it

    def image(self, x: ArrayLike) -> Array:
        """Return where items fall on the target's components, before they are scaled: (n, d1) -> (n, r2)."""
        x = as_space(x, "x", least=1)
        if x.shape[1] != len(self.source.mean):
            raise ValueError(f"x has {x.shape[1]} dimensions, the map was fitted on {len(self.source.mean)}")
        return self.source.project(x) @ self.weights

    def apply(self, x: ArrayLike) -> Array:
        """Return where items fall in the target's space: (n, d1) -> (n, d2)."""
        return self.scale * self.image(x) @ self.target.axes.T + self.target.mean


@dataclass(frozen=True)
class Map:
    """How items of one space are mapped to another; `fit` returns the map itself.

    Both spaces are first reduced to their leading principal components, X = (x - s) A and Y = (y - t) B, those of the
    anchors alone. Then
    - orthogonal: Y ~ c X Q with Q = U V' and c = tr S / |X|^2, where X'Y = U S V': a rotation or reflection, and one
      scale for all directions. Both sides keep as many components as the one with fewer has;
    - affine: Y ~ X W by least squares; of all W that fit equally well, the smallest;
    - ridge: W = (X'X + l I)^-1 X'Y, l = penalty |X|^2 / r1. Penalty 0 gives the affine map.

    A rotation or shift of either space moves the map along and changes nothing else, as long as the map is unique.
    Q is not unique where X'Y is singular, that is, where some direction of one space is uncorrelated with all of the
    other's over the anchors: Q is then fixed on the rank of X'Y, and beyond it depends on the basis. The components
    are not unique where the last one kept and the first one left out have equal variance.
    Ref.: Schönemann, *A generalized solution of the orthogonal Procrustes problem*, 1966; Hoerl & Kennard, *Ridge
    regression*, 1970.
    """

    kind: str = "orthogonal"  # of MAPS
    components: int | None = 20  # kept of either space; None: all
    penalty: float = 0.1  # of the ridge, in units of the mean variance of a component

    def __post_init__(self) -> None:
        check_choice(self.kind, MAPS, "kind")
        if self.components is not None:
            check_count(self.components, "components")
        if not 0 <= self.penalty < np.inf:
            raise ValueError(f"penalty={self.penalty} is not valid; expected a number from 0, the affine map")

    def fit(self, x: ArrayLike, y: ArrayLike) -> FittedMap:
        """Fit the map that takes the anchors `x: (m, d1)` to `y: (m, d2)`, row by row; m >= 2."""
        x, y = as_pair(x, y, least=ANCHORS)
        check_squares(x, "x")
        check_squares(y, "y")
        return self.between(self.components_of(x, "x"), self.components_of(y, "y"))

    def components_of(self, x: Array, name: str = "x") -> Components:
        """Return the principal components of the anchors `x: (m, d)`, as many as they span, at most `components`."""
        mean = x.mean(axis=0)
        U, s, Vt = np.linalg.svd(x - mean, full_matrices=False)
        rank = int((s > max(x.shape) * np.finfo(np.float64).eps * max(s[0], np.abs(x).max())).sum())
        if rank == 0:
            raise ValueError(f"the {len(x)} anchors of {name} are all the same row; give items that differ")
        r = rank if self.components is None else min(self.components, rank)
        return Components(mean, Vt[:r].T, U[:, :r] * s[:r])

    def between(self, source: Components, target: Components) -> FittedMap:
        """Fit the map between two spaces whose components are known, of the same anchors."""
        if self.kind == "orthogonal":
            r = min(source.axes.shape[1], target.axes.shape[1])
            source, target = source.leading(r), target.leading(r)
            X, Y = source.anchors, target.anchors
            Q = rotation(X, Y)
            return FittedMap(source, target, Q, float(np.vdot(X @ Q, Y) / np.vdot(X, X)))
        variances = (source.anchors**2).sum(axis=0)  # X'X, which is diagonal
        penalty = self.penalty * variances.mean() if self.kind == "ridge" else 0.0
        weights = source.anchors.T @ target.anchors / (variances + penalty)[:, None]
        return FittedMap(source, target, weights, 1.0)
