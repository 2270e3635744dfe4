"""The same instructions said in other ways: the object first, the phrase in the middle, longer, shorter, twice."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import maximum_bipartite_matching

from lva.world import Grammar

FIRST, OBJECT_FIRST, TWICE = "phrase first", "object first", "said twice"
LONG_OBJECT, LONG_PHRASE_LAST = "object three times", "object first, phrase three times"
ONE_WORD = "phrase of one word"
READ_FROM = "|"  # what stands before it is said, and not read out

ORDERS = {  # name -> how it is said
    FIRST: "{phrase} {color} {kind}",
    OBJECT_FIRST: "{color} {kind} {phrase}",
    "phrase in the middle": "{color} {phrase} {kind}",
    ONE_WORD: "{word} {color} {kind}",
    "phrase three times": "{phrase} {phrase} {phrase} {color} {kind}",
    LONG_OBJECT: "{phrase} {color} {kind} {color} {kind} {color} {kind}",
    "object first, object three times": "{color} {kind} {color} {kind} {color} {kind} {phrase}",
    LONG_PHRASE_LAST: "{color} {kind} {phrase} {phrase} {phrase}",
    TWICE: "{phrase} {color} {kind} | {phrase} {color} {kind}",
    "said twice, object first": "{color} {kind} {phrase} | {color} {kind} {phrase}",
}


@dataclass(frozen=True)
class Sentence:
    """What is said, and the first of its words that is read out."""

    words: tuple[str, ...]
    start: int = 0

    @property
    def text(self) -> str:
        """The words as a model reads them."""
        return " ".join(self.words)

    @property
    def unread(self) -> int:
        """How many characters stand before the first word that is read out."""
        return len(" ".join(self.words[: self.start]))

    @property
    def read(self) -> tuple[str, ...]:
        """The words that are read out."""
        return self.words[self.start :]

    @property
    def prefixes(self) -> tuple[tuple[str, ...], ...]:
        """For each word that is read out, all words up to it."""
        return tuple(self.words[: end + 1] for end in range(self.start, len(self.words)))


def say(grammar: Grammar, order: str) -> list[Sentence]:
    """Every instruction of a grammar in one of `ORDERS`; an article goes with the colour."""
    template = ORDERS[order]
    short = one_word_each(list(dict.fromkeys(i.phrase for i in grammar.instructions))) if "{word}" in template else {}
    said = []
    for instruction in grammar.instructions:
        color = f"{grammar.article} {instruction.color}".strip()
        parts = {"phrase": instruction.phrase, "color": color, "kind": instruction.kind}
        words = template.format(**parts, word=short.get(instruction.phrase)).split()
        start = words.index(READ_FROM) if READ_FROM in words else 0
        said.append(Sentence(tuple(word for word in words if word != READ_FROM), start))
    return said


def one_word_each(phrases: Sequence[str]) -> dict[str, str]:
    """One of its own words for each phrase, no word twice; raises where there are not enough words."""
    words = list(dict.fromkeys(word for phrase in phrases for word in phrase.split()))
    own = csr_array(np.array([[word in phrase.split() for word in words] for phrase in phrases], dtype=np.int8))
    chosen = maximum_bipartite_matching(own, perm_type="column")
    if (chosen < 0).any():
        left = phrases[int(np.argmin(chosen))]
        raise ValueError(f"no word is left to stand for {left!r} alone; leave out the order {ONE_WORD!r}")
    return {phrase: words[i] for phrase, i in zip(phrases, chosen)}
