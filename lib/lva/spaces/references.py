"""The references as spaces: the layer and pooling that stand behind the headline number."""

from __future__ import annotations

from collections.abc import Iterable

from lva.models import Embeddings
from lva.spaces.space import Space, Spaces


def reference_spaces(embeddings: Iterable[Embeddings]) -> Spaces:
    """One space per reference, trained or with random weights."""
    return Spaces(
        Space(
            e.reference.name,
            "untrained" if e.reference.is_untrained else "reference",
            e.reference.family,
            (e.headline,),
            e.choice,
        )
        for e in embeddings
    )
