"""The recipe of a sentence encoder: which tokens it pools, and whether it normalises, as its folder says."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

from torch import Tensor
from torch.nn import functional as F

from lva.models.references.pooling import POOL

MODULES = "modules.json"  # how sentence-transformers marks its models
MODES = {"mean": "mean", "mean_tokens": "mean", "cls": "first", "cls_token": "first", "lasttoken": "last"}


def sentence_recipe(folder: Path) -> Callable[[Tensor, Tensor], Tensor]:
    """Read a recipe: (states (b, t, d), mask (b, t)) -> (b, d), special tokens included."""
    modules = json.loads((folder / MODULES).read_text(encoding="utf-8"))
    kinds = [module["type"].split(".")[-1] for module in modules]
    if kinds not in (["Transformer", "Pooling"], ["Transformer", "Pooling", "Normalize"]):
        raise ValueError(f"{folder} is a chain of {', '.join(kinds)}; expected Transformer, Pooling, maybe Normalize")
    pool = POOL[_mode(folder / modules[1]["path"] / "config.json")]
    if len(kinds) == 2:
        return pool
    return lambda states, mask: F.normalize(pool(states, mask), dim=-1)


def _mode(path: Path) -> str:
    config, prefix = json.loads(path.read_text(encoding="utf-8")), "pooling_mode_"
    modes = [name.removeprefix(prefix) for name, value in config.items() if name.startswith(prefix) and value is True]
    modes = modes or [config.get("pooling_mode")]
    if len(modes) != 1 or modes[0] not in MODES:
        raise ValueError(f"{path} pools by {modes}; expected one of {', '.join(MODES)}")
    return MODES[modes[0]]
