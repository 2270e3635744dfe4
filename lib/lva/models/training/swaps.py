"""What a synonym costs a language model: how much less likely the rest of a text is when its instruction is reworded.

To a model that knows what a phrase asks for, what follows is as likely after a synonym, and less likely after an
instruction of the same length about the same object that asks for something else.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import pandas as pd
import torch
from torch import nn

from lva.models.training.config import PretrainConfig
from lva.models.training.experience import encode
from lva.models.training.families import FAMILIES, new_model
from lva.models.training.pretraining import gather, load_pretrained
from lva.world import Grammar, Instruction

if TYPE_CHECKING:
    from transformers import PreTrainedTokenizerBase

SYNONYM, OTHER, AS_TOLD = "a synonym", "another task", "as told"
UNTRAINED = "-untrained"
BATCH = 100  # texts at a time
COLUMNS = ["model", "swap", "nats", "error", "texts"]


class Wording(NamedTuple):
    """A text with its instruction as it was told, or worded otherwise."""

    number: int  # of the text
    swap: str  # AS_TOLD, SYNONYM or OTHER
    text: str
    rest: int  # words after the instruction


def swap_table(grammar: Grammar, config: PretrainConfig, folder: str | Path) -> pd.DataFrame:
    """Nats that a swap costs each language model of `pretrain_all`, and the same with random weights, on unseen texts.

    One row per model and swap: model, swap, nats and their standard error, texts; none where no synonym has an
    alternative of its length.
    """
    tables = [pd.DataFrame(columns=COLUMNS)]
    for name, family in FAMILIES.items():
        if family.objective != "next word":
            continue
        own = config.of(family)
        wordings = reword(gather(family, grammar, own, held_out=True)[0], grammar)
        if not wordings:
            continue
        trained = load_pretrained(name, Path(folder) / name)
        random = new_model(name, own.size, trained.tokenizer, own.seed)
        for model, named in ((trained.model, name), (random, name + UNTRAINED)):
            costs = swap_costs(model.eval(), trained.tokenizer, wordings, own.context)
            tables.append(costs.assign(model=named))
    return pd.concat([table for table in tables if len(table)] or tables, ignore_index=True)[COLUMNS]


def reword(texts: Sequence[str], grammar: Grammar) -> list[Wording]:
    """Every text that goes on after its one instruction, as told and with other wordings of that instruction.

    Synonyms and alternatives come in pairs of the same number of words, so that length tells neither from the other.
    """
    found = []
    for number, text in enumerate(texts):
        asked = [one for one in grammar.instructions if f" {one.text} " in f" {text} "]
        asked = [one for one in asked if not any(one is not other and one.text in other.text for other in asked)]
        if len(asked) != 1 or text.count(asked[0].text) != 1:
            continue
        before, after = text.split(asked[0].text)
        rest, pairs = len(after.split()), list(_pairs(asked[0], grammar))
        if set(after) <= {" ", "."} or not pairs:
            continue
        found.append(Wording(number, AS_TOLD, text, rest))
        for pair in pairs:
            for swap, one in zip((SYNONYM, OTHER), pair, strict=True):
                found.append(Wording(number, swap, before + one.text + after, rest))
    return found


def swap_costs(
    model: nn.Module, tokenizer: PreTrainedTokenizerBase, wordings: Sequence[Wording], context: int
) -> pd.DataFrame:
    """By how many nats the rest of a text is less likely after each swap: swap, nats, error, texts."""
    told = list(dict.fromkeys((wording.text, wording.rest) for wording in wordings))  # a wording has several rivals
    known = dict(zip(told, log_likelihoods(model, tokenizer, told, context)))
    table = pd.DataFrame(wordings).assign(log_p=[known[wording.text, wording.rest] for wording in wordings])
    means = table.pivot_table("log_p", "number", "swap")
    costs = means[[SYNONYM, OTHER]].rsub(means[AS_TOLD], axis=0)
    rows = {"nats": costs.mean(), "error": costs.sem(), "texts": costs.count()}
    return pd.DataFrame(rows).rename_axis("swap").reset_index()


@torch.inference_mode()
def log_likelihoods(
    model: nn.Module, tokenizer: PreTrainedTokenizerBase, told: Sequence[tuple[str, int]], context: int
) -> list[float]:
    """Of each text the log-likelihood of its last words, as many as are given with it, after the others."""
    experience = encode([text for text, _ in told], tokenizer, context)
    begin = torch.tensor([len(text.split()) - rest for text, rest in told])
    found = torch.zeros(len(told), dtype=torch.float64)
    for index in experience.lengths.argsort(stable=True).split(BATCH):
        batch = experience.batch(index)
        log_p = model(**batch).logits[:, :-1].float().log_softmax(-1)
        log_p = log_p.gather(-1, batch["input_ids"][:, 1:, None]).squeeze(-1)
        word = experience.words[index, 1 : batch["input_ids"].shape[1]]
        found[index] = (log_p * (word >= begin[index, None])).sum(1).double()
    return found.tolist()


def _pairs(asked: Instruction, grammar: Grammar) -> Iterator[tuple[Instruction, Instruction]]:
    """A synonym of an instruction, and an alternative of the same length about the same object; all such pairs."""
    same = [one for one in grammar.instructions if (one.color, one.kind) == (asked.color, asked.kind)]
    for synonym in (one for one in same if one.task == asked.task and one.phrase != asked.phrase):
        length = len(synonym.text.split())
        yield from ((synonym, one) for one in same if one.task != asked.task and len(one.text.split()) == length)
