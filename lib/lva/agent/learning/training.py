"""Behavioural cloning: one loop for a CPU, a GPU, or several of them through accelerate."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict
from pathlib import Path

import pandas as pd
import torch
from accelerate import Accelerator
from accelerate.utils import is_tensorboard_available

from lva.agent.config import AgentConfig
from lva.agent.learning.checkpoint import Checkpoint
from lva.agent.learning.data import load_steps
from lva.agent.learning.loop import Loop, TrainConfig
from lva.agent.learning.runs import Run
from lva.agent.model import new_agent, save_agent
from lva.ground.artifacts import config_hash
from lva.ground.jobs import side_by_side
from lva.world import Demos


def train(
    demos: Demos,
    agent_config: AgentConfig,
    train_config: TrainConfig,
    folder: str | Path | None = None,
    progress: bool = True,
    report: Callable[[int], None] | None = None,
    tensorboard: bool = False,
) -> Run:
    """Clone the demonstrated behaviour.

    With a `folder`, a checkpoint is kept there and an interrupted training goes on from it: on a CPU to the very
    same weights as one that was not interrupted. `report` is told the samples seen, now and then; `tensorboard`
    writes the metrics into the folder `tensorboard` there.
    """
    if demos.grammar.as_dict() != agent_config.language.as_dict():
        raise ValueError(
            f"the demonstrations speak {demos.grammar!r}, the agent {agent_config.language!r}; "
            f"make both from one grammar"
        )
    accelerator = _accelerator(folder if tensorboard else None)
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
    done = checkpoint.restore()
    if done < train_config.batches:
        loop = Loop(accelerator, agent, optimizer, load_steps(demos, train_config.labels), train_config, checkpoint)
        try:
            loop.run(done, progress, report)
        except torch.cuda.OutOfMemoryError as error:
            raise MemoryError(
                f"the GPU is out of memory at batch_size={train_config.batch_size}; "
                f"try batch_size={train_config.batch_size // 2}"
            ) from error
    for tracker in accelerator.trackers:
        tracker.finish()
    if checkpoint.folder is not None and accelerator.is_main_process:
        save_agent(agent, checkpoint.folder, config)
    return Run(agent.eval(), pd.DataFrame(checkpoint.rows), checkpoint.folder, checkpoint.traces)


def train_all(
    demos: Demos,
    jobs: Mapping[str, tuple[AgentConfig, TrainConfig]],
    folder: str | Path,
    workers: int | None = None,
    tensorboard: bool = False,
) -> dict[str, Run]:
    """Train several agents, as many at a time as there are cores; see `train`.

    Each has a folder of its name and of its configuration's hash, so that another configuration is another training.
    """
    hashes = {name: config_hash({"jobs": jobs[name], "demos": demos.config()}) for name in jobs}
    folders = {name: Path(folder) / f"{name}-{hashes[name]}" for name in jobs}
    arguments = {name: (demos, *jobs[name], folders[name], tensorboard) for name in jobs}
    total = sum(config.batches * config.batch_size for _, config in jobs.values())
    side_by_side(_train_one, arguments, total, "sample", f"training {len(jobs)} agents", workers)
    return {name: train(demos, *jobs[name], folders[name], progress=False) for name in jobs}  # all are finished


def _train_one(demos, agent_config, train_config, folder, tensorboard, report) -> None:
    train(demos, agent_config, train_config, folder, False, report, tensorboard)
    report(train_config.batches * train_config.batch_size)


def _accelerator(logs: str | Path | None) -> Accelerator:
    """The driver of the loop, with TensorBoard as its log if a folder for it is given.

    The loop casts to bf16 itself: accelerate holds one precision for the whole process, whatever is trained in it.
    """
    if logs and not is_tensorboard_available():
        raise ValueError("tensorboard=True needs the package tensorboard; pip install tensorboard")
    accelerator = Accelerator(
        mixed_precision="no",
        cpu=not torch.cuda.is_available(),
        log_with="tensorboard" if logs else None,
        project_dir=logs,
    )
    if logs:
        accelerator.init_trackers("tensorboard")
    return accelerator
