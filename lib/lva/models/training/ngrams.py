"""Word counts: what a model of language must beat."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

EDGE, UNKNOWN = 0, 1  # before the first and after the last word of a text; a word that is in no training text
DISCOUNT = 0.75  # taken off every pair that was seen and given to those that were not


class WordCounts:
    """Unigram and bigram probabilities of the words of some texts.

    `unigram: (v,)`, add-one smoothed; `bigram: (v, v)`, rows the left neighbour: interpolated Kneser-Ney,
    P(w | u) = max(c(uw) - D, 0) / c(u) + D N(u.) / c(u) P_cont(w), with P_cont(w) ~ N(.w) + 1 and N(.) the number
    of different neighbours. Both sum to 1. Ref.: Chen & Goodman, *An empirical study of smoothing*, 1999.
    """

    def __init__(self, texts: Sequence[str]):
        words = sorted({word for text in texts for word in text.split()})
        self.number = {word: i for i, word in enumerate(words, start=UNKNOWN + 1)}
        v = len(words) + UNKNOWN + 1
        sentences = [self.encode(text) for text in texts]
        counts = np.zeros((v, v))
        np.add.at(counts, (np.concatenate([s[:-1] for s in sentences]), np.concatenate([s[1:] for s in sentences])), 1)
        self.unigram = (counts.sum(0) + 1) / (counts.sum() + v)
        self.bigram = kneser_ney(counts)

    def encode(self, text: str) -> NDArray[np.int64]:
        """The words of a text as numbers, between two edges: (words + 2,)."""
        return np.array([EDGE, *(self.number.get(word, UNKNOWN) for word in text.split()), EDGE])

    def neighbours(self, texts: Sequence[str]) -> tuple[NDArray, NDArray, NDArray]:
        """The left neighbour of each word, the word, its right neighbour: (words,) each, text by text."""
        sentences = [self.encode(text) for text in texts]
        parts = ((s[:-2], s[1:-1], s[2:]) for s in sentences)
        left, word, right = (np.concatenate(column) for column in zip(*parts))
        return left, word, right

    def perplexities(self, texts: Sequence[str]) -> tuple[float, float]:
        """Perplexity per word by the unigrams and by the bigrams, without the first word of each text."""
        left, word, _ = self.neighbours(texts)
        inner = left != EDGE
        return perplexity(self.unigram[word[inner]]), perplexity(self.bigram[left[inner], word[inner]])

    def guess(self, left: NDArray, right: NDArray | None = None) -> NDArray[np.int64]:
        """The likeliest word after `left: (n,)` and, if given, before `right: (n,)`."""
        chances = self.bigram[left] if right is None else self.bigram[left] * self.bigram[:, right].T
        return UNKNOWN + 1 + chances[:, UNKNOWN + 1 :].argmax(1)

    @property
    def most_frequent(self) -> int:
        """The word that occurs most."""
        return UNKNOWN + 1 + int(self.unigram[UNKNOWN + 1 :].argmax())


def kneser_ney(counts: NDArray[np.float64]) -> NDArray[np.float64]:
    """Bigram probabilities from counts, (v, v), rows the left neighbour; see `WordCounts`."""
    seen = counts > 0
    continuation = (seen.sum(0) + 1) / (seen.sum() + len(counts))
    total = counts.sum(1, keepdims=True)
    discounted = np.divide(np.maximum(counts - DISCOUNT, 0), total, out=np.zeros_like(counts), where=total > 0)
    return discounted + (1 - discounted.sum(1, keepdims=True)) * continuation


def perplexity(probabilities: NDArray) -> float:
    """exp of the mean negative log probability."""
    return float(np.exp(-np.mean(np.log(probabilities))))
