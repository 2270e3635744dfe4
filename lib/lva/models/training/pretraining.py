"""Training the references: each from random weights, on episodes no other model sees; validated on unseen ones."""

from __future__ import annotations

import difflib
import shutil
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import pandas as pd
import torch
import transformers
from accelerate import PartialState
from torch import nn

from lva.ground.artifacts import check_artifact, entry_path, is_current, save_artifact
from lva.ground.code import announce_outdated, code_of_module
from lva.ground.jobs import Report, side_by_side
from lva.models.quiet import quiet
from lva.models.training.card import reference_card
from lva.models.training.config import PretrainConfig
from lva.models.training.experience import encode
from lva.models.training.families import FAMILIES, PICTURES, Family, new_model
from lva.models.training.loop import train
from lva.models.training.validation import validate
from lva.world import Grammar
from lva.world.telling.corpus import write_corpus
from lva.world.telling.pictures import Pictures, take_pictures

if TYPE_CHECKING:
    from transformers import PreTrainedTokenizerBase

MADE_BY, WEIGHTS, METRICS, VALIDATION = "03_extract_embeddings", "model.safetensors", "metrics.csv", "validation.csv"
CARD, CARD_MODULE = "README.md", "lva.models.training.card"  # its words do not change what is learnt
MANIFEST = entry_path(Path(WEIGHTS)).name.removeprefix(WEIGHTS)  # how the name of an entry ends


@dataclass(frozen=True, repr=False)
class Pretrained:
    """A finished reference."""

    model: nn.Module  # as it was trained: with the heads of its objective
    tokenizer: PreTrainedTokenizerBase
    metrics: pd.DataFrame  # one row every LOG_EVERY batches: samples, loss, learning_rate, seconds
    validation: pd.DataFrame  # see `validate`
    folder: Path

    def __repr__(self) -> str:
        last, passed = self.metrics.iloc[-1], self.validation.passed
        return (
            f"Pretrained({type(self.model).__name__}, {last.samples:,.0f} samples in {last.seconds / 60:.1f} min, "
            f"loss {last.loss:.3f}, {passed.sum()} of {len(passed)} checks passed, folder={str(self.folder)!r})"
        )


def pretrain_all(
    grammar: Grammar,
    config: PretrainConfig,
    folder: str | Path,
    names: Iterable[str] | None = None,
    workers: int | None = None,
) -> pd.DataFrame:
    """Train the references, each into a folder with its name, as many at a time as there are cores.

    Returns the validation of all. Finished references are not trained again, unless other code trained them: those are
    replaced, and a line says so.
    """
    folders = {name: Path(folder) / name for name in (FAMILIES if names is None else names)}
    missing = [name for name in folders if not _is_trained(name, grammar, config, folders[name])]
    for name in missing:
        _discard_outdated(folders[name], _made_from(name, grammar, config))
    jobs = {name: (name, grammar, config, folders[name]) for name in reversed(missing)}  # the slowest, blip-here, first
    total = sum(config.samples(_family(name)) for name in missing)
    side_by_side(_pretrain_one, jobs, total, "sample", f"training {len(missing)} references", workers)
    return pd.concat([pd.read_csv(at / VALIDATION) for at in folders.values()], ignore_index=True)


def _pretrain_one(name, grammar, config, folder, report) -> None:
    pretrain(name, grammar, config, folder, report)


def pretrain(
    name: str,
    grammar: Grammar,
    config: PretrainConfig,
    folder: str | Path,
    progress: bool | Report = True,
) -> Pretrained:
    """Train a reference, validate and save it; if `folder` already holds it, it is loaded instead.

    `AutoModel` and `AutoTokenizer` load the folder. `progress`: show bars, or call a function with the samples seen now
    and then.
    """
    family, folder = _family(name), Path(folder)
    if _is_trained(name, grammar, config, folder):
        return load_pretrained(name, folder)
    made_from, config = _made_from(name, grammar, config), config.of(family)
    process = PartialState(cpu=not torch.cuda.is_available())
    if process.is_main_process:
        _discard_outdated(folder, made_from)
    texts, pictures = gather(family, grammar, config, held_out=False, progress=progress is True)
    tokenizer = family.train_tokenizer(texts, config.vocabulary)
    ending = family.objective == "next word"
    seen = encode(texts, tokenizer, config.context, ending, pictures)
    unseen_texts, unseen_pictures = gather(family, grammar, config, held_out=True)
    unseen = encode(unseen_texts, tokenizer, config.context, ending, unseen_pictures)
    model = new_model(name, config.size, tokenizer, config.seed)
    metrics = train(model, name, tokenizer, seen, config, progress)
    validation = validate(model, name, tokenizer, seen, unseen)
    model.cpu()
    trained = Pretrained(model, tokenizer, metrics, validation, folder)
    if process.is_main_process:
        save(trained, made_from)
    process.wait_for_everyone()
    return trained


def _made_from(name: str, grammar: Grammar, config: PretrainConfig) -> dict[str, Any]:
    """Everything that determines what a reference learns."""
    code = {module: digest for module, digest in code_of_module(__name__).items() if module != CARD_MODULE}
    own = asdict(config.of(_family(name)))
    return {"reference": name, "config": own, "grammar": grammar.as_dict(), "code": code}


def _is_trained(name: str, grammar: Grammar, config: PretrainConfig, folder: Path) -> bool:
    made_from = _made_from(name, grammar, config)
    return all(is_current(file, config=made_from, made_by=MADE_BY) for file in _files(folder))


def _discard_outdated(folder: Path, made_from: dict[str, Any]) -> None:
    """If other code trained the reference in a folder, print a line and no longer count it as finished."""
    if announce_outdated(folder / WEIGHTS, config=made_from, made_by=MADE_BY):
        entry_path(folder / WEIGHTS).unlink(missing_ok=True)


def gather(
    family: Family, grammar: Grammar, config: PretrainConfig, held_out: bool, progress: bool = False
) -> tuple[list[str], Pictures | None]:
    """The texts that a model learns from, or those it is validated on, and its pictures; no two share an episode."""
    seed = 2 * (config.seed * len(FAMILIES) + list(FAMILIES).index(family.name)) + held_out
    if family.experience == PICTURES:
        n = config.held_out if held_out else config.pictures
        pictures = take_pictures(grammar, n, config.corpus, seed, config.level, progress)
        return list(pictures.captions), pictures
    n = config.held_out if held_out else config.documents
    return write_corpus(grammar, n, config.corpus, seed, config.level, progress), None


def save(trained: Pretrained, made_from: dict[str, Any]) -> None:
    """Save a reference, every file with its manifest entry, the weights last: a folder that has them is complete."""
    folder = trained.folder
    entry_path(folder / WEIGHTS).unlink(missing_ok=True)
    with TemporaryDirectory() as name:
        scratch = Path(name)
        with quiet(bars=False):
            trained.model.save_pretrained(scratch)
        trained.tokenizer.save_pretrained(scratch)
        trained.metrics.to_csv(scratch / METRICS, index=False)
        trained.validation.to_csv(scratch / VALIDATION, index=False)
        (scratch / CARD).write_text(reference_card(trained, made_from), encoding="utf-8")
        files = [path.relative_to(scratch) for path in sorted(scratch.rglob("*")) if path.is_file()]
        for file in sorted(files, key=lambda file: file == Path(WEIGHTS)):
            save_artifact(folder / file, partial(shutil.copyfile, scratch / file), config=made_from, made_by=MADE_BY)


def load_pretrained(name: str, folder: str | Path) -> Pretrained:
    """Load a finished reference after checking that its files are complete."""
    family, folder = _family(name), Path(folder)
    for file in _files(folder):
        check_artifact(file, made_by=MADE_BY)
    metrics, validation = (pd.read_csv(folder / file) for file in (METRICS, VALIDATION))
    tokenizer = transformers.AutoTokenizer.from_pretrained(folder)
    return Pretrained(family.model.from_pretrained(folder), tokenizer, metrics, validation, folder)


def _files(folder: Path) -> list[Path]:
    """The weights, and whatever else has a manifest entry."""
    entries = folder.rglob(f"*{MANIFEST}")
    return [folder / WEIGHTS, *(path.with_name(path.name.removesuffix(MANIFEST)) for path in entries)]


def _family(name: str) -> Family:
    if name not in FAMILIES:
        nearest = difflib.get_close_matches(name, FAMILIES, 1)
        hint = f"; did you mean {nearest[0]!r}?" if nearest else "."
        raise ValueError(f"{name!r} is not a reference that is trained here{hint} Choose from {', '.join(FAMILIES)}")
    return FAMILIES[name]
