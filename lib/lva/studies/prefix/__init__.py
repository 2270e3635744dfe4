"""Do language models know the task, or only how the sentence begins? See docs/prefix.md.

>>> from lva.studies import prefix
>>> tables = prefix.run(open_run("laptop"))
>>> prefix.verdict(tables["findings"])
"""

from lva.studies.prefix.course import follow
from lva.studies.prefix.kernel import fit_weight, prefix_space
from lva.studies.prefix.likeness import errors_of
from lva.studies.prefix.orders import ORDERS, say
from lva.studies.prefix.study import PrefixStudy, run
from lva.studies.prefix.verdicts import findings_table, verdict

__all__ = [
    "ORDERS",
    "PrefixStudy",
    "errors_of",
    "findings_table",
    "fit_weight",
    "follow",
    "prefix_space",
    "run",
    "say",
    "verdict",
]
