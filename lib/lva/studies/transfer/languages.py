"""How an agent comes by its language: from nothing, from words alone, or from what another model knows."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from lva.ground.artifacts import config_hash, is_current, save_artifact
from lva.models.references.embeddings import write_npz
from lva.models.references.static import kept_words
from lva.spaces import Spaces, bag_of_words, item_table
from lva.studies.function.sources import PERMUTED, Source, controls_of
from lva.studies.multiverse.options import STATIC_WORDS
from lva.world import Grammar

LEARNT, LEXICAL, KNOWN, CONTROL = "learnt", "words alone", "knowledge", "control"
RIVALS = (LEARNT, LEXICAL)  # what anything that is called knowledge must beat
ALIKE, APART, BAG, STATIC = "words alike", "words apart", "bag of words", "WordLlama's words"
PULL = 1.0  # weight of the pull in the loss, fixed before any number was seen
MADE_BY = "08_transfer"


@dataclass(frozen=True)
class Language:
    """Fields of an agent and of its training that decide what its instructions mean before it has acted."""

    name: str
    kind: str  # learnt, words alone, knowledge or control
    agent: Mapping[str, Any] = field(default_factory=dict)
    train: Mapping[str, Any] = field(default_factory=dict)


def languages_of(references: Spaces, grammar: Grammar, folder: Path, pulls: Sequence[str] = ()) -> dict[str, Language]:
    """Every language that there is for a grammar, by name.

    Words that start alike, or apart, and are learnt; a bag of words; WordLlama's vectors, which words start from; of
    each reference the sentences as it embeds them, the same with rows permuted, and with meanings shuffled; and words
    learnt while E_L is pulled towards a reference of `pulls`. Vectors of sentences are frozen, a linear layer makes
    them E_L. They are written into `folder`.
    """
    languages = [Language(ALIKE, LEARNT), Language(APART, LEARNT, {"word_init": "identity"})]
    languages.append(_sentences(BAG, LEXICAL, bag_of_words(grammar.texts), grammar, folder))
    if _has_words(grammar):
        languages.append(Language(STATIC, KNOWN, {"word_init": STATIC_WORDS}))
    items, rng = item_table(grammar), np.random.default_rng(0)
    for name, space in references.of("reference").items():
        source = Source(name, "reference", np.asarray(space.first, np.float64))
        languages.append(_sentences(name, KNOWN, source.vectors, grammar, folder))
        for made in controls_of(source, items, rng):
            languages.append(_sentences(disguised(name, made.control), CONTROL, made.vectors, grammar, folder))
            if name in pulls and made.control == PERMUTED:
                languages.append(_pulled(disguised(name, PERMUTED), CONTROL, made.vectors, grammar, folder))
        if name in pulls:
            languages.append(_pulled(name, KNOWN, source.vectors, grammar, folder))
    return {language.name: language for language in languages}


def choose(languages: Mapping[str, Language], names: Sequence[str]) -> dict[str, Language]:
    """The languages of these names; of a reference that did not run there are none, and a line says so."""
    if missing := [name for name in names if name not in languages]:
        print(f"left out: {'; '.join(missing)}. This run has: {'; '.join(languages)}")
    return {name: languages[name] for name in names if name in languages}


def disguised(name: str, control: str) -> str:
    """What a control of a reference is called."""
    return f"{name}, {control}"


def pulled_to(name: str) -> str:
    """What words are called that are learnt while E_L is pulled towards a reference."""
    return f"pulled to {name}"


def _sentences(name: str, kind: str, vectors: ArrayLike, grammar: Grammar, folder: Path) -> Language:
    return Language(name, kind, {"sentences": _written(name, vectors, grammar, folder)})


def _pulled(name: str, kind: str, vectors: ArrayLike, grammar: Grammar, folder: Path) -> Language:
    path = _written(name, vectors, grammar, folder)
    return Language(pulled_to(name), kind, {"word_init": "identity"}, {"towards": path, "pull": PULL})


def _written(name: str, vectors: ArrayLike, grammar: Grammar, folder: Path) -> str:
    """Write the vectors of all instructions; the file is named after what it holds."""
    x: NDArray[np.float32] = np.asarray(vectors, np.float32)
    slug = re.sub("[^a-z0-9]+", "-", name.lower())
    path = folder / f"{slug}-{config_hash([list(grammar.texts), x.round(5).tolist()])}.npz"
    arrays = {"texts": np.array(grammar.texts), "vectors": x}
    if not is_current(path, config=name, made_by=MADE_BY):
        save_artifact(path, lambda file: write_npz(file, arrays), config=name, made_by=MADE_BY)
    return str(path)


def _has_words(grammar: Grammar) -> bool:
    with np.load(kept_words(), allow_pickle=False) as file:
        return set(grammar.vocabulary) <= set(file["words"].tolist())
