"""What a claim must beat: spaces made from the words alone, or from what the instructions are about."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from lva.ground.values import check_value, whole
from lva.spaces.kernels import coordinates
from lva.spaces.space import Space, Spaces
from lva.world import Grammar

Array = NDArray[np.float64]
READOUT = "of the text"
RANDOM_WORDS = "random words"
FACTORS = ("task", "phrase", "color", "kind")


def bag_of_words(texts: Sequence[str]) -> Array:
    """How often each word occurs: (n, words)."""
    return _counts([text.split() for text in checked_texts(texts)])


def tf_idf(texts: Sequence[str]) -> Array:
    """Word counts, weighted by ln((1 + n) / (1 + df)) + 1, df the number of texts with the word: (n, words)."""
    counts = bag_of_words(texts)
    frequency = (counts > 0).sum(axis=0)
    return counts * (np.log((1 + len(texts)) / (1 + frequency)) + 1)


def character_trigrams(texts: Sequence[str]) -> Array:
    """How often each sequence of three characters occurs, with a space before and after the text: (n, trigrams)."""
    return _counts([[f" {text} "[i : i + 3] for i in range(len(text))] for text in texts])


def random_words(texts: Sequence[str], seed: int = 0, size: int = 128) -> Array:
    """The sum of one Gaussian vector per word: (n, size)."""
    counts = bag_of_words(texts)
    return counts @ np.random.default_rng(seed).standard_normal((counts.shape[1], size))


def edit_distance(texts: Sequence[str]) -> Array:
    """Coordinates whose inner products are 1 - d / longest, d Levenshtein's distance between word lists: (n, n).

    d / longest: the distance over the number of words in the longer text.
    The kernel may have negative eigenvalues if texts differ in length, see `coordinates`.
    """
    words = [text.split() for text in texts]
    kernel = np.array([[1 - levenshtein(a, b) / max(len(a), len(b)) for b in words] for a in words])
    return coordinates(kernel)


def instruction_length(texts: Sequence[str]) -> Array:
    """One-hot of the number of words, since the direction of a single number says nothing: (n, lengths)."""
    return one_hot([len(text.split()) for text in texts])


def lexical_spaces(texts: Sequence[str], draws: int = 5, seed: int = 0) -> Spaces:
    """All lexical baselines; summed random words in several draws."""
    checked_texts(texts)
    check_value("draws", draws, whole(1))
    check_value("seed", seed, whole(0))
    spaces = [Space(name, "words", "words", (make(texts),), READOUT) for name, make in LEXICAL.items()]
    random = tuple(random_words(texts, seed + i) for i in range(draws))
    return Spaces([*spaces, Space(RANDOM_WORDS, "words", "words", random, READOUT)])


def factor_spaces(grammar: Grammar) -> Spaces:
    """What the instructions are about, as one-hot vectors: each factor alone, and all together."""
    alone = {f: one_hot([getattr(instruction, f) for instruction in grammar.instructions]) for f in FACTORS}
    vectors = alone | {"all factors": np.hstack(list(alone.values()))}
    return Spaces(Space(name, "factor", "factor", (x,), "one-hot") for name, x in vectors.items())


def one_hot(labels: Sequence) -> Array:
    """A column for each distinct label, in sorted order: (n, labels)."""
    distinct, index = np.unique(np.asarray(labels), return_inverse=True)
    return np.eye(len(distinct))[index]


def checked_texts(texts: Sequence[str]) -> Sequence[str]:
    """The sentences, if they are at least one, and none of them without a word."""
    if isinstance(texts, str) or not len(texts):
        raise ValueError(f"texts={texts!r} must be a list of at least one sentence")
    for text in texts:
        if not isinstance(text, str) or not text.split():
            raise ValueError(f"{text!r} among the texts is not a sentence; leave it out")
    return texts


def scramble(texts: Sequence[str], seed: int = 0) -> list[str]:
    """Each text with its words in another order, so that only what does not depend on order is left."""
    generator = np.random.default_rng(seed)
    return [" ".join(_disordered(text.split(), generator)) for text in texts]


def levenshtein(a: Sequence[str], b: Sequence[str]) -> int:
    """Fewest insertions, deletions and substitutions of words that turn a into b."""
    before = list(range(len(b) + 1))
    for i, word in enumerate(a, 1):
        now = [i]
        for j, other in enumerate(b, 1):
            now.append(min(before[j] + 1, now[-1] + 1, before[j - 1] + (word != other)))
        before = now
    return before[-1]


LEXICAL: dict[str, Callable[[Sequence[str]], Array]] = {
    "bag of words": bag_of_words,
    "TF-IDF": tf_idf,
    "character trigrams": character_trigrams,
    "edit distance": edit_distance,
    "instruction length": instruction_length,
}


def _counts(parts: list[list[str]]) -> Array:
    kinds = {part: i for i, part in enumerate(dict.fromkeys(part for row in parts for part in row))}
    counts = np.zeros((len(parts), len(kinds)))
    for row, row_parts in zip(counts, parts):
        np.add.at(row, [kinds[part] for part in row_parts], 1)
    return counts


def _disordered(words: list[str], generator: np.random.Generator) -> list[str]:
    if len(set(words)) < 2:
        return words
    while True:
        order = [words[i] for i in generator.permutation(len(words))]
        if order != words:
            return order
