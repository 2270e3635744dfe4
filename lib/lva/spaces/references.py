"""The references as spaces: at the layer and pooling of the headline number, at every one, and with scrambled words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from numpy.typing import NDArray

from lva.alignment import Choices
from lva.ground.runs import RunFolder
from lva.models import Embeddings, load_draws
from lva.spaces.space import Space, Spaces
from lva.spaces.words import scramble

SCRAMBLED = "scrambled"  # the folder inside `embeddings` for the same texts with their words in another order
Trainings = Mapping[str, Sequence[Embeddings]]  # name -> embeddings of each training of a reference


def reference_spaces(trainings: Trainings) -> Spaces:
    """One space per reference, trained or with random weights; one draw per training."""
    return Spaces(
        Space(
            name,
            "untrained" if first.reference.is_untrained else "reference",
            first.reference.family,
            tuple(e.headline for e in (first, *others)),
            first.choice,
        )
        for name, (first, *others) in trainings.items()
    )


def readouts(trainings: Trainings) -> dict[tuple[str, int, str], tuple[NDArray, ...]]:
    """Every layer and pooling of every reference: (name, layer, pooling) -> (n, d) per training."""
    return {
        (name, *key): tuple(e.vectors[key] for e in each) for name, each in trainings.items() for key in each[0].vectors
    }


def choices(trainings: Trainings) -> dict[str, Choices]:
    """Every layer and pooling of each trained reference, and which of them was fixed before any number was seen."""
    trained = {name: each for name, each in trainings.items() if not each[0].reference.is_untrained}
    return {
        name: Choices({key: tuple(e.vectors[key] for e in each) for key in each[0].vectors}, each[0].chosen)
        for name, each in trained.items()
    }


def pooled(trainings: Trainings, pooling: str) -> dict[str, tuple[NDArray, ...]]:
    """Each trained reference at its own layer under another pooling, or as chosen where it has no such pooling."""
    return {name: of.spaces.get((of.fixed[0], pooling), of.spaces[of.fixed]) for name, of in choices(trainings).items()}


def scrambled_spaces(folder: RunFolder, trainings: Trainings) -> Spaces:
    """The trained references that read text, with the words of every instruction in random order.

    Files of vectors read no text and are left out.
    """
    trained = {name: each for name, each in trainings.items() if not each[0].reference.is_untrained}
    readers = {name: each for name, each in trained.items() if each[0].reference.place != "file"}
    texts = scramble(next(iter(readers.values()))[0].texts) if readers else ()
    draws = {name: len(each) for name, each in readers.items()}
    return reference_spaces(load_draws(draws, texts, folder.path / "embeddings" / SCRAMBLED))
