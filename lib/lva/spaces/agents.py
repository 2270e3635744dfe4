"""The agents as spaces: E_L of every instruction, of the trained ones and of those that must not count as trained."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from lva.agent import AgentConfig, Run, new_agent
from lva.agent.config import WORD_INITS

SEED = "seed-"  # what the names of the agents that differ in their seed alone begin with


def trained_agents(runs: Mapping[str, Run]) -> dict[str, list[np.ndarray]]:
    """E_L by name: `agent`, one array a seed, and each control as `agent <name>`."""
    spaces: dict[str, list[np.ndarray]] = {}
    for name, run in runs.items():
        space = "agent" if name.startswith(SEED) else f"agent {name}"
        spaces.setdefault(space, []).append(run.embedding)
    return spaces


def untrained_agents(config: AgentConfig, seeds: int = 5) -> dict[str, list[np.ndarray]]:
    """E_L of agents that have learnt nothing, several draws of each way to begin: `untrained, identical words`, ..."""
    draws = {}
    for word_init in WORD_INITS:
        agents = [new_agent(replace(config, word_init=word_init), seed) for seed in range(seeds)]
        draws[f"untrained, {word_init} words"] = [a.language_embedding(a.grammar.texts) for a in agents]
    return draws
