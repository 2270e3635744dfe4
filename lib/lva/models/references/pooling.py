"""From the states of a text's tokens to one vector: mask-aware, so that padding does not count."""

from __future__ import annotations

import torch
from torch import Tensor


def mean(states: Tensor, mask: Tensor) -> Tensor:
    """Average of the states that count, sum_t m_t h_t / sum_t m_t; `states: (b, t, d)`, `mask: (b, t)` -> (b, d)."""
    weights = mask.unsqueeze(-1).to(states.dtype)
    return (states * weights).sum(1) / weights.sum(1)


def last(states: Tensor, mask: Tensor) -> Tensor:
    """State of the last token that counts; `states: (b, t, d)`, `mask: (b, t)` -> (b, d)."""
    place = torch.arange(mask.shape[1], device=mask.device)
    return _pick(states, (place * mask).argmax(1))


def first(states: Tensor, mask: Tensor) -> Tensor:
    """State of the first token that counts; `states: (b, t, d)`, `mask: (b, t)` -> (b, d)."""
    return _pick(states, mask.int().argmax(1))


POOL = {"mean": mean, "last": last, "first": first}


def _pick(states: Tensor, where: Tensor) -> Tensor:
    return states[torch.arange(len(states), device=states.device), where]
