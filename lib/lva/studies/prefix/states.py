"""The states of the tokens of a sentence, with the model's own mask or with every token free to look everywhere."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn.utils.rnn import pad_sequence

from lva.models.references.embedding import tokenize
from lva.models.references.loading import Model
from lva.studies.prefix.orders import Sentence


class States(NamedTuple):
    """For each sentence, (tokens, d) of the tokens that are read out."""

    enters: list[NDArray]  # what enters the first block
    last: list[NDArray]  # the model's output


@torch.inference_mode()
def token_states(model: Model, sentences: Sequence[Sentence], lifted: bool = False) -> States:
    """Run the sentences in one batch, padded on the right; special tokens are not read out.

    lifted: the same weights, but every token attends to the whole sentence, whatever mask the model was trained with.
    """
    texts = [sentence.text for sentence in sentences]
    tokens = tokenize(model, texts)
    ids = pad_sequence([ids for ids, _ in tokens], batch_first=True).to(model.device)
    mask = pad_sequence([torch.ones_like(ids) for ids, _ in tokens], batch_first=True).to(model.device)
    output = model.run(ids, open_mask(mask, model.tower.dtype) if lifted else mask)
    ends = [
        torch.tensor(offsets)[:, 1] for offsets in model.tokenizer(texts, return_offsets_mapping=True)["offset_mapping"]
    ]
    read = [counts & (end > sentence.unread) for (_, counts), end, sentence in zip(tokens, ends, sentences)]
    enters, last = output.hidden_states[0].float().cpu(), output.last_hidden_state.float().cpu()
    return States(*([row[: len(own)][own].numpy() for row, own in zip(states, read)] for states in (enters, last)))


def open_mask(mask: Tensor, dtype: torch.dtype) -> Tensor:
    """From which tokens count, (b, t), to what is added to the scores of attention: (b, 1, t, t).

    transformers takes a mask of four dimensions as it is, in place of the causal one.
    """
    closed = torch.finfo(dtype).min * (1 - mask.to(dtype))
    return closed[:, None, None, :].expand(-1, 1, mask.shape[1], -1)
