"""What the paper reports, where this companion quotes it: the one place for its numbers and its families of models.

Milano & Nolfi, arXiv 2601.22948.
"""

from __future__ import annotations

import pandas as pd

from lva.ground import paths

LLMS = ("llama", "qwen", "deepseek")  # families of language models
NEAR, FAR = (*LLMS, "blip"), ("bert", "clip")  # families that the paper finds closer to the agent, and less close
SUCCESS = (0.85, 0.95)  # share of episodes in which the paper's agents succeed, per task
ALIGNMENT = (0.70, 0.73)  # P@15 of the paper's agents with language models
SUCCESS_TEXT = "{:.0f} to {:.0f} %".format(*(100 * share for share in SUCCESS))
FAILED = 0.8  # below this success the paper counts a training as failed
GRAMMAR = "paper"  # the grammar that the paper's alignment was measured in


def reported_values(grammar: str) -> pd.DataFrame:
    """Return the paper's alignment (a, b, measure, low, high) for a run in this grammar; empty for any but its own."""
    table = pd.read_csv(paths.data() / "reported.csv")
    return table if grammar == GRAMMAR else table[:0]
