"""Can likeness be used? Agents that begin with what another model knows: fewer demonstrations, things never shown."""

from lva.studies.transfer.languages import Language, choose, languages_of
from lva.studies.transfer.lessons import AXES, COURSES, Course, Lesson, folds_of
from lva.studies.transfer.tables import FEWER, curve_table, held_out_table, needed_table, task_table, verdict_table
from lva.studies.transfer.teaching import Study, teach

__all__ = [
    "AXES",
    "COURSES",
    "FEWER",
    "Course",
    "Language",
    "Lesson",
    "Study",
    "choose",
    "curve_table",
    "folds_of",
    "held_out_table",
    "languages_of",
    "needed_table",
    "task_table",
    "teach",
    "verdict_table",
]
