"""The action-language model: words -> E_L, view -> E_V, E_L attends to E_V, a residual MLP decides."""

# No `from __future__ import annotations` here: PyTorchModelHubMixin reads the type of `config` from the signature.
from collections.abc import Iterable
from contextlib import redirect_stdout
from pathlib import Path
from typing import Any

import numpy as np
import torch
from huggingface_hub import ModelCard, PyTorchModelHubMixin
from torch import Tensor, nn
from torch.nn import functional as F

from lva.agent.card import agent_card
from lva.agent.config import N_ACTIONS, AgentConfig
from lva.agent.vision import make_trunk
from lva.ground import paths
from lva.ground.folder_artifact import check_folder
from lva.world import Grammar

MADE_BY = "02_train_agent"
ROLES = {  # of the files in the folder of a trained agent
    "model.safetensors": "weights",
    "config.json": "configuration of the agent",
    "README.md": "model card",
    "checkpoint.safetensors": "course of the training and its last state",
    "tensorboard/*": "log for TensorBoard",
}
WORD_SCALE = 0.02  # of fresh word vectors: small, so that learning soon outweighs what they start from


class Agent(nn.Module, PyTorchModelHubMixin, library_name="lva"):
    """The paper's agent. `save_pretrained(folder)` and `Agent.from_pretrained(folder)` keep it as safetensors."""

    def __init__(self, config: AgentConfig):
        super().__init__()
        self.config = config
        self.grammar = config.language
        self.language = LanguageEncoder(config, len(self.grammar.vocabulary), self.grammar.length)
        self.vision = make_trunk(config)
        self.attention = CrossAttention(config, self.vision.size)
        self.previous = nn.Embedding(N_ACTIONS + 1, config.language_size) if config.previous_action else None
        self.mlp = _mlp(config.language_size)
        self.actions = nn.Sequential(nn.LayerNorm(config.language_size), nn.Linear(config.language_size, N_ACTIONS))

    def forward(self, words: Tensor, tiles: Tensor, instruction: Tensor | None = None, previous: Tensor | None = None):
        """Action logits (b, 6): `language` says what is asked, `decide` what to do about it.

        `words: (m, length)` encoded instructions; `tiles` and `previous` are those of `decide`;
        `instruction: (b,)` the row of `words` that each view belongs to (None: m = b, each view has its own).
        """
        asking = self.asking(words)
        return self.decide(asking if instruction is None else asking[instruction], tiles, previous)

    def asking(self, words: Tensor) -> Tensor:
        """What looks at the view: E_L (m, language_size), or each word (m, length, language_size), zeros for none."""
        return self.language.each_word(words) if self.config.attends == "words" else self.language(words)

    def decide(self, e_l: Tensor, tiles: Tensor, previous: Tensor | None = None) -> Tensor:
        """Action logits (b, 6) of any E_L, this agent's or one that comes from elsewhere.

        `e_l: (b, language_size)`, or `asking` of an agent whose words attend; an E_L is to it a sentence of one word.
        `tiles: (b, 7, 7)` tile numbers of the views, rows first,
        `previous: (b,)` the action before, 6 for none; only an agent with `previous_action` needs it.
        """
        return self.decide_on(e_l, self.vision(tiles), previous)

    def decide_on(self, e_l: Tensor, tokens: Tensor, previous: Tensor | None = None) -> Tensor:
        """The same on views that `vision` has read: `tokens: (b, 49, token_size)`."""
        return self._act(self.look(e_l, tokens)[0], previous)

    def decide_each(self, e_ls: Tensor, tokens: Tensor, previous: Tensor | None = None) -> Tensor:
        """The same of several E_L at each view: `e_ls: (b, several, language_size)` -> (b, several, 6)."""
        return self._act(self.attention(e_ls, tokens)[0], None if previous is None else previous[:, None])

    def _act(self, seen: Tensor, previous: Tensor | None) -> Tensor:
        x = seen if self.previous is None else seen + self.previous(previous)
        return self.actions(x + self.mlp(x))

    def look(self, asking: Tensor, tokens: Tensor) -> tuple[Tensor, Tensor]:
        """What was seen (b, language_size), and where (b, heads, 49): of words that look one by one, the mean."""
        if asking.ndim == 2:
            return self.attention(asking, tokens)
        looks = self.attention(asking, tokens)
        there = asking.any(-1).to(looks[0].dtype)
        share = there / there.sum(1, keepdim=True)
        return tuple(torch.einsum("bw,bw...->b...", share, x) for x in looks)

    @torch.no_grad()
    def language_embedding(self, texts: Iterable[str]) -> np.ndarray:
        """E_L of sentences of the grammar: (n, 128) float32."""
        words = torch.from_numpy(self.grammar.encode(texts)).to(self.device)
        return self.language(words).float().cpu().numpy()

    @torch.no_grad()
    def attention_map(self, words: Tensor, tiles: Tensor) -> Tensor:
        """Where each sentence looks in each view: (b, heads, 7, 7), each head sums to 1, rows first."""
        _, weights = self.look(self.asking(words), self.vision(tiles))
        return weights.unflatten(-1, (7, 7))

    def generate_model_card(self, training: str = "", **_: Any) -> ModelCard:
        """The card that `save_pretrained` writes: what this agent is, what it cannot do, how to load it."""
        return agent_card(self.config, self.size, training)

    @property
    def size(self) -> int:
        """The number of its weights."""
        return sum(weight.numel() for weight in self.parameters())

    def __repr__(self) -> str:
        return f"Agent({self.config!r}: {self.size:,} weights)"

    @property
    def device(self) -> torch.device:
        return self.actions[1].weight.device


class LanguageEncoder(nn.Module):
    """Words -> vectors -> one transformer block -> mean over words (or another pooling) -> E_L."""

    def __init__(self, config: AgentConfig, n_words: int, length: int):
        super().__init__()
        size = config.word_size
        self.words = nn.Embedding(n_words + 1, size)
        self.place = nn.Parameter(0.02 * torch.randn(length, size))
        self.heads = config.heads
        self.norm, self.qkv, self.out = nn.LayerNorm(size), nn.Linear(size, 3 * size), nn.Linear(size, size)
        self.mlp = _mlp(size)
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


class CrossAttention(nn.Module):
    """E_L asks, the visual tokens answer: multi-head attention with one query, and E_L is passed on beside it.

    With a single query the key projection can be applied to the query, and the value projection to the weighted
    mean, instead of to 49 tokens: the same function, a thirtieth of the work.
    E_L is better left as it is: instructions start all but alike, and normalised they stay so for long.
    """

    def __init__(self, config: AgentConfig, token_size: int):
        super().__init__()
        size, self.heads, self.passes_on = config.language_size, config.heads, config.pass_on
        plain = config.normalize == "none"
        self.norm_query = nn.LayerNorm(size) if config.normalize == "both" else nn.Identity()
        self.norm_tokens = nn.Identity() if plain else nn.LayerNorm(token_size)
        self.think = None if plain else _mlp(size)
        self.query = nn.Linear(size, size)
        self.key = nn.Parameter(torch.empty(self.heads, size // self.heads, token_size))
        self.value = nn.Parameter(torch.empty(self.heads, size // self.heads, token_size))
        self.out = nn.Linear(size, size)
        for projection, fan_in in ((self.query.weight, size), (self.key, token_size), (self.value, token_size)):
            nn.init.normal_(projection, std=fan_in**-0.5)  # scores of unit variance: from the start some tokens matter

    def forward(self, e_l: Tensor, tokens: Tensor) -> tuple[Tensor, Tensor]:
        """Let one E_L ask each view, or several: `tokens: (b, n, token_size)`.

        `e_l: (b, [several,] size)` -> (b, [several,] size), attention weights (b, [several,] heads, n).
        """
        e_l, tokens = self.norm_query(e_l), self.norm_tokens(tokens)
        asking = e_l if self.think is None else e_l + self.think(e_l)
        query = self.query(asking).unflatten(-1, (self.heads, -1))  # (b, heads, d)
        asked = torch.einsum("...hd,hdt->...ht", query, self.key) / query.shape[-1] ** 0.5
        weights = torch.matmul(asked.flatten(1, -2), tokens.mT).softmax(-1)
        seen = torch.matmul(weights, tokens).view(asked.shape)  # a weighted mean of tokens for each head
        answer = torch.einsum("...ht,hdt->...hd", seen, self.value).flatten(-2)
        answer = self.out(answer)
        return e_l + answer if self.passes_on else answer, weights.view(*asked.shape[:-1], -1)


def new_agent(config: AgentConfig, seed: int = 0) -> Agent:
    """An untrained agent, its pretrained parts loaded; the global generator of torch is left as it was."""
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        agent = Agent(config)
    if config.trunk_weights is not None:
        agent.vision.load_pretrained(config.trunk_weights)
    if config.word_init.startswith("pretrained:"):
        vectors = pretrained_words(config.word_init.removeprefix("pretrained:"), agent.grammar, config.word_size)
        agent.language.words.weight.data[1:] = vectors
    return agent


def load_agent(folder: str | Path) -> Agent:
    """The agent that `train` left in a folder, after every file there was found to be whole.

    Of the hub, or of a folder written by `save_pretrained` alone: `Agent.from_pretrained`.
    """
    check_folder(folder, made_by=MADE_BY)
    with redirect_stdout(None):  # the hub's mixin prints
        return Agent.from_pretrained(folder)


def initial_words(word_init: str, n_words: int, size: int) -> Tensor:
    """The word vectors before training, row 0 for padding: (n_words + 1, size)."""
    if word_init == "identity":
        return F.pad(torch.eye(n_words, size), (0, 0, 1, 0))
    vectors = WORD_SCALE * torch.randn(n_words + 1, size)
    return vectors[:1].expand_as(vectors) if word_init == "identical" else vectors


def pretrained_words(path: str, grammar: Grammar, size: int) -> Tensor:
    """Another model's vectors of the words, (words, size): on their leading principal axes, of unit variance.

    `path`: an .npz file with the arrays `words` and `vectors`.
    """
    place = paths.find(path)
    if not place.is_file():
        raise ValueError(f"word_init='pretrained:{path}' names no file; `save_word_vectors` writes one")
    with np.load(place, allow_pickle=False) as file:
        found = dict(zip(file["words"].tolist(), file["vectors"]))
    missing = [word for word in grammar.vocabulary if word not in found]
    if missing:
        raise ValueError(f"{path} has no vector for {', '.join(missing)}; word_init needs one for each word")
    x = np.array([found[word] for word in grammar.vocabulary], dtype=np.float64)
    u, s, _ = np.linalg.svd(x - x.mean(0), full_matrices=False)
    axes = (u * s)[:, :size]
    return F.pad(torch.from_numpy(axes / axes.std()).float(), (0, size - axes.shape[1]))


def _mlp(size: int) -> nn.Sequential:
    return nn.Sequential(nn.LayerNorm(size), nn.Linear(size, 2 * size), nn.GELU(), nn.Linear(2 * size, size))
