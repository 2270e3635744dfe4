"""What is compared: agents, references, and spaces made from the words alone."""

from lva.spaces.agents import trained_agents, untrained_agents
from lva.spaces.references import reference_spaces
from lva.spaces.run import of_run
from lva.spaces.space import KINDS, Space, Spaces, make_space
from lva.spaces.words import bag_of_words, factor_spaces, lexical_spaces, scramble

__all__ = [
    "KINDS",
    "Space",
    "Spaces",
    "bag_of_words",
    "factor_spaces",
    "lexical_spaces",
    "make_space",
    "of_run",
    "reference_spaces",
    "scramble",
    "trained_agents",
    "untrained_agents",
]
