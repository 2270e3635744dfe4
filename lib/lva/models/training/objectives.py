"""What each family learns from: (model, batch, tokenizer, generator) -> loss.

A batch holds `input_ids`, `attention_mask: (b, length)`, padded on the right, and with pictures `pixel_values`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import torch
from torch import Generator, Tensor, nn
from torch.nn import functional as F

from lva.models.training.blip import Blip

if TYPE_CHECKING:
    from transformers import PreTrainedTokenizerBase

    Batch = dict[str, Tensor]
    Loss = Callable[[nn.Module, Batch, PreTrainedTokenizerBase, Generator], Tensor]

MASKED = 0.15  # of the words; of ten, eight are hidden, one is replaced by any other, one is left (Devlin et al. 2019)
IGNORED = -100  # the label of a token that is not to be predicted


def next_word_loss(model: nn.Module, batch: Batch, tokenizer: PreTrainedTokenizerBase, generator: Generator) -> Tensor:
    """Predict every token from those before it."""
    return model(**batch, labels=_targets(batch)).loss


def masked_words_loss(
    model: nn.Module, batch: Batch, tokenizer: PreTrainedTokenizerBase, generator: Generator
) -> Tensor:
    """Predict the hidden tokens from all others."""
    shown, labels = hide(batch["input_ids"], tokenizer, generator)
    return model(input_ids=shown, attention_mask=batch["attention_mask"], labels=labels).loss


def contrast_loss(model: nn.Module, batch: Batch, tokenizer: PreTrainedTokenizerBase, generator: Generator) -> Tensor:
    """Tell which caption of the batch belongs to a picture, and which picture to a caption."""
    return model(**batch, return_loss=True).loss


def blip_loss(model: Blip, batch: Batch, tokenizer: PreTrainedTokenizerBase, generator: Generator) -> Tensor:
    """Contrast, matching and captioning, added up as in BLIP; the pictures are encoded once for all three."""
    both = model.contrast(**batch, return_loss=True)
    images = both.vision_model_output.last_hidden_state
    matching = match_loss(model, batch, images, draw_others(both.logits_per_image.detach(), generator))
    captioning = model.captioning.text_decoder(
        input_ids=opened(batch["input_ids"], tokenizer),
        attention_mask=batch["attention_mask"],
        encoder_hidden_states=images,
        labels=_targets(batch),
    )
    return both.loss + matching + captioning.loss


def match_loss(model: Blip, batch: Batch, images: Tensor, others: Tensor) -> Tensor:
    """Each picture with its own caption and with another: do they belong together?"""
    ids = batch["input_ids"]
    index = torch.cat([torch.arange(len(ids), device=ids.device), others])
    states = model.matching.text_encoder(
        input_ids=ids[index],
        attention_mask=batch["attention_mask"][index],
        encoder_hidden_states=images.repeat(2, 1, 1),
    ).last_hidden_state
    belongs = (ids[index] == ids.repeat(2, 1)).all(-1).long()
    return F.cross_entropy(model.matching.itm_head(states[:, 0]).float(), belongs)


def draw_others(logits: Tensor, generator: Generator) -> Tensor:
    """Another caption for each picture, the likelier the better it seems to fit: `logits: (b, b)` -> (b,)."""
    own = torch.eye(len(logits), dtype=torch.bool, device=logits.device)
    chances = logits.float().masked_fill(own, -torch.inf).softmax(-1)
    return chances.cpu().multinomial(1, generator=generator).squeeze(1).to(logits.device)


def hide(ids: Tensor, tokenizer: PreTrainedTokenizerBase, generator: Generator) -> tuple[Tensor, Tensor]:
    """Hide some of the words; return the tokens shown and the labels, IGNORED elsewhere: (b, length) each."""
    special = torch.isin(ids, torch.tensor(tokenizer.all_special_ids, device=ids.device))
    draw = torch.rand(ids.shape, generator=generator).to(ids.device).masked_fill(special, 1)
    others = torch.randint(len(tokenizer), ids.shape, generator=generator).to(ids.device)
    shown = torch.where(draw < 0.9 * MASKED, others, ids).masked_fill(draw < 0.8 * MASKED, tokenizer.mask_token_id)
    return shown, ids.masked_fill(draw >= MASKED, IGNORED)


def opened(ids: Tensor, tokenizer: PreTrainedTokenizerBase) -> Tensor:
    """Captions for the decoder to write: they begin with [DEC] instead of [CLS]."""
    return torch.cat([torch.full_like(ids[:, :1], tokenizer.bos_token_id), ids[:, 1:]], 1)


def _targets(batch: Batch) -> Tensor:
    return batch["input_ids"].masked_fill(batch["attention_mask"] == 0, IGNORED)


LOSSES: dict[str, Loss] = {
    "next word": next_word_loss,
    "masked words": masked_words_loss,
    "contrast": contrast_loss,
    "contrast, matching, captioning": blip_loss,
}
