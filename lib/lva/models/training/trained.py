"""The references that are trained here, as `Reference` records."""

from __future__ import annotations

from pathlib import Path

from lva.models.references.reference import Reference, reference_of_folder
from lva.models.training.families import FAMILIES, PICTURES


def references_here(folder: str | Path) -> list[Reference]:
    """What `pretrain_all` left in `folder`; CLIP and BLIP are read out by their own projection, as in the registry."""
    pooling = {name: "own" if family.experience == PICTURES else "mean" for name, family in FAMILIES.items()}
    return [
        reference_of_folder(name, Path(folder) / name, family.family, pooling=pooling[name])
        for name, family in FAMILIES.items()
    ]
