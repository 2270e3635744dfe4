"""What every training shares: the learning-rate schedule, and the check that the loss is finite."""

from __future__ import annotations

import math


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


def check_finite(loss: float, whose: str, batch: int, peak: float, note: str = "") -> None:
    """Stop a training whose loss is NaN or infinite; `note` is added to the message."""
    if not math.isfinite(loss):
        raise TrainingDiverged(f"the loss of {whose} is {loss} at batch {batch}; lower learning_rate={peak}{note}")
