"""Under which readings of the paper does an agent reach its number? Trainings, success, every way to compare."""

from lva.studies.multiverse.box import able_agents, agents_of, box_table, reading_table, success_table
from lva.studies.multiverse.options import OPTIONS, SETS, Reading
from lva.studies.multiverse.rule import nominations, pattern_table, verdict_table
from lva.studies.multiverse.specification import (
    AGENT,
    READOUT,
    Spaces,
    Universe,
    choice_shares,
    draw_universes,
    name_universes,
    specification_table,
)
from lva.studies.multiverse.success import success_course
from lva.studies.multiverse.training import Study, Tried, train_readings
from lva.studies.multiverse.universes import Judge, judges, universe_table

__all__ = [
    "AGENT",
    "OPTIONS",
    "READOUT",
    "SETS",
    "Judge",
    "Reading",
    "Spaces",
    "Study",
    "Tried",
    "Universe",
    "able_agents",
    "agents_of",
    "box_table",
    "choice_shares",
    "draw_universes",
    "judges",
    "name_universes",
    "nominations",
    "pattern_table",
    "reading_table",
    "specification_table",
    "success_course",
    "success_table",
    "train_readings",
    "universe_table",
    "verdict_table",
]
