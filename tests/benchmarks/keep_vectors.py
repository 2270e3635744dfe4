"""Make data/vectors again: the kept vectors of models that not everybody installs; `make gemma wordllama` first.

Of sentence models, the instructions of every committed grammar, in order and with their words shuffled as notebook 03
does; of static vectors, every word of these. Names of models as arguments make only theirs.
"""

import sys

from lva.ground import paths
from lva.models import WORDLLAMA, find_reference
from lva.models.references.kept import keep
from lva.models.references.static import keep_words
from lva.spaces import scramble
from lva.world import load_grammar

GRAMMARS = [load_grammar(path.stem) for path in sorted(paths.data().glob("grammars/*.toml"))]
GEMMA = "gemma-3-270m"
KEEP = {
    GEMMA: lambda: keep(find_reference(GEMMA), texts()),
    WORDLLAMA.name: lambda: keep_words(sorted({word for grammar in GRAMMARS for word in grammar.vocabulary})),
}


def texts() -> list[str]:
    """The instructions of all grammars, then shuffled; each once."""
    return list(dict.fromkeys(text for g in GRAMMARS for text in (*g.texts, *scramble(g.texts))))


if __name__ == "__main__":
    for name in sys.argv[1:] or KEEP:
        print(KEEP[name]())
