"""Every space of a finished run."""

from __future__ import annotations

from lva.agent import load_index
from lva.ground.runs import RunFolder
from lva.models import load_run_embeddings
from lva.spaces.agents import trained_agents, untrained_agents
from lva.spaces.references import reference_spaces
from lva.spaces.space import Spaces
from lva.spaces.words import factor_spaces, lexical_spaces


def of_run(folder: RunFolder, draws: int = 5) -> Spaces:
    """All that the agents of a run can be compared with, and the agents; `Spaces.of` picks by kind.

    Reads `agents.json`, the table `references` and the embeddings of the references that could be had. `draws`: of
    untrained agents and of random word vectors.
    """
    runs = load_index(folder.path / "agents.json")
    first = next(iter(runs.values())).agent
    agents = trained_agents(runs)
    untrained = untrained_agents(first.config, len(agents["agent"].draws), draws)
    references = reference_spaces(load_run_embeddings(folder, first.grammar.texts).values())
    return agents | untrained | references | lexical_spaces(first.grammar.texts, draws) | factor_spaces(first.grammar)
