"""The meaning of words without reading them together: the mean of the static vectors of an instruction's words.

It stands between words alone, which know which words are the same, and models that read a sentence: word order and
what words do to one another are lost, what they mean one by one is there.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from lva.models import WORDLLAMA, ReferenceUnavailable, word_vectors
from lva.spaces.space import Space, Spaces


def static_spaces(texts: Sequence[str]) -> Spaces:
    """The space `wordllama`; none if a word is not kept and the package is not installed."""
    words = list(dict.fromkeys(word for text in texts for word in text.split()))
    try:
        vectors = dict(zip(words, word_vectors(words)))
    except ReferenceUnavailable:
        return Spaces()
    means = np.array([np.mean([vectors[word] for word in text.split()], axis=0) for text in texts])
    return Spaces([Space(WORDLLAMA.name, "static", WORDLLAMA.family, (means,), "mean over words")])
