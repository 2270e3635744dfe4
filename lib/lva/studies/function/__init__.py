"""Does a similar space do the same work? Agents driven by maps of other spaces, and by parts of them."""

from lva.studies.function.confusion import confusion_table
from lva.studies.function.driven import PLANS, Design, Plan, drive_agents, trained_seeds
from lva.studies.function.folds import SCHEMES, held_out
from lva.studies.function.geometry import geometry_table, prediction_table
from lva.studies.function.interventions import Swap, exchange_in_agents, swap_table
from lva.studies.function.rule import DECIDING, verdict_table
from lva.studies.function.sources import Source, sources_of
from lva.studies.function.summary import exchange_table, function_table

__all__ = [
    "DECIDING",
    "PLANS",
    "SCHEMES",
    "Design",
    "Plan",
    "Source",
    "Swap",
    "confusion_table",
    "drive_agents",
    "exchange_in_agents",
    "exchange_table",
    "function_table",
    "geometry_table",
    "held_out",
    "prediction_table",
    "sources_of",
    "swap_table",
    "trained_seeds",
    "verdict_table",
]
