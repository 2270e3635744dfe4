"""Training the references: each from nothing, on episodes that no other model sees, and proved on unseen ones."""

from __future__ import annotations

import math
import shutil
import time
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass, field, replace
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pandas as pd
import torch
from torch import nn
from tqdm.auto import tqdm
from transformers import AutoTokenizer, PreTrainedTokenizerBase, get_cosine_schedule_with_warmup

from lva.agent import TrainingDiverged, side_by_side
from lva.ground.artifacts import check_artifact, entry_path, is_current, save_artifact
from lva.models.references.loading import quiet
from lva.models.training.experience import Experience, draw_batches, encode
from lva.models.training.families import FAMILIES, PICTURES, Family, Size, new_model
from lva.models.training.objectives import LOSSES
from lva.models.training.tokenizers import SMALLEST
from lva.models.training.validation import prove
from lva.world import Grammar, Level
from lva.world.telling.corpus import CORPORA, write_corpus
from lva.world.telling.pictures import Pictures, take_pictures

MADE_BY, WEIGHTS, METRICS, PROOF = "03_extract_embeddings", "model.safetensors", "metrics.csv", "proof.csv"
MANIFEST = entry_path(Path(WEIGHTS)).name.removeprefix(WEIGHTS)  # how the name of an entry ends
LOG_EVERY = 20  # batches


@dataclass(frozen=True)
class PretrainConfig:
    """How the references are trained; the defaults are those of the laptop."""

    corpus: str = "narrated"  # narrated (what is done about an instruction is told) or described (scenes only)
    documents: int = 40_000  # texts a model of text alone reads
    pictures: int = 60_000  # pictures with captions a vision-language model sees
    epochs: int = 1  # how often
    held_out: int = 500  # texts or pictures that prove what was learnt
    batch_size: int | None = None  # None: the family's own
    learning_rate: float | None = None  # at its peak; None: the family's own
    warmup: float = 0.1  # share of the training until the peak; then a cosine to zero
    weight_decay: float = 0.01
    clip: float = 1.0  # norm of the gradient
    width: int = 64  # of the hidden states
    layers: int = 4  # of a transformer of text
    vision_layers: int = 2  # of a transformer of pictures
    heads: int = 4
    context: int = 256  # tokens a text may have
    vocabulary: int = 1000  # tokens at most
    precision: str = "no"  # no (float32) or bf16
    seed: int = 0  # of the episodes, the weights and the order of texts
    level: Level = field(default_factory=Level)  # of the rooms

    def __post_init__(self):
        if self.corpus not in CORPORA:
            raise ValueError(f"corpus={self.corpus!r} is unknown; choose one of {', '.join(CORPORA)}")
        largest = max(family.batch_size for family in FAMILIES.values()) if self.batch_size is None else self.batch_size
        if min(self.documents, self.pictures) < largest or largest < 2:
            raise ValueError(
                f"documents={self.documents} and pictures={self.pictures} must be at least batch_size={largest} >= 2"
            )
        if self.held_out < 2 or self.epochs < 1:
            raise ValueError(f"held_out={self.held_out} must be at least 2, epochs={self.epochs} at least 1")
        if self.vocabulary < SMALLEST:
            raise ValueError(f"vocabulary={self.vocabulary} must be at least {SMALLEST}: bytes are tokens too")
        if self.precision not in ("no", "bf16"):
            raise ValueError(f"precision={self.precision!r} must be 'no' or 'bf16'")
        if not 0 <= self.warmup < 1:
            raise ValueError(f"warmup={self.warmup} must lie in [0, 1)")
        _ = self.size

    @property
    def size(self) -> Size:
        """Of the architectures; raises if it is none."""
        return Size(self.width, self.layers, self.vision_layers, self.heads, self.context)

    def samples(self, family: Family) -> int:
        """Texts or pictures that a model of this family sees, with repetitions."""
        return self.epochs * (self.pictures if family.experience == PICTURES else self.documents)

    def of(self, family: Family) -> PretrainConfig:
        """The same, with what is the family's own filled in."""
        own = {name: getattr(family, name) for name in ("batch_size", "learning_rate") if getattr(self, name) is None}
        return replace(self, **own)


@dataclass(frozen=True)
class Pretrained:
    """A finished reference."""

    model: nn.Module  # as it was trained: with the heads of its objective
    tokenizer: PreTrainedTokenizerBase
    metrics: pd.DataFrame  # a row every LOG_EVERY batches: samples, loss, learning_rate, seconds
    proof: pd.DataFrame  # see `prove`
    folder: Path


def pretrain_all(
    grammar: Grammar,
    config: PretrainConfig,
    folder: str | Path,
    names: Iterable[str] | None = None,
    workers: int | None = None,
) -> pd.DataFrame:
    """Train the references, each into a folder of its name, as many at a time as there are cores; return their proof.

    Those that are there already are not trained again.
    """
    folders = {name: Path(folder) / name for name in (FAMILIES if names is None else names)}
    missing = [name for name in folders if not _is_trained(name, grammar, config, folders[name])]
    jobs = {name: (name, grammar, config, folders[name]) for name in reversed(missing)}  # the slowest, blip-here, first
    total = sum(config.samples(_family(name)) for name in missing)
    side_by_side(_pretrain_one, jobs, total, "sample", f"training {len(missing)} references", workers)
    return pd.concat([pd.read_csv(at / PROOF) for at in folders.values()], ignore_index=True)


def _pretrain_one(name, grammar, config, folder, report) -> None:
    pretrain(name, grammar, config, folder, False, report)


def pretrain(
    name: str,
    grammar: Grammar,
    config: PretrainConfig,
    folder: str | Path,
    progress: bool = True,
    report: Callable[[int], None] | None = None,
) -> Pretrained:
    """Train a reference, prove what it learnt and save it; what is in `folder` already is loaded instead.

    `AutoModel` and `AutoTokenizer` load the folder. `report` is told the samples seen, now and then.
    """
    family, folder = _family(name), Path(folder)
    if _is_trained(name, grammar, config, folder):
        return load_pretrained(name, folder)
    made_from, config = _made_from(name, grammar, config), config.of(family)
    texts, pictures = gather(family, grammar, config, held_out=False, progress=progress)
    tokenizer = family.train_tokenizer(texts, config.vocabulary)
    ending = family.objective == "next word"
    seen = encode(texts, tokenizer, config.context, ending, pictures)
    unseen_texts, unseen_pictures = gather(family, grammar, config, held_out=True)
    unseen = encode(unseen_texts, tokenizer, config.context, ending, unseen_pictures)
    model = new_model(name, config.size, tokenizer, config.seed)
    metrics = train(model, name, tokenizer, seen, config, progress, report)
    proof = prove(model, name, tokenizer, seen, unseen)
    model.cpu()
    save(folder, model, tokenizer, metrics, proof, made_from)
    return Pretrained(model, tokenizer, metrics, proof, folder)


def _made_from(name: str, grammar: Grammar, config: PretrainConfig) -> dict[str, Any]:
    return {"reference": name, "config": asdict(config.of(_family(name))), "grammar": grammar.as_dict()}


def _is_trained(name: str, grammar: Grammar, config: PretrainConfig, folder: Path) -> bool:
    made_from = _made_from(name, grammar, config)
    return all(is_current(file, config=made_from, made_by=MADE_BY) for file in _files(folder))


def gather(
    family: Family, grammar: Grammar, config: PretrainConfig, held_out: bool, progress: bool = False
) -> tuple[list[str], Pictures | None]:
    """The texts that a model learns from, or those that prove it, and its pictures; no two share an episode."""
    seed = 2 * (config.seed * len(FAMILIES) + list(FAMILIES).index(family.name)) + held_out
    if family.experience == PICTURES:
        n = config.held_out if held_out else config.pictures
        pictures = take_pictures(grammar, n, config.corpus, seed, config.level, progress)
        return list(pictures.captions), pictures
    n = config.held_out if held_out else config.documents
    return write_corpus(grammar, n, config.corpus, seed, config.level, progress), None


def train(
    model: nn.Module,
    name: str,
    tokenizer: PreTrainedTokenizerBase,
    experience: Experience,
    config: PretrainConfig,
    progress: bool = True,
    report: Callable[[int], None] | None = None,
) -> pd.DataFrame:
    """Run through the experience; return the course of the loss."""
    batches = draw_batches(experience.lengths, config.batch_size, config.epochs, config.seed)
    loop, rows, began = Loop(model, name, tokenizer, config, len(batches)), [], time.perf_counter()
    total = len(batches) * config.batch_size
    with tqdm(total=total, unit="sample", unit_scale=True, desc=name, disable=not progress) as bar:
        for number, index in enumerate(batches, start=1):
            loss = loop.step(experience.batch(index, loop.device))
            bar.update(config.batch_size)
            if number % LOG_EVERY == 0 or number == len(batches):
                rows.append(loop.log(number, loss, time.perf_counter() - began))
                bar.set_postfix(loss=f"{rows[-1]['loss']:.3f}")
                if report is not None:
                    report(number * config.batch_size)
    model.eval()
    return pd.DataFrame(rows)


class Loop:
    """The state of a training: AdamW, warm-up and cosine, clipped gradients."""

    def __init__(
        self, model: nn.Module, name: str, tokenizer: PreTrainedTokenizerBase, config: PretrainConfig, batches: int
    ):
        self.device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
        self.model, self.name, self.tokenizer, self.config = model.to(self.device).train(), name, tokenizer, config
        self.loss = LOSSES[FAMILIES[name].objective]
        self.generator = torch.Generator().manual_seed(config.seed)
        self.optimizer = torch.optim.AdamW(
            model.parameters(), lr=config.learning_rate, weight_decay=config.weight_decay, fused=True
        )
        self.schedule = get_cosine_schedule_with_warmup(self.optimizer, int(config.warmup * batches), batches)

    def step(self, batch: dict[str, torch.Tensor]) -> torch.Tensor:
        """Learn from one batch; return its loss."""
        with torch.autocast(self.device.type, torch.bfloat16, enabled=self.config.precision == "bf16"):
            loss = self.loss(self.model, batch, self.tokenizer, self.generator)
        self.optimizer.zero_grad(set_to_none=True)
        loss.backward()
        nn.utils.clip_grad_norm_(self.model.parameters(), self.config.clip)
        self.optimizer.step()
        self.schedule.step()
        return loss.detach()

    def log(self, done: int, loss: torch.Tensor, seconds: float) -> dict[str, float]:
        """Take down where the training is; stop it if the loss is not finite."""
        if not math.isfinite(loss):
            raise TrainingDiverged(
                f"the loss of {self.name} is {loss.item()} at batch {done}; "
                f"lower learning_rate={self.config.learning_rate}"
            )
        return {
            "samples": done * self.config.batch_size,
            "loss": loss.item(),
            "learning_rate": self.schedule.get_last_lr()[0],
            "seconds": seconds,
        }


def save(
    folder: Path,
    model: nn.Module,
    tokenizer: PreTrainedTokenizerBase,
    metrics: pd.DataFrame,
    proof: pd.DataFrame,
    made_from: dict[str, Any],
) -> None:
    """Save a reference, every file with its manifest entry, the weights last: with them the folder is complete."""
    entry_path(folder / WEIGHTS).unlink(missing_ok=True)
    with TemporaryDirectory() as name:
        scratch = Path(name)
        with quiet(bars=False):
            model.save_pretrained(scratch)
        tokenizer.save_pretrained(scratch)
        metrics.to_csv(scratch / METRICS, index=False)
        proof.to_csv(scratch / PROOF, index=False)
        files = [path.relative_to(scratch) for path in sorted(scratch.rglob("*")) if path.is_file()]
        for file in sorted(files, key=lambda file: file == Path(WEIGHTS)):
            save_artifact(folder / file, partial(shutil.copyfile, scratch / file), config=made_from, made_by=MADE_BY)


def load_pretrained(name: str, folder: str | Path) -> Pretrained:
    """Load a finished reference after its files were found to be whole."""
    family, folder = _family(name), Path(folder)
    for file in _files(folder):
        check_artifact(file, made_by=MADE_BY)
    metrics, proof = (pd.read_csv(folder / file) for file in (METRICS, PROOF))
    return Pretrained(family.load(folder), AutoTokenizer.from_pretrained(folder), metrics, proof, folder)


def _files(folder: Path) -> list[Path]:
    """The weights, and whatever else has a manifest entry."""
    entries = folder.rglob(f"*{MANIFEST}")
    return [folder / WEIGHTS, *(path.with_name(path.name.removesuffix(MANIFEST)) for path in entries)]


def _family(name: str) -> Family:
    if name not in FAMILIES:
        raise ValueError(f"{name!r} is no reference that is trained here; choose from {', '.join(FAMILIES)}")
    return FAMILIES[name]
