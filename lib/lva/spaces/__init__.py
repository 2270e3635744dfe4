"""What is compared: agents, trained or not, and spaces made of the words alone."""

from lva.spaces.agents import trained_agents, untrained_agents
from lva.spaces.words import bag_of_words, factor_spaces, lexical_spaces, scramble

__all__ = ["bag_of_words", "factor_spaces", "lexical_spaces", "scramble", "trained_agents", "untrained_agents"]
