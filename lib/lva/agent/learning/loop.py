"""The loop of behavioural cloning: which samples, which learning rate, what is taken down."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn import functional as F
from tqdm.auto import tqdm

from lva.agent.learning.checkpoint import Checkpoint
from lva.agent.learning.data import LABELS, draw_batch

LOG_EVERY = 50  # batches


@dataclass(frozen=True)
class TrainConfig:
    """How an agent is trained; the defaults are those of the laptop."""

    samples: int = 600_000  # steps of demonstrations seen, with repetitions
    batch_size: int = 128  # over all processes
    learning_rate: float = 1e-3  # at its peak
    warmup: float = 0.1  # share of the training until the peak; then a cosine to zero
    weight_decay: float = 0.01
    clip: float = 1.0  # norm of the gradient
    labels: str = "expert"  # expert (one action, the paper's), optimal (all optimal ones in equal shares) or shuffled
    mirror: bool = False  # reverse half of the samples left to right, actions included
    precision: str = "no"  # no (float32) or bf16
    seed: int = 0  # of the weights and of the order of samples
    checkpoint_minutes: float = 1.0  # between checkpoints
    traces: int = 24  # times that E_L of every instruction is kept along the way, denser at the beginning

    def __post_init__(self):
        if self.samples < self.batch_size or self.batch_size < 1:
            raise ValueError(f"samples={self.samples} must be at least batch_size={self.batch_size} >= 1")
        if self.labels not in LABELS:
            raise ValueError(f"labels={self.labels!r} is unknown; choose one of {', '.join(LABELS)}")
        if self.precision not in ("no", "bf16"):
            raise ValueError(f"precision={self.precision!r} must be 'no' or 'bf16'")
        if not 0 <= self.warmup < 1:
            raise ValueError(f"warmup={self.warmup} must lie in [0, 1)")

    @property
    def batches(self) -> int:
        return self.samples // self.batch_size

    @property
    def traced(self) -> set[int]:
        """After how many batches E_L is kept: 0 and the last are among them."""
        return {round(self.batches * (i / self.traces) ** 2) for i in range(self.traces + 1)} if self.traces else set()


class TrainingDiverged(RuntimeError):
    """The loss is not a number any more."""


class Loop:
    """The state of a training, and its course."""

    def __init__(self, accelerator, agent, optimizer, steps, config: TrainConfig, checkpoint: Checkpoint):
        self.accelerator, self.config, self.checkpoint = accelerator, config, checkpoint
        self.model, self.optimizer = accelerator.prepare(agent, optimizer)
        self.steps = steps.to(accelerator.device)
        self.order = Order(len(steps), config, accelerator.process_index, accelerator.num_processes)

    def run(self, done: int, progress: bool, report: Callable[[int], None] | None) -> None:
        """Train from the last checkpoint, after `done` batches, to the end."""
        batches, traced = self.config.batches, self.config.traced
        began = time.perf_counter() - (self.checkpoint.rows[-1]["seconds"] if self.checkpoint.rows else 0)
        saved = time.perf_counter()
        if 0 in traced and done == 0:
            self.trace(0)
        shown = progress and self.accelerator.is_main_process
        bar = tqdm(total=batches * self.config.batch_size, initial=done * self.config.batch_size, unit="sample",
                   unit_scale=True, desc=f"training, seed {self.config.seed}", disable=not shown)  # fmt: skip
        with bar:
            for batch in range(done, batches):
                loss, right = self.step(batch)
                if batch + 1 in traced:
                    self.trace(batch + 1)
                if (batch + 1) % LOG_EVERY == 0 or batch + 1 == batches:
                    row = self.log(batch + 1, loss, right, time.perf_counter() - began)
                    bar.update((batch + 1) * self.config.batch_size - bar.n)
                    bar.set_postfix(loss=f"{row['loss']:.3f}", accuracy=f"{row['accuracy']:.3f}")
                    if report is not None:
                        report(row["samples"])
                    due = time.perf_counter() - saved > 60 * self.config.checkpoint_minutes
                    if self.accelerator.is_main_process and (due or batch + 1 == batches):
                        self.checkpoint.save(batch + 1)
                        saved = time.perf_counter()

    def step(self, batch: int) -> tuple[Tensor, Tensor]:
        """One batch; return its loss and the share of actions that were among the targets."""
        self.optimizer.param_groups[0]["lr"] = self.rate(batch)
        index, mirror = self.order.batch(batch, self.steps.instruction.device)
        tiles, instruction, previous, targets = draw_batch(self.steps, index, mirror)
        with torch.autocast(index.device.type, torch.bfloat16, enabled=self.config.precision == "bf16"):
            logits = self.model(self.steps.words, tiles, instruction, previous)
        loss = F.cross_entropy(logits.float(), targets)
        self.optimizer.zero_grad(set_to_none=True)
        self.accelerator.backward(loss)
        self.accelerator.clip_grad_norm_(self.model.parameters(), self.config.clip)
        self.optimizer.step()
        chosen = logits.detach().argmax(1, keepdim=True)
        return loss.detach(), (targets.gather(1, chosen) > 0).float().mean()

    @torch.no_grad()
    def trace(self, done: int) -> None:
        """Keep E_L of every instruction after `done` batches."""
        language = self.accelerator.unwrap_model(self.model).language
        self.checkpoint.traces[done * self.config.batch_size] = language(self.steps.words).float().cpu()

    def rate(self, batch: int) -> float:
        """The learning rate: linear to its peak, then a cosine to zero."""
        at, warmup = (batch + 1) / self.config.batches, self.config.warmup
        if at < warmup:
            return self.config.learning_rate * at / warmup
        return self.config.learning_rate * 0.5 * (1 + math.cos(math.pi * (at - warmup) / (1 - warmup)))

    def log(self, done: int, loss: Tensor, right: Tensor, seconds: float) -> dict:
        """Take down where the training is; stop it if the loss is not finite."""
        loss, right = (self.accelerator.reduce(value, "mean").item() for value in (loss, right))
        if not math.isfinite(loss):
            kept = f"the last good checkpoint is in {self.checkpoint.folder}" if self.checkpoint.folder else ""
            raise TrainingDiverged(
                f"the loss is {loss} at batch {done}; lower learning_rate={self.config.learning_rate}. {kept}"
            )
        row = {
            "samples": done * self.config.batch_size,
            "loss": loss,
            "accuracy": right,
            "learning_rate": self.rate(done - 1),
            "seconds": seconds,
        }
        self.checkpoint.rows.append(row)
        self.accelerator.log({name: row[name] for name in ("loss", "accuracy", "learning_rate")}, row["samples"])
        return row


class Order:
    """Which samples make up each batch: a fresh permutation an epoch, a function of seed and batch alone."""

    def __init__(self, n: int, config: TrainConfig, rank: int, ranks: int):
        self.n, self.config, self.rank, self.ranks = n, config, rank, ranks
        self.epoch = -1

    def batch(self, number: int, device: torch.device) -> tuple[Tensor, Tensor | None]:
        """This process's share of a batch: indices, and which of them to mirror."""
        size = self.config.batch_size
        first = torch.arange(number * size + self.rank, (number + 1) * size, self.ranks)
        parts = [self.permutation(int(epoch)) for epoch in torch.unique(first // self.n)]
        at = first - first[0] // self.n * self.n
        order, flips = (torch.cat(columns) for columns in zip(*parts))
        mirror = flips[at].to(device) if self.config.mirror else None
        return order[at].to(device), mirror

    def permutation(self, epoch: int) -> tuple[Tensor, Tensor]:
        """The order of an epoch and its coin tosses."""
        if epoch != self.epoch:
            generator = torch.Generator().manual_seed((self.config.seed << 20) + epoch)
            self.made = torch.randperm(self.n, generator=generator), torch.rand(self.n, generator=generator) < 0.5
            self.epoch = epoch
        return self.made
