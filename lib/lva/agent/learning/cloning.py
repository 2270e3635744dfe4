"""Behavioural cloning, top to bottom: one loop for a CPU, a GPU, or several of them through accelerate."""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

import torch
from accelerate import Accelerator
from accelerate.utils import is_tensorboard_available
from torch import Tensor
from torch.nn import functional as F
from tqdm.auto import tqdm

from lva.agent.config import AgentConfig
from lva.agent.language import pretrained_sentences
from lva.agent.learning.checkpoint import Checkpoint
from lva.agent.learning.runs import Run, discard_outdated, is_finished, load_run, save_run
from lva.agent.learning.steps import Order, Steps, check_labels, draw_batch, load_steps, make_steps, save_steps
from lva.agent.model import Agent, new_agent
from lva.ground.artifacts import config_hash
from lva.ground.code import code_of_module
from lva.ground.jobs import Report, side_by_side
from lva.ground.training import adamw, check_finite, descend, learning_rate
from lva.ground.values import check_fields, flag, one_of, optional, real, text, whole
from lva.world import Demos, Grammar
from lva.world.language import grammar_from_dict

LOG_EVERY = 50  # batches
FIELDS = {
    "samples": whole(1),
    "batch_size": whole(1),
    "learning_rate": real(0, above=True),
    "warmup": real(0, 1, below=True),
    "weight_decay": real(0),
    "language_rate": real(0, 1),
    "clip": real(0, above=True),
    "mirror": flag,
    "precision": one_of("no", "bf16"),
    "towards": optional(text),
    "pull": real(0),
    "seed": whole(0),
    "checkpoint_minutes": real(0),
    "traces": whole(0),
    "snapshots": flag,
}
CARD_MODULE = "lva.agent.card"  # the words of a card do not change what is learnt


@dataclass(frozen=True)
class TrainConfig:
    """How an agent is trained; the defaults are those of the laptop."""

    samples: int = 600_000  # steps of demonstrations seen, with repetitions
    batch_size: int = 128  # over all processes
    learning_rate: float = 1e-3  # at its peak
    warmup: float = 0.1  # share of the training until the peak; then a cosine to zero
    weight_decay: float = 0.01
    language_rate: float = 1.0  # share of the learning rate at which the language encoder learns; 0 freezes it
    clip: float = 1.0  # norm of the gradient
    labels: str = "expert"  # expert (one action, the paper's), optimal (all optimal ones in equal shares) or shuffled
    mirror: bool = False  # reverse half of the samples left to right, actions included
    precision: str = "no"  # no (float32) or bf16
    towards: str | None = None  # E_L is pulled to be alike where these vectors are: an .npz of `texts`, `vectors`
    pull: float = 0.0  # weight of that in the loss
    seed: int = 0  # of the weights and of the order of samples
    checkpoint_minutes: float = 1.0  # between checkpoints
    traces: int = 24  # how often E_L of every instruction is kept along the way, more densely at the beginning
    snapshots: bool = False  # keep the whole agent too, at every other of these moments

    def __post_init__(self):
        check_labels(self.labels)
        check_fields(self, FIELDS)
        if self.samples < self.batch_size:
            raise ValueError(f"samples={self.samples} must be at least batch_size={self.batch_size}")
        if (self.towards is None) != (self.pull == 0):
            raise ValueError(f"towards={self.towards!r} and pull={self.pull} need one another: vectors, and a weight")

    @property
    def batches(self) -> int:
        return self.samples // self.batch_size

    @property
    def traced(self) -> set[int]:
        """After how many batches E_L is kept: 0 and the last are among them."""
        return set(self._moments(range(self.traces + 1)))

    @property
    def snapped(self) -> set[int]:
        """After how many batches the whole agent is kept: at every other moment of `traced`, the last among them."""
        return set(self._moments(range(self.traces, 0, -2))) if self.snapshots else set()

    def _moments(self, numbers: Iterable[int]) -> list[int]:
        return [round(self.batches * (i / self.traces) ** 2) for i in numbers] if self.traces else []

    def rate(self, batch: int) -> float:
        """The learning rate of a batch: linear to its peak, then a cosine to zero."""
        return learning_rate(batch, self.batches, self.learning_rate, self.warmup)


def train(
    demos: Demos,
    agent_config: AgentConfig,
    train_config: TrainConfig,
    folder: str | Path | None = None,
    progress: bool | Report = True,
    tensorboard: bool = False,
) -> Run:
    """Clone the demonstrated behaviour.

    With a `folder`, a checkpoint is kept there, and an interrupted training resumes from it: on a CPU to bit-identical
    weights. A training that is finished is loaded. `progress`: show a bar, or tell a function the samples seen now and
    then. `tensorboard` writes the metrics into the folder `tensorboard` there.
    """
    check_grammar(demos.grammar, agent_config)
    if folder is not None and is_finished(folder, made_of(agent_config, train_config, demos.config())):
        return load_run(folder)
    return _clone(make_steps(demos, train_config.labels), agent_config, train_config, folder, progress, tensorboard)


def train_all(
    demos: Demos | str | Path,
    jobs: Mapping[str, tuple[AgentConfig, TrainConfig]],
    folder: str | Path,
    workers: int | None = None,
    tensorboard: bool = False,
) -> dict[str, Run]:
    """Train several agents on the same demonstrations, as many at a time as there are cores; see `train`.

    `demos` may be the path of a saved file. The steps are rendered once, into `folder`, for all trainings. Each agent
    has a folder there, named after it and the hash of its configuration: another configuration is another training.
    A training that other code made is replaced, with a line that says so.
    """
    demos = demos if isinstance(demos, Demos) else Demos.load(demos)
    made_from = {name: made_of(*configs, demos.config()) for name, configs in jobs.items()}
    folders = {name: Path(folder) / f"{name}-{config_hash(made_from[name] | {'code': None})}" for name in jobs}
    missing = [name for name in jobs if not is_finished(folders[name], made_from[name])]
    for name in missing:
        check_grammar(demos.grammar, jobs[name][0])
        discard_outdated(folders[name], made_from[name])
    if missing:
        steps = save_steps(demos, folder)
        arguments = {name: (steps, *jobs[name], folders[name], tensorboard) for name in missing}
        total = sum(jobs[name][1].batches * jobs[name][1].batch_size for name in missing)
        side_by_side(_clone_saved, arguments, total, "sample", f"training {len(missing)} agents", workers)
    return {name: load_run(at) for name, at in folders.items()}


def _clone_saved(steps, agent_config, train_config, folder, tensorboard, report) -> None:
    _clone(load_steps(steps, train_config.labels), agent_config, train_config, folder, report, tensorboard)
    report(train_config.batches * train_config.batch_size)


def _clone(steps: Steps, agent_config: AgentConfig, train_config: TrainConfig, folder, progress, tensorboard) -> Run:
    """`train` on steps that have been rendered already; the rest as there."""
    check_grammar(grammar_from_dict(steps.demos["grammar"]), agent_config)
    made_from = made_of(agent_config, train_config, steps.demos)
    accelerator = _accelerator(folder if tensorboard else None)
    if train_config.batch_size % accelerator.num_processes:
        raise ValueError(f"{train_config.batch_size=} must be a multiple of the {accelerator.num_processes} processes")
    agent = new_agent(agent_config, train_config.seed)
    optimizer = _optimizer(agent, train_config)
    agent = agent.to(accelerator.device)
    if folder is not None and accelerator.is_main_process:
        discard_outdated(folder, made_from)
    accelerator.wait_for_everyone()
    checkpoint = Checkpoint(folder, made_from, agent, optimizer)
    done = checkpoint.restore()
    try:
        Cloning(accelerator, steps, train_config, checkpoint).run(done, progress)
    except torch.cuda.OutOfMemoryError as error:
        raise MemoryError(
            f"the GPU is out of memory at batch_size={train_config.batch_size}; "
            f"try batch_size={train_config.batch_size // 2}"
        ) from error
    for tracker in accelerator.trackers:
        tracker.finish()
    run = Run(agent.eval(), checkpoint.metrics, checkpoint.folder, checkpoint.traces, checkpoint.snapshots)
    if run.folder is not None and accelerator.is_main_process:
        save_run(run, made_from)
    accelerator.wait_for_everyone()  # no process may use the folder before it is whole
    return run


class Cloning:
    """The state of a training, and its course."""

    def __init__(self, accelerator: Accelerator, steps: Steps, config: TrainConfig, checkpoint: Checkpoint):
        self.accelerator, self.config, self.checkpoint = accelerator, config, checkpoint
        self.model, self.optimizer = accelerator.prepare(checkpoint.agent, checkpoint.optimizer)
        self.steps = steps.to(accelerator.device)
        rank, ranks = accelerator.process_index, accelerator.num_processes
        self.aim = _likeness_to_reach(config, checkpoint.agent).to(accelerator.device) if config.towards else None
        self.order = Order(len(steps), config.batch_size, config.mirror, config.seed, rank, ranks)

    def run(self, done: int, progress: bool | Report) -> None:
        """Train from the last checkpoint, after `done` batches, to the end."""
        batches, traced, snapped = self.config.batches, self.config.traced, self.config.snapped
        rows = self.checkpoint.rows
        began = time.perf_counter() - (rows[-1]["seconds"] if rows else 0)
        saved = time.perf_counter()
        if done == 0 and 0 in traced:
            self.trace(0)
        with self.bar(done, progress) as bar:
            for batch in range(done, batches):
                loss, right = self.step(batch)
                if batch + 1 in traced:
                    self.trace(batch + 1)
                if batch + 1 in snapped:
                    self.snap(batch + 1)
                if (batch + 1) % LOG_EVERY and batch + 1 < batches:
                    continue
                row = self.log(batch + 1, loss, right, time.perf_counter() - began)
                bar.update(row["samples"] - bar.n)
                bar.set_postfix(loss=f"{row['loss']:.3f}", accuracy=f"{row['accuracy']:.3f}")
                if callable(progress):
                    progress(row["samples"])
                due = time.perf_counter() - saved > 60 * self.config.checkpoint_minutes
                if self.accelerator.is_main_process and (due or batch + 1 == batches):
                    self.checkpoint.save(batch + 1)
                    saved = time.perf_counter()

    def step(self, batch: int) -> tuple[Tensor, Tensor]:
        """One batch; return its loss and the share of actions that were among the targets."""
        index, mirror = self.order.batch(batch, self.steps.tiles.device)
        tiles, instruction, previous, targets = draw_batch(self.steps, index, mirror)
        with torch.autocast(index.device.type, torch.bfloat16, enabled=self.config.precision == "bf16"):
            logits = self.model(self.steps.words, tiles, instruction, previous)
        loss = F.cross_entropy(logits.float(), targets)
        pulled = loss if self.aim is None else loss + self.config.pull * self.unlikeness()
        descend(self.accelerator, self.model, self.optimizer, pulled, self.config.rate(batch), self.config.clip)
        chosen = logits.detach().argmax(1, keepdim=True)
        return loss.detach(), (targets.gather(1, chosen) > 0).float().mean()

    def unlikeness(self) -> Tensor:
        """How far the cosines between instructions, by E_L around its mean, are from those to be reached."""
        language = self.accelerator.unwrap_model(self.model).language
        return F.mse_loss(likeness(language(self.steps.words).float()), self.aim)

    @torch.no_grad()
    def trace(self, done: int) -> None:
        """Keep E_L of every instruction after `done` batches."""
        language = self.accelerator.unwrap_model(self.model).language
        self.checkpoint.traces[done * self.config.batch_size] = language(self.steps.words).float().cpu()

    def snap(self, done: int) -> None:
        """Keep the whole agent after `done` batches."""
        weights = self.accelerator.unwrap_model(self.model).state_dict()
        kept = {name: weight.detach().to("cpu", copy=True) for name, weight in weights.items()}
        self.checkpoint.snapshots[done * self.config.batch_size] = kept

    def log(self, done: int, loss: Tensor, right: Tensor, seconds: float) -> dict:
        """Record where the training is; stop it if the loss is not finite."""
        loss, right = (self.accelerator.reduce(value, "mean").item() for value in (loss, right))
        folder = self.checkpoint.folder
        note = f". The last good checkpoint is in {folder}" if folder else ""
        check_finite(loss, "the agent", done, self.config.learning_rate, note)
        row = {
            "samples": done * self.config.batch_size,
            "loss": loss,
            "accuracy": right,
            "learning_rate": self.config.rate(done - 1),
            "seconds": seconds,
        }
        self.checkpoint.rows.append(row)
        self.accelerator.log({name: row[name] for name in ("loss", "accuracy", "learning_rate")}, row["samples"])
        return row

    def bar(self, done: int, progress: bool | Report) -> tqdm:
        size, shown = self.config.batch_size, progress is True and self.accelerator.is_main_process
        return tqdm(total=self.config.batches * size, initial=done * size, unit="sample", unit_scale=True,
                    desc=f"training, seed {self.config.seed}", disable=not shown)  # fmt: skip


def check_grammar(spoken: Grammar, agent_config: AgentConfig) -> None:
    """Raise if the demonstrations are of another grammar than the agent."""
    if spoken.as_dict() != agent_config.language.as_dict():
        raise ValueError(
            f"the demonstrations speak {spoken!r}, the agent {agent_config.language!r}; make both from one grammar"
        )


def likeness(vectors: Tensor) -> Tensor:
    """The cosine of every two rows around their mean: (n, d) -> (n, n); no rotation changes it."""
    unit = F.normalize(vectors - vectors.mean(0), dim=1)
    return unit @ unit.T


def _likeness_to_reach(config: TrainConfig, agent: Agent) -> Tensor:
    return likeness(pretrained_sentences(config.towards, agent.grammar, agent.config.language_size))


def _optimizer(agent: Agent, config: TrainConfig) -> torch.optim.Optimizer:
    """The optimiser, in which the language encoder learns at its own share of the rate, or not at all."""
    if config.language_rate == 0:
        agent.language.requires_grad_(False)
    optimizer = adamw(agent, config)
    if 0 < config.language_rate < 1:
        (group,), slowed = optimizer.param_groups, {id(weight) for weight in agent.language.parameters()}
        weights = group["params"]
        group["params"] = [weight for weight in weights if id(weight) not in slowed]
        slow = [weight for weight in weights if id(weight) in slowed]
        optimizer.add_param_group({"params": slow, "share": config.language_rate})
    return optimizer


def made_of(agent_config: AgentConfig, train_config: TrainConfig, demos: dict) -> dict:
    """All that decides what a training ends with."""
    code = {module: found for module, found in code_of_module(__name__).items() if module != CARD_MODULE}
    return {"agent": asdict(agent_config), "train": asdict(train_config), "demos": demos, "code": code}


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
