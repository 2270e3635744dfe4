"""A space: what is compared. An embedding of the instructions, once per seed or draw, and what kind it is."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

KINDS = (
    "agent",  # trained to act; one draw per seed
    "control",  # an agent trained in another way, which must not count as the agent
    "reference",  # a trained model of language or of pictures, or a file of vectors
    "untrained",  # an agent or a reference with random weights
    "words",  # computed from the words of the instructions alone
    "static",  # static vectors of the words: what each means, without reading them together
    "factor",  # what the instructions are about, as one-hot vectors
    "behaviour",  # what an agent does
    "ceiling",  # the most that can be expected
)


@dataclass(frozen=True, eq=False, repr=False)
class Space:
    """Embeddings of n instructions: `draws` holds one (n, d) array per training seed or random draw."""

    name: str
    kind: str  # one of KINDS
    family: str  # as tables group it: agent, llama, bert, words
    draws: tuple[NDArray, ...]
    readout: str  # how the vectors were read out, in words: "mean of layer 4 of 4"

    def __post_init__(self):
        if self.kind not in KINDS:
            raise ValueError(f"kind={self.kind!r} of {self.name!r} is unknown; choose one of {', '.join(KINDS)}")
        shapes = [draw.shape for draw in self.draws]
        if not shapes or any(len(shape) != 2 or shape[0] != shapes[0][0] for shape in shapes):
            raise ValueError(f"{self.name!r} has draws of shape {shapes}; expected one or more (n, d) of the same n")

    @property
    def first(self) -> NDArray:
        """The first draw: (n, d)."""
        return self.draws[0]

    @property
    def items(self) -> int:
        """How many instructions are embedded."""
        return len(self.first)

    def __repr__(self) -> str:
        n, d = self.first.shape
        return f"Space({self.name!r}, {self.kind} of {self.family}: {len(self.draws)} x ({n}, {d}), {self.readout})"


class Spaces(Mapping[str, Space]):
    """Spaces of the same instructions by name, in order; `|` joins two collections.

    `lva.alignment` takes plain arrays: give it `draws`, or `first` where it wants one array per space.
    """

    def __init__(self, spaces: Iterable[Space] = ()):
        self._spaces: dict[str, Space] = {}
        for space in spaces:
            if space.name in self._spaces:
                raise ValueError(f"two spaces are named {space.name!r}; rename one of them")
            self._spaces[space.name] = space
        sizes = {name: space.items for name, space in self._spaces.items()}
        if len(set(sizes.values())) > 1:
            raise ValueError(f"the spaces have different numbers of items, {sizes}; embed the same instructions")

    def __getitem__(self, name: str) -> Space:
        return self._spaces[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._spaces)

    def __len__(self) -> int:
        return len(self._spaces)

    def __or__(self, other: Spaces) -> Spaces:
        return Spaces([*self.values(), *other.values()])

    def __repr__(self) -> str:
        return "\n".join(["Spaces:", *(f"  {space!r}" for space in self.values())])

    def of(self, *kinds: str) -> Spaces:
        """The spaces of these kinds, kind by kind in the order given."""
        if unknown := [kind for kind in kinds if kind not in KINDS]:
            raise ValueError(f"kind={unknown[0]!r} is unknown; choose from {', '.join(KINDS)}")
        return Spaces(space for kind in kinds for space in self.values() if space.kind == kind)

    def without(self, names: Iterable[str]) -> Spaces:
        """All spaces except those named; `names` may be another `Spaces`."""
        names = set(names)
        return Spaces(space for space in self.values() if space.name not in names)

    @property
    def draws(self) -> dict[str, tuple[NDArray, ...]]:
        """Name -> one (n, d) per draw."""
        return {space.name: space.draws for space in self.values()}

    @property
    def each(self) -> dict[tuple[str, int], NDArray]:
        """(name, draw) -> (n, d), every draw by itself."""
        return {(space.name, i): draw for space in self.values() for i, draw in enumerate(space.draws)}

    @property
    def first(self) -> dict[str, NDArray]:
        """Name -> (n, d), the first draw."""
        return {space.name: space.first for space in self.values()}

    @property
    def kinds(self) -> dict[str, str]:
        """Name -> kind."""
        return {space.name: space.kind for space in self.values()}


def make_space(name: str, kind: str, *draws: ArrayLike, family: str = "own", readout: str = "as given") -> Space:
    """A space from arrays (n, d), one per seed or draw: for vectors of your own."""
    return Space(name, kind, family, tuple(np.asarray(draw) for draw in draws), readout)
