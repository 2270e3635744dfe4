"""References that are trained several times: each training has its own seed, and so its own episodes and weights.

The first training lies where a single one would, the others in folders beside it: models/draw-2, embeddings/draw-2, ...
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pandas as pd

from lva.models.references.draws import draw_folder, draw_name
from lva.models.references.stored import embed_references
from lva.models.training.config import PretrainConfig
from lva.models.training.pretraining import pretrain_all
from lva.models.training.trained import references_here
from lva.world import Grammar


def pretrain_draws(grammar: Grammar, config: PretrainConfig, folder: str | Path, draws: int) -> pd.DataFrame:
    """Train all references `draws` times, with the seeds from that of `config` on; see `pretrain_all`.

    Returns the validation of all; a later training has its number after the model's name.
    """
    tables = []
    for draw in range(draws):
        own = replace(config, seed=config.seed + draw)
        table = pretrain_all(grammar, own, draw_folder(folder, draw))
        tables.append(table.assign(model=[draw_name(name, draw) for name in table.model]))
    return pd.concat(tables, ignore_index=True)


def embed_draws(models: str | Path, texts: Sequence[str], folder: str | Path, draws: int) -> None:
    """Embed all that `pretrain_draws` left but the first training, which is embedded with the other references."""
    for draw in range(1, draws):
        embed_references(references_here(draw_folder(models, draw)), texts, draw_folder(folder, draw), progress=False)
