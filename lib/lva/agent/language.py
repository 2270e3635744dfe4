"""Instructions become E_L: from their words, or from frozen vectors of whole sentences."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from lva.agent.config import PRETRAINED, AgentConfig
from lva.agent.layers import mlp
from lva.ground import paths
from lva.world import Grammar

WORD_SCALE = 0.02  # of fresh word vectors: small, so that learning soon outweighs what they start from


class LanguageEncoder(nn.Module):
    """Words -> vectors -> one transformer block -> mean over words (or another pooling) -> E_L."""

    def __init__(self, config: AgentConfig, n_words: int, length: int):
        super().__init__()
        size = config.word_size
        self.words = nn.Embedding(n_words + 1, size)
        self.place = nn.Parameter(0.02 * torch.randn(length, size))
        self.heads = config.heads
        self.norm, self.qkv, self.out = nn.LayerNorm(size), nn.Linear(size, 3 * size), nn.Linear(size, size)
        self.mlp = mlp(size)
        self.pool, self.pooling = nn.Linear(size, config.language_size), config.pooling
        self.query = nn.Parameter(torch.zeros(size)) if config.pooling == "query" else None  # begins as the mean
        with torch.no_grad():
            self.words.weight.copy_(initial_words(config.word_init, n_words, size))

    def forward(self, words: Tensor) -> Tensor:
        """`words: (m, length)`, 0 pads -> E_L (m, language_size)."""
        x, there = self.read(words), words != 0
        if self.pooling == "last":
            return self.pool(x[torch.arange(len(x)), there.sum(1) - 1])
        if self.pooling == "query":
            share = (x @ self.query).masked_fill(~there, -torch.inf).softmax(1)
            return self.pool(torch.einsum("ml,mls->ms", share, x))
        there = there.unsqueeze(-1).to(x.dtype)
        return self.pool((x * there).sum(1) / there.sum(1))

    def each_word(self, words: Tensor) -> Tensor:
        """Each word as E_L would be if it were the only one: (m, length, language_size), zeros where there is none."""
        return self.pool(self.read(words)) * (words != 0).unsqueeze(-1)

    def read(self, words: Tensor) -> Tensor:
        """Each word among the others: (m, length) -> (m, length, word_size)."""
        there = words != 0
        x = self.words(words) + self.place
        q, k, v = self.qkv(self.norm(x)).unflatten(-1, (3, self.heads, -1)).permute(2, 0, 3, 1, 4)
        mixed = F.scaled_dot_product_attention(q, k, v, attn_mask=there[:, None, None])
        x = x + self.out(mixed.transpose(1, 2).flatten(2))
        return x + self.mlp(x)


class SentenceEncoder(nn.Module):
    """Frozen vectors of whole sentences -> one linear layer -> E_L. It knows the sentences of its grammar alone."""

    def __init__(self, config: AgentConfig, grammar: Grammar):
        super().__init__()
        size = config.language_size
        self.register_buffer("known", torch.from_numpy(grammar.encode(grammar.texts)))
        self.register_buffer("vectors", torch.zeros(len(grammar.texts), size))
        self.out = nn.Linear(size, size)

    def forward(self, words: Tensor) -> Tensor:
        """`words: (m, length)`, sentences of the grammar -> E_L (m, language_size)."""
        same = (words[:, None] == self.known).all(-1)
        if not same.any(1).all():
            raise ValueError("an agent of frozen sentences knows the instructions of its grammar alone")
        return self.out(self.vectors[same.float().argmax(1)])


def language_encoder(config: AgentConfig, grammar: Grammar) -> LanguageEncoder | SentenceEncoder:
    """The encoder that a configuration asks for, before anything pretrained is loaded."""
    if config.sentences is not None:
        return SentenceEncoder(config, grammar)
    return LanguageEncoder(config, len(grammar.vocabulary), grammar.length)


def load_pretrained_language(encoder: LanguageEncoder | SentenceEncoder, config: AgentConfig, grammar: Grammar) -> None:
    """Put the vectors that a configuration names into a new encoder."""
    if isinstance(encoder, SentenceEncoder):
        encoder.vectors.copy_(pretrained_sentences(config.sentences, grammar, config.language_size))
    elif config.word_init.startswith(PRETRAINED):
        vectors = pretrained_words(config.word_init.removeprefix(PRETRAINED), grammar, config.word_size)
        encoder.words.weight.data[1:] = vectors


def initial_words(word_init: str, n_words: int, size: int) -> Tensor:
    """The word vectors before training, row 0 for padding: (n_words + 1, size)."""
    if word_init == "identity":
        return F.pad(torch.eye(n_words, size), (0, 0, 1, 0))
    vectors = WORD_SCALE * torch.randn(n_words + 1, size)
    return vectors[:1].expand_as(vectors) if word_init == "identical" else vectors


def pretrained_words(path: str, grammar: Grammar, size: int) -> Tensor:
    """Another model's vectors of the words, (words, size): centred, of unit variance, on their leading principal axes.

    `path`: an .npz file with the arrays `words` and `vectors`.
    """
    return _centred(path, "words", grammar.vocabulary, size)


def pretrained_sentences(path: str, grammar: Grammar, size: int) -> Tensor:
    """Another model's vectors of the instructions, (instructions, size): the same of an .npz of `texts`, `vectors`."""
    return _centred(path, "texts", grammar.texts, size)


def _centred(path: str, array: str, names: Sequence[str], size: int) -> Tensor:
    place = paths.find(path)
    if not place.is_file():
        raise ValueError(f"{path!r} names no file; give an .npz of `{array}` and `vectors`")
    with np.load(place, allow_pickle=False) as file:
        found = dict(zip(file[array].tolist(), file["vectors"]))
    missing = [name for name in names if name not in found]
    if missing:
        raise ValueError(f"{path} has no vector for {', '.join(missing[:5])}; it needs one for each of the {array}")
    x = np.array([found[name] for name in names], dtype=np.float64)
    x -= x.mean(0)
    if x.shape[1] > size:
        u, s, _ = np.linalg.svd(x, full_matrices=False)
        farthest = u[np.abs(u).argmax(0), np.arange(len(s))]
        x = (u * s * np.where(farthest < 0, -1, 1))[:, :size]  # the sign of an axis is the machine's choice otherwise
    return F.pad(torch.from_numpy(x / x.std()).float(), (0, size - x.shape[1]))
