"""The agents as spaces: E_L of every instruction, for the agent, the controls, and untrained agents."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from lva.agent import AgentConfig, Run, load_index, new_agent
from lva.agent.config import WORD_INITS
from lva.agent.learning.controls import CONTROLS
from lva.ground.runs import RunFolder
from lva.models.references.reference import UNTRAINED
from lva.spaces.space import Space, Spaces

AGENT = "agent"
AGENT_UNTRAINED = f"{AGENT} {UNTRAINED}"
READOUT = "E_L"


def trained_agents(runs: Mapping[str, Run]) -> Spaces:
    """The space `agent`, one draw per seed, and each control as a space of its own, `agent <name>`."""
    seeds = [run.embedding for name, run in runs.items() if name not in CONTROLS]
    controls = [
        Space(f"{AGENT} {name}", "control", AGENT, (run.embedding,), READOUT)
        for name, run in runs.items()
        if name in CONTROLS
    ]
    return Spaces([Space(AGENT, "agent", AGENT, tuple(seeds), READOUT), *controls])


def untrained_agents(config: AgentConfig, seeds: int, draws: int = 5) -> Spaces:
    """Untrained agents.

    `agent untrained` is the agent of `config`, once per seed; the others are each way to initialise the words, in
    several draws: `untrained, identical words`, ...
    """
    own = _untrained(AGENT_UNTRAINED, config, seeds)
    inits = [_untrained(f"{UNTRAINED}, {init} words", replace(config, word_init=init), draws) for init in WORD_INITS]
    return Spaces([own, *inits])


def ablated_agents(folder: RunFolder) -> Spaces:
    """The agents of a run's ablations, each by the name of its variant; none if they were not trained."""
    index = folder.path / "ablations" / "ablations.json"
    runs = load_index(index) if index.exists() else {}
    return Spaces(Space(name, "control", AGENT, (run.embedding,), READOUT) for name, run in runs.items())


def _untrained(name: str, config: AgentConfig, seeds: int) -> Space:
    agents = [new_agent(config, seed) for seed in range(seeds)]
    draws = tuple(agent.language_embedding(agent.grammar.texts) for agent in agents)
    return Space(name, "untrained", AGENT, draws, READOUT)
