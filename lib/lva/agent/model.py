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

from lva.agent.card import agent_card
from lva.agent.config import N_ACTIONS, AgentConfig
from lva.agent.language import language_encoder, load_pretrained_language
from lva.agent.layers import mlp
from lva.agent.vision import make_trunk
from lva.ground.folder_artifact import check_folder

MADE_BY = "02_train_agent"
ROLES = {  # of the files in the folder of a trained agent
    "model.safetensors": "weights",
    "config.json": "configuration of the agent",
    "README.md": "model card",
    "checkpoint.safetensors": "course of the training and its last state",
    "tensorboard/*": "log for TensorBoard",
}


class Agent(nn.Module, PyTorchModelHubMixin, library_name="lva"):
    """The paper's agent. `save_pretrained(folder)` and `Agent.from_pretrained(folder)` keep it as safetensors."""

    def __init__(self, config: AgentConfig):
        super().__init__()
        self.config = config
        self.grammar = config.language
        self.language = language_encoder(config, self.grammar)
        self.vision = make_trunk(config)
        self.attention = CrossAttention(config, self.vision.size)
        self.previous = nn.Embedding(N_ACTIONS + 1, config.language_size) if config.previous_action else None
        self.mlp = mlp(config.language_size)
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
        self.think = None if plain else mlp(size)
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
    load_pretrained_language(agent.language, config, agent.grammar)
    return agent


def load_agent(folder: str | Path) -> Agent:
    """The agent that `train` left in a folder, after every file there was found to be whole.

    Of the hub, or of a folder written by `save_pretrained` alone: `Agent.from_pretrained`.
    """
    check_folder(folder, made_by=MADE_BY)
    with redirect_stdout(None):  # the hub's mixin prints
        return Agent.from_pretrained(folder)
