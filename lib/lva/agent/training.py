"""Behavioural cloning: one loop for a CPU, a GPU, or several of them through accelerate."""

from __future__ import annotations

import math
import time
from dataclasses import asdict, dataclass
from pathlib import Path

import pandas as pd
import torch
from accelerate import Accelerator
from torch import Tensor
from torch.nn import functional as F
from tqdm.auto import tqdm

from lva.agent.checkpoint import Checkpoint
from lva.agent.config import AgentConfig
from lva.agent.data import LABELS, draw_batch, load_steps
from lva.agent.model import Agent, new_agent, save_agent
from lva.world import Demos

LOG_EVERY = 50  # batches


@dataclass(frozen=True)
class TrainConfig:
    """How an agent is trained; the defaults are those of the laptop."""

    samples: int = 600_000  # steps of demonstrations seen, with repetitions
    batch_size: int = 128  # over all processes; larger ones see too few updates to find out which object is meant
    learning_rate: float = 1e-3  # at its peak
    warmup: float = 0.1  # share of the training until the peak; then a cosine to zero
    weight_decay: float = 0.01
    clip: float = 1.0  # norm of the gradient
    labels: str = "expert"  # expert (one action, the paper's cloning) or optimal (all optimal ones in equal shares)
    mirror: bool = False  # reverse half of the samples left to right, actions included
    precision: str = "no"  # no (float32) or bf16
    seed: int = 0  # of the weights and of the order of samples
    checkpoint_minutes: float = 1.0  # between checkpoints

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


@dataclass(frozen=True)
class Run:
    """A finished training."""

    agent: Agent
    metrics: pd.DataFrame  # one row every LOG_EVERY batches: samples, loss, accuracy, learning_rate, seconds
    folder: Path | None  # of the checkpoint, if one was kept


class TrainingDiverged(RuntimeError):
    """The loss is not a number any more."""


def train(
    demos: Demos,
    agent_config: AgentConfig,
    train_config: TrainConfig,
    folder: str | Path | None = None,
    progress: bool = True,
) -> Run:
    """Clone the demonstrated behaviour.

    With a `folder`, a checkpoint is kept there and an interrupted training goes on from it: on a CPU to the very
    same weights as one that was not interrupted.
    """
    if demos.grammar.as_dict() != agent_config.language.as_dict():
        raise ValueError(
            f"the demonstrations speak {demos.grammar!r}, the agent {agent_config.language!r}; "
            f"make both from one grammar"
        )
    accelerator = Accelerator(mixed_precision=train_config.precision, cpu=not torch.cuda.is_available())
    if train_config.batch_size % accelerator.num_processes:
        raise ValueError(f"{train_config.batch_size=} must be a multiple of the {accelerator.num_processes} processes")
    agent = new_agent(agent_config, train_config.seed)
    optimizer = torch.optim.AdamW(
        [weight for weight in agent.parameters() if weight.requires_grad],
        lr=train_config.learning_rate,
        weight_decay=train_config.weight_decay,
        fused=True,
    )
    agent = agent.to(accelerator.device)
    config = {"agent": asdict(agent_config), "train": asdict(train_config), "demos": demos.config()}
    checkpoint = Checkpoint(folder, config, agent, optimizer)
    loop = Loop(accelerator, agent, optimizer, load_steps(demos, train_config.labels), train_config, checkpoint)
    try:
        loop.run(progress)
    except torch.cuda.OutOfMemoryError as error:
        raise MemoryError(
            f"the GPU is out of memory at batch_size={train_config.batch_size}; "
            f"try batch_size={train_config.batch_size // 2}"
        ) from error
    if checkpoint.folder is not None and accelerator.is_main_process:
        save_agent(agent, checkpoint.folder, config)
    return Run(agent.eval(), pd.DataFrame(checkpoint.rows), checkpoint.folder)


class Loop:
    """The state of a training, and its course."""

    def __init__(self, accelerator, agent, optimizer, steps, config: TrainConfig, checkpoint: Checkpoint):
        self.accelerator, self.config, self.checkpoint = accelerator, config, checkpoint
        self.model, self.optimizer = accelerator.prepare(agent, optimizer)
        self.steps = steps.to(accelerator.device)
        self.order = Order(len(steps), config, accelerator.process_index, accelerator.num_processes)

    def run(self, progress: bool) -> None:
        """Train from the last checkpoint to the end."""
        done, batches = self.checkpoint.restore(), self.config.batches
        began, saved = time.perf_counter(), time.perf_counter()
        shown = progress and self.accelerator.is_main_process
        bar = tqdm(total=batches * self.config.batch_size, initial=done * self.config.batch_size, unit="sample",
                   unit_scale=True, desc=f"training, seed {self.config.seed}", disable=not shown)  # fmt: skip
        with bar:
            for batch in range(done, batches):
                loss, right = self.step(batch)
                if (batch + 1) % LOG_EVERY == 0 or batch + 1 == batches:
                    row = self.log(batch + 1, loss, right, time.perf_counter() - began)
                    bar.update((batch + 1) * self.config.batch_size - bar.n)
                    bar.set_postfix(loss=f"{row['loss']:.3f}", accuracy=f"{row['accuracy']:.3f}")
                    due = time.perf_counter() - saved > 60 * self.config.checkpoint_minutes
                    if self.accelerator.is_main_process and (due or batch + 1 == batches):
                        self.checkpoint.save(batch + 1)
                        saved = time.perf_counter()

    def step(self, batch: int) -> tuple[Tensor, Tensor]:
        """One batch; return its loss and the share of actions that were among the targets."""
        self.optimizer.param_groups[0]["lr"] = self.rate(batch)
        index, mirror = self.order.batch(batch, self.steps.which.device)
        numbers, which, previous, targets = draw_batch(self.steps, index, mirror)
        with self.accelerator.autocast():
            logits = self.model(self.steps.words, numbers, which, previous)
        loss = F.cross_entropy(logits.float(), targets)
        self.optimizer.zero_grad(set_to_none=True)
        self.accelerator.backward(loss)
        self.accelerator.clip_grad_norm_(self.model.parameters(), self.config.clip)
        self.optimizer.step()
        chosen = logits.detach().argmax(1, keepdim=True)
        return loss.detach(), (targets.gather(1, chosen) > 0).float().mean()

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
