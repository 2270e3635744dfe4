"""What a model learns from: texts as tokens and, for some models, pictures with them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import torch
from torch import Tensor
from torch.nn.utils.rnn import pad_sequence

if TYPE_CHECKING:
    from transformers import PreTrainedTokenizerBase

    from lva.world.telling.pictures import Pictures

POOL = 16  # batches whose texts are sorted by length together
IMAGE_MEAN, IMAGE_STD = 0.27, 0.22  # of the agent's views in colour, from 0 to 1; the three channels are alike


@dataclass(frozen=True)
class Experience:
    """n texts, padded on the right, and their pictures."""

    texts: Sequence[str]
    tokens: Tensor  # (n, longest) int64
    words: Tensor  # (n, longest) int64: which word of its text a token belongs to, from 0; -1 special or padding
    lengths: Tensor  # (n,) int64, in tokens
    pictures: Pictures | None = None

    def __len__(self) -> int:
        return len(self.tokens)

    def batch(self, index: Tensor, device: torch.device | str = "cpu") -> dict[str, Tensor]:
        """The texts at some indices as the models take them, padded to the longest."""
        longest = int(self.lengths[index].max())
        batch = {
            "input_ids": self.tokens[index, :longest],
            "attention_mask": (torch.arange(longest) < self.lengths[index, None]).long(),
        }
        if self.pictures is not None:
            batch["pixel_values"] = torch.from_numpy(self.pictures.images(index.numpy()))
        batch = {name: value.to(device) for name, value in batch.items()}
        if "pixel_values" in batch:
            batch["pixel_values"] = pixels(batch["pixel_values"])
        return batch


def encode(
    texts: Sequence[str],
    tokenizer: PreTrainedTokenizerBase,
    context: int,
    ending: bool = False,
    pictures: Pictures | None = None,
) -> Experience:
    """Split texts into tokens; with `ending` each closes with the end-of-text token."""
    encoded = tokenizer([text.split() for text in texts], is_split_into_words=True)
    end = [tokenizer.eos_token_id] if ending else []
    tokens = [torch.tensor(ids + end) for ids in encoded["input_ids"]]
    words = [
        torch.tensor([-1 if word is None else word for word in encoded.word_ids(i)] + [-1] * len(end))
        for i in range(len(tokens))
    ]
    lengths = torch.tensor([len(ids) for ids in tokens])
    if lengths.max() > context:
        longest = texts[int(lengths.argmax())]
        raise ValueError(
            f"a text has {lengths.max()} tokens, more than context={context}: {longest[:60]!r}…; "
            f"raise context, or vocabulary if its words are split"
        )
    padded = pad_sequence(tokens, batch_first=True, padding_value=tokenizer.pad_token_id)
    return Experience(texts, padded, pad_sequence(words, batch_first=True, padding_value=-1), lengths, pictures)


def pixels(images: Tensor) -> Tensor:
    """Pictures as the vision transformers take them, standardised: (b, h, w, 3) uint8 -> (b, 3, h, w) float32."""
    return (images.permute(0, 3, 1, 2).float() / 255 - IMAGE_MEAN) / IMAGE_STD


def draw_batches(lengths: Tensor, batch_size: int, epochs: int, seed: int) -> list[Tensor]:
    """All batches of a training, as indices: full batches of texts of similar length, in random order."""
    generator = torch.Generator().manual_seed(seed)
    drawn = []
    for _ in range(epochs):
        order = torch.randperm(len(lengths), generator=generator)
        pools = order[: len(order) // batch_size * batch_size].split(batch_size * POOL)
        batches = [batch for pool in pools for batch in pool[lengths[pool].argsort(stable=True)].split(batch_size)]
        drawn += [batches[i] for i in torch.randperm(len(batches), generator=generator)]
    return drawn
