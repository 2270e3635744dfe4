"""Search for the subspace of a factor by what it does, not by what can be read from it.

Distributed alignment search: of all subspaces of one rank, the one in which exchanging the coordinates of two
instructions makes the agent act as on the second. Found by gradient on some instructions, tried on others.
Ref.: Geiger et al., *Finding alignments between interpretable causal variables and distributed neural
representations*, 2024.
"""

from __future__ import annotations

import numpy as np
import torch
from numpy.typing import NDArray
from torch.nn import functional as F

from lva.agent import Agent
from lva.agent.config import N_ACTIONS
from lva.agent.driving import make_scenes
from lva.agent.vision import view_tiles
from lva.studies.function.driven import Design
from lva.studies.function.factors import differing, labelled_items

UPDATES, BATCH, RATE = 150, 256, 0.02
LOOKS = 8  # actions of an episode whose views are searched on
ROOMS = 500  # added to the seed: other rooms than those in which agents are driven


def search_subspace(
    agent: Agent, known: NDArray[np.bool_], factor: str, start: NDArray, design: Design
) -> NDArray[np.float64]:
    """An orthonormal basis of the rank of `start`, a first guess: (d, r). Only the known instructions are used.

    Minimises KL(agent on the second || agent on the patched first), in views
    that the agent has had while it followed the first.
    """
    own = torch.from_numpy(agent.language_embedding(agent.grammar.texts)).to(agent.device)
    tiles, first = _views(agent, known, design)
    second = _others(agent, known, factor, first.numpy(), design.seed)
    with torch.no_grad():
        tokens = agent.vision(tiles)
    free = torch.from_numpy(start.astype(np.float32)).to(agent.device).requires_grad_()
    optimiser, generator = torch.optim.Adam([free], RATE), torch.Generator().manual_seed(design.seed)
    for _ in range(UPDATES):
        some = torch.randint(len(first), (BATCH,), generator=generator)
        basis = torch.linalg.qr(free)[0]
        a, b = own[first[some]], own[second[some]]
        decided = agent.decide_on(a + (b - a) @ basis @ basis.T, tokens[some], _no_action(agent, BATCH)).log_softmax(1)
        with torch.no_grad():
            wanted = agent.decide_on(b, tokens[some], _no_action(agent, BATCH)).softmax(1)
        optimiser.zero_grad()
        F.kl_div(decided, wanted, reduction="batchmean").backward()
        optimiser.step()
    return torch.linalg.qr(free)[0].detach().cpu().numpy().astype(np.float64)


@torch.no_grad()
def _views(agent: Agent, known: NDArray[np.bool_], design: Design) -> tuple[torch.Tensor, torch.Tensor]:
    """Views that the agent has while it follows known instructions, and which instruction: (b, 7, 7), (b,)."""
    scenes = make_scenes(agent.grammar, design.episodes, ROOMS + design.seed, design.level)
    scenes = scenes.take(known[scenes.instruction])
    own = torch.from_numpy(agent.language_embedding(agent.grammar.texts)).to(agent.device)
    world, tiles = scenes.world.copy(), []
    for _ in range(LOOKS):
        tiles.append(view_tiles(world.observe()).long().to(agent.device))
        logits = agent.decide_on(own[scenes.instruction], agent.vision(tiles[-1]), _no_action(agent, len(world)))
        world.step(logits.argmax(1).cpu().numpy().astype(np.uint8))
    return torch.cat(tiles), torch.from_numpy(np.tile(scenes.instruction, LOOKS))


def _others(agent: Agent, known: NDArray[np.bool_], factor: str, first: NDArray, seed: int) -> torch.Tensor:
    """For each instruction a known one that differs in the factor alone, drawn at random: (b,)."""
    rng, items = np.random.default_rng(seed), labelled_items(agent.grammar)
    options = {i: np.flatnonzero(known & differing(items, factor, i)) for i in np.unique(first)}
    return torch.from_numpy(np.array([rng.choice(options[i]) for i in first]))


def _no_action(agent: Agent, n: int) -> torch.Tensor | None:
    """What an agent that knows its last action is told at the start."""
    return torch.full((n,), N_ACTIONS, device=agent.device) if agent.config.previous_action else None
