"""Bags of words of the two grammars, built here so that the tests read no file."""

from __future__ import annotations

from itertools import product
from typing import NamedTuple

import numpy as np

COLORS = ("red", "green", "blue", "purple", "yellow", "grey")
KINDS = ("ball", "box", "key")
PHRASES = {
    "paper": ("go to", "run to", "pick up", "pick", "escape from", "run from"),
    "natural": ("go to", "reach", "pick up", "grab", "escape from", "avoid"),
}
ARTICLE = {"paper": "", "natural": "the"}


class Instructions(NamedTuple):
    factors: np.ndarray  # (n, 3): phrase, color, kind
    words: np.ndarray  # (n, v): counts
    vocabulary: tuple[str, ...]


def instructions(phrases: tuple[str, ...], colors=COLORS, kinds=KINDS, article: str = "") -> Instructions:
    levels = list(product(range(len(phrases)), range(len(colors)), range(len(kinds))))
    sentences = [f"{phrases[p]} {article} {colors[c]} {kinds[k]}".split() for p, c, k in levels]
    vocabulary = tuple(sorted({word for sentence in sentences for word in sentence}))
    words = [[sentence.count(word) for word in vocabulary] for sentence in sentences]
    return Instructions(np.array(levels), np.array(words, dtype=float), vocabulary)


def grammar(name: str) -> Instructions:
    return instructions(PHRASES[name], article=ARTICLE[name])


def tf_idf(words: np.ndarray) -> np.ndarray:
    return words * (1 + np.log(len(words) / (words > 0).sum(axis=0)))
