"""Embed texts by a reference: every layer x pooling in one pass, or the vectors of one layer."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import cache
from typing import NamedTuple
from unicodedata import combining, normalize

import torch
import transformers
from torch import Tensor
from torch.nn.utils.rnn import pad_sequence
from tqdm.auto import tqdm

from lva.models.references.embeddings import Embeddings, Vectors, stack
from lva.models.references.loading import Model, load_model
from lva.models.references.pooling import POOL
from lva.models.references.reference import Reference, ReferenceUnavailable
from lva.models.references.registry import find_reference
from lva.models.references.vector_file import own_embeddings

BATCH = 128  # texts at a time, fewer if memory runs out


class Tokens(NamedTuple):
    """One text as the model reads it."""

    ids: Tensor  # (t,)
    counts: Tensor  # (t,) bool, whether the poolings use the token


def embed(
    reference: Reference | str,
    texts: Sequence[str],
    layer: int | None = None,
    pooling: str | None = None,
    special_tokens: bool | None = None,
    progress: bool = True,
) -> Vectors:
    """Vectors of texts, (n, d) float32, by default of the layer and pooling that the registry chose.

    `reference`: a Reference, a name of the registry, owner/name on the hub, a folder, an .npz or .csv. `layer`: 0 is
    what enters the first block (words and, where the model adds them there, their positions), -1 the model's output,
    after its final normalisation if it has one. `pooling`: mean, last or first over the words, and over the special
    tokens too if `special_tokens`; own is the model's own recipe, with the tokens that it was made for.
    """
    return embed_all(reference, texts, special_tokens, progress=progress).at(layer, pooling)


def embed_all(
    reference: Reference | str,
    texts: Sequence[str],
    special_tokens: bool | None = None,
    batch_size: int = BATCH,
    progress: bool = True,
) -> Embeddings:
    """Every layer x pooling of the texts, in one pass over the model; see `embed`."""
    reference = find_reference(reference) if isinstance(reference, str) else reference
    if isinstance(texts, str) or not len(texts):
        raise ValueError(f"texts={texts!r} must be a list of at least one text")
    if reference.place == "file":
        return own_embeddings(reference, texts)
    return _embed(load_model(reference), texts, special_tokens, batch_size, progress)


def embedder(reference: Reference) -> Callable[[str], Vectors]:
    """A function that embeds one text, (d,), as `embed` would; its first call loads the model."""
    model = cache(lambda: load_model(reference))
    return lambda text: _embed(model(), [text], progress=False).headline[0]


def tokenize(model: Model, texts: Sequence[str], special_tokens: bool = False) -> list[Tokens]:
    """Turn each text into the model's tokens, unpadded."""
    encoded = model.tokenizer(list(texts), return_special_tokens_mask=True, return_attention_mask=False, verbose=False)
    tokens = []
    for text, ids, special in zip(texts, encoded["input_ids"], encoded["special_tokens_mask"]):
        ids, special = torch.tensor(ids, dtype=torch.long), torch.tensor(special, dtype=torch.bool)
        _check(model, text, ids[~special].tolist())
        if model.part == "decoder" and special[0]:
            ids[0] = model.tower.config.bos_token_id  # as BLIP does to write a caption
        tokens.append(Tokens(ids, torch.ones_like(special) if special_tokens else ~special))
    longest, limit = max(len(ids) for ids, _ in tokens), _limit(model)
    if longest > limit:
        raise ValueError(f"a text of {longest} tokens is too long for {model.reference.name}, which reads {limit}")
    return tokens


@torch.inference_mode()
def run(model: Model, batch: Sequence[Tokens]) -> dict[tuple[int, str], Vectors]:
    """Every layer x pooling of one batch.

    Padding is on the right, whatever side the tokenizer prefers: positions then count from the first token, causal
    models never see the padding, and the mask hides it from the others.
    """
    device = model.device
    ids = pad_sequence([ids for ids, _ in batch], batch_first=True).to(device)
    mask = pad_sequence([torch.ones_like(ids) for ids, _ in batch], batch_first=True).to(device)
    counts = pad_sequence([counts for _, counts in batch], batch_first=True)
    output = model.run(ids, mask)
    states = (*output.hidden_states[:-1], output.last_hidden_state)
    vectors = {
        (layer, pooling): pool(state.float(), counts.to(state.device))
        for layer, state in enumerate(states)
        for pooling, pool in POOL.items()
    }
    own = None if model.own is None else model.own(output, mask)
    if own is not None:
        vectors[len(states) - 1, "own"] = own.float()
    return {key: x.cpu().numpy() for key, x in vectors.items()}


def _embed(
    model: Model,
    texts: Sequence[str],
    special_tokens: bool | None = None,
    batch_size: int = BATCH,
    progress: bool = True,
) -> Embeddings:
    special_tokens = model.reference.special_tokens if special_tokens is None else special_tokens
    vectors = _in_batches(model, tokenize(model, texts, special_tokens), batch_size, progress)
    return Embeddings(model.reference, tuple(texts), vectors, _about(model, vectors, special_tokens))


def _in_batches(model: Model, tokens: list[Tokens], size: int, progress: bool) -> dict[tuple[int, str], Vectors]:
    """Run all texts, in smaller batches if the GPU runs out of memory."""
    starts = range(0, len(tokens), size)
    shown = progress and len(starts) > 1
    try:
        return stack([run(model, tokens[i : i + size]) for i in tqdm(starts, model.reference.name, disable=not shown)])
    except torch.OutOfMemoryError as error:
        if size == 1:
            remedy = "use a larger GPU, or a smaller model"
            raise ReferenceUnavailable(f"{model.reference.name} leaves no room for a single text: {remedy}") from error
    torch.cuda.empty_cache()
    return _in_batches(model, tokens, size // 2, progress)


def _check(model: Model, text: str, words: list[int]) -> None:
    """Raise unless the tokens spell the text: unknown words would all look the same."""
    name = model.reference.name
    if not words:
        raise ValueError(f"{text!r} has no token for {name}; leave it out")
    decoded = model.tokenizer.decode(words)
    if _letters(decoded) != _letters(text):
        raise ValueError(f"{name} reads {text!r} as {decoded!r}; reword it, or leave {name} out")


def _letters(text: str) -> list[str]:
    """The words of a text without accents, digits and punctuation, which tokenizers treat differently."""
    return re.findall("[a-z]+", "".join(c for c in normalize("NFKD", text.lower()) if not combining(c)))


def _limit(model: Model) -> int:
    places = getattr(model.tower.config, "max_position_embeddings", None)
    return min(model.tokenizer.model_max_length, places or model.tokenizer.model_max_length)


def _about(model: Model, vectors: dict[tuple[int, str], Vectors], special_tokens: bool) -> dict:
    reference, last = model.reference, max(layer for layer, _ in vectors)
    return {
        "class": type(model.tower).__name__,
        "model_type": model.tower.config.model_type,
        "part": model.part,
        "parameters": sum(weight.numel() for weight in model.tower.parameters()),
        "layers": last,
        "size": vectors[last, "mean"].shape[1],
        "tokenizer": type(model.tokenizer).__name__,
        "vocabulary": len(model.tokenizer),
        "special_tokens": special_tokens,
        "revision": model.folder.name if reference.place == "hub" else None,  # the commit
        "dtype": reference.dtype,
        "device": model.device.type,
        "transformers": transformers.__version__,
    }
