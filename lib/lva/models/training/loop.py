"""The training of a reference: one loop for a CPU, a GPU, or several of them through accelerate."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pandas as pd
import torch
from accelerate import Accelerator, DistributedDataParallelKwargs
from torch import Tensor, nn
from tqdm.auto import tqdm

from lva.ground.jobs import Report
from lva.ground.training import adamw, check_finite, descend, learning_rate
from lva.models.training.config import PretrainConfig
from lva.models.training.experience import Experience, draw_batches
from lva.models.training.families import FAMILIES
from lva.models.training.objectives import LOSSES

if TYPE_CHECKING:
    from transformers import PreTrainedTokenizerBase

LOG_EVERY = 20  # batches


class Objective(nn.Module):
    """A model with its loss: a batch goes in, the loss comes out."""

    def __init__(self, model: nn.Module, name: str, tokenizer: PreTrainedTokenizerBase, seed: int):
        super().__init__()
        self.model, self.tokenizer = model, tokenizer
        self.loss = LOSSES[FAMILIES[name].objective]
        self.generator = torch.Generator().manual_seed(seed)

    def forward(self, batch: dict[str, Tensor]) -> Tensor:
        return self.loss(self.model, batch, self.tokenizer, self.generator)


class Loop:
    """The state of a training: AdamW, clipped gradients, and the course of the loss.

    With several processes each sees its share of every batch; a contrastive loss then compares the pairs of that share.
    """

    def __init__(
        self, model: nn.Module, name: str, tokenizer: PreTrainedTokenizerBase, config: PretrainConfig, batches: int
    ):
        # The loop casts to bf16 itself: accelerate holds one precision for the whole process, whatever is trained.
        unused = DistributedDataParallelKwargs(find_unused_parameters=True)  # BLIP's matching has unused projections
        self.accelerator = Accelerator(
            mixed_precision="no", cpu=not torch.cuda.is_available(), kwargs_handlers=[unused]
        )
        self.rank, self.ranks = self.accelerator.process_index, self.accelerator.num_processes
        if config.batch_size % self.ranks:
            raise ValueError(f"batch_size={config.batch_size} must be a multiple of the {self.ranks} processes")
        self.name, self.config, self.batches = name, config, batches
        objective = Objective(model.train(), name, tokenizer, config.seed + self.rank)
        self.objective, self.optimizer = self.accelerator.prepare(objective, adamw(model, config))

    def step(self, number: int, experience: Experience, index: Tensor) -> Tensor:
        """Learn from one batch, this process's share of it; return its loss."""
        batch = experience.batch(index[self.rank :: self.ranks], self.accelerator.device)
        with torch.autocast(self.accelerator.device.type, torch.bfloat16, enabled=self.config.precision == "bf16"):
            loss = self.objective(batch)
        descend(self.accelerator, self.objective, self.optimizer, loss, self.rate(number), self.config.clip)
        return loss.detach()

    def rate(self, number: int) -> float:
        """The learning rate of a batch."""
        return learning_rate(number, self.batches, self.config.learning_rate, self.config.warmup)

    def log(self, done: int, loss: Tensor, seconds: float) -> dict[str, float]:
        """Return a row of the log; raise if the loss is not finite."""
        mean = self.accelerator.reduce(loss, "mean").item()
        check_finite(mean, self.name, done, self.config.learning_rate)
        return {
            "samples": done * self.config.batch_size,
            "loss": mean,
            "learning_rate": self.rate(done - 1),
            "seconds": seconds,
        }


def train(
    model: nn.Module,
    name: str,
    tokenizer: PreTrainedTokenizerBase,
    experience: Experience,
    config: PretrainConfig,
    progress: bool | Report = True,
) -> pd.DataFrame:
    """Train on the experience; return the course of the loss, one row every LOG_EVERY batches.

    `progress`: show a bar, or call a function with the samples seen now and then.
    """
    batches = draw_batches(experience.lengths, config.batch_size, config.epochs, config.seed)
    loop, rows, start = Loop(model, name, tokenizer, config, len(batches)), [], time.perf_counter()
    shown = progress is True and loop.accelerator.is_main_process
    total = len(batches) * config.batch_size
    with tqdm(total=total, unit="sample", unit_scale=True, desc=name, disable=not shown) as bar:
        for number, index in enumerate(batches):
            loss = loop.step(number, experience, index)
            bar.update(config.batch_size)
            if (number + 1) % LOG_EVERY == 0 or number + 1 == len(batches):
                rows.append(loop.log(number + 1, loss, time.perf_counter() - start))
                bar.set_postfix(loss=f"{rows[-1]['loss']:.3f}")
                if callable(progress):
                    progress(rows[-1]["samples"])
    model.eval()
    return pd.DataFrame(rows)
