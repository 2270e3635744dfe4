"""What a reference has learnt, measured on texts and pictures it never saw, against baselines that need no learning.

Words are counted as the corpus writes them, whatever tokens a model splits them into; the first word of a text is
not tested, as some models have nothing to predict it from.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import torch
from torch import Tensor, nn

from lva.models.training.experience import Experience
from lva.models.training.families import FAMILIES
from lva.models.training.ngrams import EDGE, WordCounts
from lva.models.training.objectives import MASKED, opened

if TYPE_CHECKING:
    from transformers import PreTrainedTokenizerBase

PERPLEXITY = "perplexity per word"  # the only measure where less is better
MASKED_WORDS = "masked words guessed"
CAPTION_WORDS = "next words of captions guessed"
CAPTIONS_FOUND, PICTURES_FOUND = "captions found for pictures", "pictures found for captions"
PAIRS_JUDGED = "pairs of picture and caption judged"
CHOICES = 100  # candidates in a search for a caption or a picture
# Bigrams know only the previous word. A model at 0.8 of their perplexity knows a third of a bit more about every word,
# which it has from the scene and the instruction.
RATIO = 0.8
# An accuracy must close a tenth of the gap between its baseline and 1: for 100 choices about ten times chance.
SHARE = 0.1
COLUMNS = ["model", "measure", "value", "baseline_name", "baseline", "required", "passed"]

Row = tuple[str, float, str, float]  # measure, value, name of the baseline, its value


class NotLearnt(RuntimeError):
    """A reference does little better than a baseline that needs no learning."""


@dataclass(frozen=True)
class Trial:
    """A model, and the texts and pictures it never saw."""

    model: nn.Module
    tokenizer: PreTrainedTokenizerBase
    counts: WordCounts  # of the texts it learnt from
    unseen: Experience
    batch_size: int

    def batches(self, size: int | None = None) -> Iterator[tuple[Tensor, dict[str, Tensor]]]:
        """All unseen items in order: indices, and what the model takes."""
        device = next(self.model.parameters()).device
        for index in torch.arange(len(self.unseen)).split(size or self.batch_size):
            yield index, self.unseen.batch(index, device)


@torch.inference_mode()
def validate(
    model: nn.Module,
    name: str,
    tokenizer: PreTrainedTokenizerBase,
    seen: Experience,
    unseen: Experience,
    batch_size: int = 100,
) -> pd.DataFrame:
    """What a reference has learnt: one row per measure and baseline.

    `value` is the model's, `baseline` what `baseline_name` reaches on the same texts, `required` the threshold of
    `check_learnt`, `passed` whether it is reached.
    """
    trial = Trial(model.eval(), tokenizer, WordCounts(seen.texts), unseen, batch_size)
    rows = [
        (name, measure, value, baseline_name, baseline, required(measure, baseline))
        for measure, value, baseline_name, baseline in VALIDATIONS[FAMILIES[name].objective](trial)
    ]
    table = pd.DataFrame(rows, columns=COLUMNS[:-1])
    return table.assign(passed=_reached(table))


def required(measure: str, baseline: float) -> float:
    """What a model must reach: RATIO of a baseline's perplexity, or SHARE of the way from its accuracy to 1."""
    return RATIO * baseline if measure == PERPLEXITY else baseline + SHARE * (1 - baseline)


def check_learnt(validation: pd.DataFrame) -> None:
    """Raise if a model has not learnt."""
    failed = validation[~_reached(validation)]
    if validation.empty or len(failed):
        failures = [
            f"{row.model}: {row.measure} {row.value:.3g}, required {row.required:.3g} "
            f"({row.baseline_name}: {row.baseline:.3g})"
            for row in failed.itertuples()
        ]
        raise NotLearnt(
            f"{'; '.join(failures) or 'there is no validation'}; train longer (documents, pictures, epochs), "
            f"or with another learning_rate"
        )


def validate_next_word(trial: Trial) -> list[Row]:
    """Perplexity of words: exp of the mean negative log probability, the tokens of a word taken together."""
    log_probability, words = 0.0, 0
    for index, batch in trial.batches():
        targets = batch["input_ids"][:, 1:, None]
        logits = trial.model(**batch).logits[:, :-1].float()
        log_p = logits.log_softmax(-1).gather(-1, targets).squeeze(-1).cpu()
        number = trial.unseen.words[index, : targets.shape[1] + 1]
        log_probability += float(log_p[number[:, 1:] > 0].sum())
        words += int(number.max(1).values.sum())
    value = float(np.exp(-log_probability / words))
    unigrams, bigrams = trial.counts.perplexities(trial.unseen.texts)
    return [(PERPLEXITY, value, "unigrams", unigrams), (PERPLEXITY, value, "bigrams", bigrams)]


def validate_masked_words(trial: Trial) -> list[Row]:
    """Hidden words guessed from all others; the baselines may even use neighbours that are hidden from the model."""
    unseen, generator = trial.unseen, torch.Generator().manual_seed(0)
    hidden = torch.rand(len(unseen), int(unseen.words.max()) + 1, generator=generator) < MASKED
    asked = hidden.gather(1, unseen.words.clamp(min=0)) & (unseen.words >= 0)
    shown = unseen.tokens.masked_fill(asked, trial.tokenizer.mask_token_id)
    guesses = torch.zeros_like(unseen.tokens)
    for index, batch in trial.batches():
        batch["input_ids"] = shown[index, : batch["input_ids"].shape[1]].to(batch["input_ids"].device)
        guesses[index, : batch["input_ids"].shape[1]] = trial.model(**batch).logits.argmax(-1).cpu()
    value = share_right(unseen.words, asked, guesses == unseen.tokens)
    left, word, right = trial.counts.neighbours(unseen.texts)
    chosen = torch.cat([row[: len(text.split())] for row, text in zip(hidden, unseen.texts)]).numpy()
    baselines = {
        "most frequent word": trial.counts.most_frequent,
        "bigrams, left neighbour": trial.counts.guess(left[chosen]),
        "bigrams, both neighbours": trial.counts.guess(left[chosen], right[chosen]),
    }
    return [(MASKED_WORDS, value, name, float(np.mean(guess == word[chosen]))) for name, guess in baselines.items()]


def validate_contrast(trial: Trial) -> list[Row]:
    """Which of CHOICES captions belongs to a picture, and which picture to a caption; any equal caption is right."""
    for_pictures, for_captions, chance = [], [], []
    for index, batch in trial.batches(min(CHOICES, len(trial.unseen))):
        captions = np.array(trial.unseen.texts)[index]
        same = torch.from_numpy(captions[:, None] == captions)
        logits = trial.model(**batch).logits_per_image.cpu()
        for_pictures += same.gather(1, logits.argmax(1, keepdim=True)).flatten().tolist()
        for_captions += same.gather(0, logits.argmax(0, keepdim=True)).flatten().tolist()
        chance += same.float().mean(1).tolist()
    return [
        (CAPTIONS_FOUND, float(np.mean(for_pictures)), "chance", float(np.mean(chance))),
        (PICTURES_FOUND, float(np.mean(for_captions)), "chance", float(np.mean(chance))),
    ]


def validate_blip(trial: Trial) -> list[Row]:
    """Next words of captions, with the right and a wrong picture, and whether a picture belongs to a caption."""
    unseen, others = trial.unseen, other_captions(trial.unseen.texts)
    guesses = {True: torch.zeros_like(unseen.tokens), False: torch.zeros_like(unseen.tokens)}
    judged = []
    for index, batch in trial.batches():
        for own, pictures in ((True, batch["pixel_values"]), (False, unseen.batch(others[index])["pixel_values"])):
            batch["pixel_values"] = pictures.to(batch["input_ids"].device)
            scores = trial.model.matching(**batch).itm_score
            judged += ((scores.argmax(-1) == 1) == own).tolist()
            written = batch | {"input_ids": opened(batch["input_ids"], trial.tokenizer)}
            next_tokens = trial.model.captioning(**written).logits[:, :-1].argmax(-1).cpu()
            guesses[own][index, 1 : next_tokens.shape[1] + 1] = next_tokens
    value, wrong = (share_right(unseen.words, unseen.words > 0, guesses[own] == unseen.tokens) for own in (True, False))
    left, word, _ = trial.counts.neighbours(unseen.texts)
    inner = left != EDGE
    bigrams = float(np.mean(trial.counts.guess(left[inner]) == word[inner]))
    return [
        (CAPTION_WORDS, value, "bigrams", bigrams),
        (CAPTION_WORDS, value, "the same model before a wrong picture", wrong),
        (PAIRS_JUDGED, float(np.mean(judged)), "chance", 0.5),
    ]


def share_right(words: Tensor, asked: Tensor, right: Tensor) -> float:
    """The share of the words asked for whose tokens are all right; arguments by token: (n, length) each."""
    number = words + (words.max() + 1) * torch.arange(len(words))[:, None]
    return 1 - number[asked & ~right].unique().numel() / number[asked].unique().numel()


def other_captions(captions: tuple[str, ...]) -> Tensor:
    """The index of the next different caption for each caption: (n,)."""
    n = len(captions)
    if len(set(captions)) < 2:
        raise ValueError(f"all {n} captions are {captions[0]!r}; a wrong one cannot be found, raise held_out")
    following = ([(i + k) % n for k in range(n)] for i in range(n))
    return torch.tensor([next(j for j in row if captions[j] != captions[row[0]]) for row in following])


def _reached(table: pd.DataFrame) -> pd.Series:
    value, required = table["value"], table["required"]
    return (value <= required).where(table["measure"] == PERPLEXITY, value >= required)


VALIDATIONS: dict[str, Callable[[Trial], list[Row]]] = {
    "next word": validate_next_word,
    "masked words": validate_masked_words,
    "contrast": validate_contrast,
    "contrast, matching, captioning": validate_blip,
}
