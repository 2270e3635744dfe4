"""What every training shares: the optimiser, its schedule, one step down the gradient, a loss that must be finite.

The loops are two: an agent's resumes bit by bit and keeps E_L along the way, a reference's draws texts and pictures.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from accelerate import Accelerator
    from torch import Tensor, nn
    from torch.optim import AdamW, Optimizer


class Descent(Protocol):
    """What a training's configuration says about its optimiser."""

    learning_rate: float  # at the peak of the schedule
    weight_decay: float


class TrainingDiverged(RuntimeError):
    """The loss is NaN or infinite."""


def learning_rate(batch: int, batches: int, peak: float, warmup: float) -> float:
    """The learning rate of a batch, counted from 0: linear up to the peak over a share `warmup`, then a cosine to zero.

    With t = (batch + 1) / batches and w = warmup: peak t / w for t < w, else peak (1 + cos(pi (t - w) / (1 - w))) / 2.
    """
    t = (batch + 1) / batches
    if t < warmup:
        return peak * t / warmup
    return peak * 0.5 * (1 + math.cos(math.pi * (t - warmup) / (1 - warmup)))


def adamw(model: nn.Module, config: Descent) -> AdamW:
    """The optimiser of all weights that are trained."""
    import torch

    weights = [weight for weight in model.parameters() if weight.requires_grad]
    return torch.optim.AdamW(weights, lr=config.learning_rate, weight_decay=config.weight_decay, fused=True)


def descend(
    accelerator: Accelerator, model: nn.Module, optimizer: Optimizer, loss: Tensor, rate: float, clip: float
) -> None:
    """Take one step down the clipped gradient of the loss, at this learning rate or a group's `share` of it."""
    for group in optimizer.param_groups:
        group["lr"] = rate * group.get("share", 1)
    optimizer.zero_grad(set_to_none=True)
    accelerator.backward(loss)
    accelerator.clip_grad_norm_(model.parameters(), clip)
    optimizer.step()


def check_finite(loss: float, whose: str, batch: int, peak: float, note: str = "") -> None:
    """Stop a training whose loss is NaN or infinite; `note` is added to the message."""
    if not math.isfinite(loss):
        raise TrainingDiverged(f"the loss of {whose} is {loss} at batch {batch}; lower learning_rate={peak}{note}")
