"""What is compared: agents, references, and spaces made from the words alone."""

from lva.spaces.agents import ablated_agents, trained_agents, untrained_agents
from lva.spaces.behaviour import agent_behaviour, behaviour_spaces
from lva.spaces.items import factor_levels, item_classes, item_factors, item_table
from lva.spaces.moments import moments_of_run
from lva.spaces.references import choices, pooled, readouts, reference_spaces, scrambled_spaces
from lva.spaces.run import Subjects, of_run, subjects_of_run
from lva.spaces.space import KINDS, Space, Spaces, make_space
from lva.spaces.static import static_spaces
from lva.spaces.words import bag_of_words, factor_spaces, lexical_spaces, scramble

__all__ = [
    "KINDS",
    "Space",
    "Spaces",
    "Subjects",
    "ablated_agents",
    "agent_behaviour",
    "bag_of_words",
    "behaviour_spaces",
    "choices",
    "factor_levels",
    "factor_spaces",
    "item_classes",
    "item_factors",
    "item_table",
    "lexical_spaces",
    "make_space",
    "moments_of_run",
    "of_run",
    "pooled",
    "readouts",
    "reference_spaces",
    "scramble",
    "scrambled_spaces",
    "static_spaces",
    "subjects_of_run",
    "trained_agents",
    "untrained_agents",
]
