"""How learned positions are initialised: near what training would make of them anyway.

Rotary positions show a model from the start which words are neighbours. With learned
positions it must first find that out, which takes more texts than a laptop reads in a minute. So these positions are
initialised as sinusoids, and self-attention near the identity: W_Q W_K^T ~ Z + I, W_V W_O ~ Z - I up to factors; a
token then attends to those beside it.
Ref.: Trockman & Kolter, *Mimetic initialization of self-attention layers*, ICML 2023.
"""

from __future__ import annotations

import torch
from torch import Tensor

TOWARDS, AWAY = 1.0, 0.4  # share of the identity in query and key, in value and (negative) output
WAVELENGTH, GRID_WAVELENGTH = 1000.0, 100.0  # of the slowest sinusoid, over 2 pi: in tokens of a text, in tiles


@torch.no_grad()
def near_identity(query: Tensor, key: Tensor, value: Tensor, output: Tensor) -> None:
    """Add to the projections of a self-attention, each (d, d), their shares of the identity."""
    for weight, share in ((query, TOWARDS), (key, TOWARDS), (value, AWAY), (output, -AWAY)):
        weight += share * torch.eye(len(weight))


@torch.no_grad()
def place(positions: Tensor, waves: Tensor, std: float) -> None:
    """Initialise learned positions as sinusoids: both (n, d)."""
    positions.copy_(waves * std / waves.std())


def sinusoids(n: int, size: int, wavelength: float = WAVELENGTH) -> Tensor:
    """Sines, then cosines of n places in a row, at falling frequencies: (n, size)."""
    frequencies = wavelength ** (-torch.arange(0, size, 2) / size)
    angles = torch.arange(n)[:, None] * frequencies
    return torch.cat([angles.sin(), angles.cos()], dim=1)


def grid_sinusoids(side: int, size: int) -> Tensor:
    """Sinusoids of the row, then of the column, of each tile of a square, after zeros for the class token."""
    line = sinusoids(side, size // 2, GRID_WAVELENGTH)
    rows, columns = line[:, None].expand(side, side, -1), line.expand(side, side, -1)
    return torch.cat([torch.zeros(1, size), torch.cat([rows, columns], dim=2).flatten(0, 1)])
