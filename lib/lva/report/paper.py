"""What the paper reports, where this companion quotes it: the one place for its numbers and its families of models.

Milano & Nolfi, arXiv 2601.22948.
"""

from __future__ import annotations

LLMS = ("llama", "qwen", "deepseek")  # families of language models
NEAR, FAR = (*LLMS, "blip"), ("bert", "clip")  # families that it finds closer to the agent, and less close
SUCCESS = (0.85, 0.95)  # share of episodes in which its agents succeed
SUCCESS_TEXT = "{:.0f} to {:.0f} %".format(*(100 * share for share in SUCCESS))
FAILED = 0.8  # success below which it counts a training as failed
