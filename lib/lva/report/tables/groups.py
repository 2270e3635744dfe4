"""The contrast behind one claim of the paper: how much closer some families of models are than others."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from numpy.typing import ArrayLike

from lva.alignment import contrast
from lva.ground.paper import FAR, NEAR


def contrast_families(
    agent: Sequence[ArrayLike],
    references: Mapping[str, ArrayLike],
    families: Mapping[str, str],
    factors: Mapping[str, Sequence],
) -> dict[str, float]:
    """Return by how much the agent is closer to language models and BLIP than to BERT and CLIP, as `contrast` does.

    agent: (n, d) per seed; references: name -> (n, d); families: name -> family; factors: name -> (n,) labels. All nan
    if one of the groups was not run.
    """
    near, far = ([x for name, x in references.items() if families[name] in group] for group in (NEAR, FAR))
    if not near or not far:
        return dict.fromkeys(("difference", "low", "high"), float("nan"))
    return contrast(list(agent), near, far, factors)
