"""Make data/vectors again: the kept vectors of models that not everybody installs; needs `make gemma`.

The texts are the instructions of every committed grammar, in order and with their words shuffled as notebook 03 does.
"""

from lva.ground import paths
from lva.models.references.kept import keep
from lva.models.references.registry import find_reference
from lva.spaces import scramble
from lva.world import load_grammar

KEPT = ("gemma-3-270m",)


def texts() -> list[str]:
    """The instructions of all grammars, then shuffled; each once."""
    grammars = [load_grammar(path.stem).texts for path in sorted(paths.data().glob("grammars/*.toml"))]
    return list(dict.fromkeys(text for each in grammars for text in (*each, *scramble(each))))


if __name__ == "__main__":
    for name in KEPT:
        print(keep(find_reference(name), texts()))
