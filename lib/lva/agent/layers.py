"""What several parts of the agent are built from."""

from __future__ import annotations

from torch import nn


def mlp(size: int) -> nn.Sequential:
    """The body of a residual block: normalise, widen to twice the size, and back."""
    return nn.Sequential(nn.LayerNorm(size), nn.Linear(size, 2 * size), nn.GELU(), nn.Linear(2 * size, size))
