"""Everything in a finished run that is compared."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import pandas as pd

from lva.agent import CONTROLS, Run, load_index
from lva.ground.runs import RunFolder
from lva.models import Embeddings, load_run_draws
from lva.spaces.agents import AGENT, AGENT_UNTRAINED, trained_agents, untrained_agents
from lva.spaces.behaviour import agent_behaviour, behaviour_spaces
from lva.spaces.items import item_table
from lva.spaces.references import reference_spaces
from lva.spaces.space import Space, Spaces
from lva.spaces.static import static_spaces
from lva.spaces.words import factor_spaces, lexical_spaces
from lva.world import Grammar


@dataclass(frozen=True, eq=False, repr=False)
class Subjects:
    """The agents and references of a run, and every space made of them, of the words and of the factors."""

    runs: dict[str, Run]  # trained agents and controls by name, an agent first
    trainings: dict[str, tuple[Embeddings, ...]]  # of the references: every layer and pooling, once per training
    every: Spaces

    @property
    def grammar(self) -> Grammar:
        """The grammar of the instructions."""
        return next(iter(self.runs.values())).agent.grammar

    @property
    def embeddings(self) -> dict[str, Embeddings]:
        """The first training of each reference."""
        return {name: each[0] for name, each in self.trainings.items()}

    @property
    def trained_again(self) -> bool:
        """Whether references were trained several times, so that something is known of other trainings."""
        return any(len(each) > 1 for each in self.trainings.values())

    @cached_property
    def items(self) -> pd.DataFrame:
        """The instructions, see `item_table`."""
        return item_table(self.grammar)

    @property
    def agent(self) -> Space:
        """The trained agent, one draw per seed."""
        return self.every[AGENT]

    @property
    def references(self) -> Spaces:
        """The trained references."""
        return self.every.of("reference")

    @property
    def agents(self) -> Spaces:
        """The agent, the controls, and the agent before training."""
        return self.every.of("agent", "control") | Spaces([self.every[AGENT_UNTRAINED]])

    @property
    def compared(self) -> Spaces:
        """The spaces compared with one another by every measure: agents and references."""
        return self.agents | self.references

    @property
    def rungs(self) -> Spaces:
        """The rungs of the ladder: what a claim must beat, and the references."""
        kinds = ("words", "static", "factor", "behaviour", "untrained", "reference", "control")
        return self.every.of(*kinds).without([AGENT_UNTRAINED])

    @property
    def models_and_words(self) -> Spaces:
        """Agents and references, trained and untrained, and spaces of words; no agents of other initialisations."""
        every = self.every.of("agent", "control", "untrained", "reference", "words", "static")
        others = [name for name, space in every.items() if space.family == AGENT and name not in self.agents]
        return every.without(others)

    def __repr__(self) -> str:
        lexical = ", ".join(self.every.of("words"))
        static = ", ".join(self.every.of("static")) or "not run, `make wordllama`"
        compared = f"{len(self.items)} instructions; {', '.join(self.compared)}"
        return f"{compared}; words alone: {lexical}; meaning of single words: {static}"


def subjects_of_run(folder: RunFolder, draws: int = 5) -> Subjects:
    """Load everything in a run that is compared.

    Reads `agents.json`, the tables `references` and `validation`, and the embeddings that the run has. `draws`: how
    many untrained agents and random word vectors.
    """
    runs = load_index(folder.path / "agents.json")
    first = next(iter(runs.values())).agent
    trainings = load_run_draws(folder, first.grammar.texts)
    agents = trained_agents(runs)
    every = agents | untrained_agents(first.config, len(agents[AGENT].draws), draws)
    every |= reference_spaces(trainings)
    every |= lexical_spaces(first.grammar.texts, draws) | static_spaces(first.grammar.texts)
    every |= factor_spaces(first.grammar) | behaviour_spaces(first.grammar, draws)
    every |= Spaces([agent_behaviour([run.agent for name, run in runs.items() if name not in CONTROLS])])
    return Subjects(runs, trainings, every)


def of_run(folder: RunFolder) -> Spaces:
    """The trained agents and references of a run; `subjects_of_run` has all that they are compared with."""
    runs = load_index(folder.path / "agents.json")
    texts = next(iter(runs.values())).agent.grammar.texts
    return trained_agents(runs) | reference_spaces(load_run_draws(folder, texts))
