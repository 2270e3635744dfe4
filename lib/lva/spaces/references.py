"""The references as spaces: at the layer and pooling of the headline number, at every one, and with scrambled words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from numpy.typing import NDArray

from lva.alignment import Choices
from lva.ground.runs import RunFolder
from lva.models import Embeddings, load_embeddings
from lva.spaces.space import Space, Spaces
from lva.spaces.words import scramble

SCRAMBLED = "scrambled"  # the folder inside `embeddings` for the same texts with their words in another order


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


def readouts(embeddings: Mapping[str, Embeddings]) -> dict[tuple[str, int, str], NDArray]:
    """Every layer and pooling of every reference: (name, layer, pooling) -> (n, d)."""
    return {(name, *key): x for name, e in embeddings.items() for key, x in e.vectors.items()}


def choices(embeddings: Mapping[str, Embeddings]) -> dict[str, Choices]:
    """Every layer and pooling of each trained reference, and which of them was fixed before any number was seen."""
    trained = {name: e for name, e in embeddings.items() if not e.reference.is_untrained}
    return {name: Choices(e.vectors, e.chosen) for name, e in trained.items()}


def pooled(embeddings: Mapping[str, Embeddings], pooling: str) -> dict[str, NDArray]:
    """Each trained reference at its own layer under another pooling, or as chosen where it has no such pooling."""
    return {
        name: of.spaces.get((of.fixed[0], pooling), of.spaces[of.fixed]) for name, of in choices(embeddings).items()
    }


def scrambled_spaces(folder: RunFolder, embeddings: Mapping[str, Embeddings]) -> Spaces:
    """The trained references that read text, with the words of every instruction in random order.

    Files of vectors read no text and are left out.
    """
    trained = {name: e for name, e in embeddings.items() if not e.reference.is_untrained}
    readers = {name: e for name, e in trained.items() if e.reference.place != "file"}
    texts = scramble(next(iter(readers.values())).texts) if readers else ()
    return reference_spaces(load_embeddings(list(readers), texts, folder.path / "embeddings" / SCRAMBLED).values())
