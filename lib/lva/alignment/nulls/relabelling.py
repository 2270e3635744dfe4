"""The relabelling null: how much of an alignment is more than shared words?

Instructions are a product of factors, phrase x color x kind. Renaming the levels of a factor among themselves
permutes the items. If it keeps every word-overlap relation, whatever two spaces share through words alone stays
exactly as it was, while what the words *mean* is exchanged. So over such renamings of one space's items the
alignment from shared words survives, and what exceeds the null is alignment of meaning.

Not every renaming keeps the overlaps. A two-word phrase cannot replace a one-word phrase, nor can a phrase that
shares a word with another replace one that does not: two bags of words would then lose alignment and
seem to share meaning. A level permutation is therefore allowed only if, alone, it leaves the Gram matrix of the
words (n, n) as it is: K(g i, g j) = K(i, j). The Gram records the number and the overlap of words. What remains:

- grammar `natural` (three phrases of two words, three of one, none shared): 3! 3! = 36 phrase permutations,
  6! for colors, 3! for kinds: 155,520 in all. Six of the 36 keep all synonyms together, so if nothing but
  synonymy is shared, no data can give p < 1/6; see `Null.floor`.
- grammar `paper` (`go to` - `run to` - `run from` - `escape from` is a chain of shared words; `pick up` and `pick`
  differ in length): only the identity and the reversal of the chain: 2 x 6! x 3! = 8,640. The reversal
  exchanges whole tasks and keeps synonyms together, so this grammar cannot tell synonymy from shared words;
  what the null tests there is the meaning of colors and kinds.
"""

from __future__ import annotations

from numpy.typing import ArrayLike

from lva.alignment.checks import as_pair, check_count, check_seed
from lva.alignment.nulls.measures import DEFAULTS, Measures
from lva.alignment.nulls.null import Null
from lva.alignment.nulls.permuted import Permutations
from lva.alignment.nulls.relabelling_group import RelabellingGroup


def relabelling_null(
    x: ArrayLike,
    y: ArrayLike,
    group: RelabellingGroup,
    measures: Measures = DEFAULTS,
    permutations: int = 10_000,
    seed: int = 0,
) -> Null:
    """Compare every statistic with its values when y's words change meaning and the word overlaps stay.

    H0: given the word overlaps, what y's words mean is independent of what x's mean; then y and any allowed
    relabelling of y are equally likely, and p is valid: P(p <= a) <= a. If x or y is a function of the word
    overlaps alone (any bag of words, tf-idf too), the null is constant at the observed value: excess 0, p = 1.
    group: by `relabelling_group`; the whole of it if it has at most `permutations` elements, else a sample of so
    many. The top of this file says what is left of it in each grammar.
    x: (n, d1), y: (n, d2). Ref.: ours; group invariance: Hemerik & Goeman, *Exact testing with random
    permutations*, 2018.
    """
    x, y = as_pair(x, y, least=4)
    measures = measures.sized(len(x))
    a, b = measures.prepare(x, name="x"), measures.prepare(y, name="y")
    exact, drawn = draw_relabellings(group, permutations, seed)
    source = ("relabelling", group.size, *(("all",) if exact else (permutations, seed)))
    return Null(measures.names, measures.score(a, b), measures.permute(a, b, drawn), exact, source)


def draw_relabellings(group: RelabellingGroup, permutations: int, seed: int) -> tuple[bool, Permutations]:
    """Return whether the whole group is drawn, and its permutations of the items: all, or a sample."""
    check_count(permutations, "permutations")
    check_seed(seed)
    exact = group.size <= permutations and all(g.elements is not None for g in group.groups)
    return exact, group.every() if exact else group.sample(permutations, seed)
