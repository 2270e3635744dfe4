"""What an agent is made of."""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from typing import Any

from lva.ground.values import check_fields, flag, one_of, optional, text, whole
from lva.world import Grammar, load_grammar
from lva.world.language import grammar_from_dict

WORD_INITS = ("identical", "identity", "random")
PRETRAINED = "pretrained:"  # before the file of vectors that words start from
TRUNKS = ("tiles", "resnet18")
FIELDS = {
    "word_init": text,
    "sentences": optional(text),
    "word_size": whole(1),
    "language_size": whole(1),
    "heads": whole(1),
    "trunk": one_of(*TRUNKS),
    "width": whole(1),
    "blocks": whole(0),
    "trunk_weights": optional(text),
    "freeze_pretrained": flag,
    "attends": one_of("sentence", "words"),
    "pooling": one_of("mean", "last", "query"),
    "pass_on": flag,
    "normalize": one_of("tokens", "both", "none"),
    "previous_action": flag,
}
N_ACTIONS = 6  # left, right, forward, pickup, drop, toggle: the paper's


@dataclass(frozen=True, repr=False)
class AgentConfig:
    """The paper's architecture; the defaults are those of the laptop, `trunk="resnet18"` is the paper's."""

    grammar: dict[str, Any] = field(default_factory=lambda: load_grammar("paper").as_dict())  # as data
    word_init: str = "identical"  # identical, identity, random, or pretrained:<file.npz with `words`, `vectors`>
    sentences: str | None = None  # frozen vectors in place of words: an .npz of `texts`, `vectors`; see SentenceEncoder
    word_size: int = 100  # of a word's embedding
    language_size: int = 128  # of E_L
    heads: int = 4  # of both attentions
    trunk: str = "tiles"  # tiles (a small residual CNN) or resnet18
    width: int = 32  # channels of the `tiles` trunk; of resnet18 half of its first stage's
    blocks: int = 2  # residual blocks of the `tiles` trunk
    trunk_weights: str | None = None  # of resnet18: "microsoft/resnet-18", a local folder, or None for random ones
    freeze_pretrained: bool = False  # keep the two pretrained stages of resnet18 as they are
    tile_size: int = 8  # pixels a tile: 8, or 32 as MiniGrid draws by default (resnet18 only)
    attends: str = "sentence"  # what looks at the view: E_L, or each word by itself, E_L being no more than their mean
    pooling: str = "mean"  # words become E_L by their mean, as the last of them, or by a learned query
    pass_on: bool = True  # E_L goes to the decision beside what it has seen; without, only what it has seen
    normalize: str = "tokens"  # what is layer-normalised before the cross-attention: tokens, both (E_L too) or none
    previous_action: bool = False  # tell the agent what it did last; the paper's does not know

    def __post_init__(self):
        check_fields(self, FIELDS)
        if self.word_init not in WORD_INITS and not self.word_init.startswith(PRETRAINED):
            raise ValueError(f"word_init={self.word_init!r} is none of {', '.join(WORD_INITS)}, pretrained:<file>")
        if self.attends == "words" and self.pooling != "mean":
            raise ValueError(f"pooling={self.pooling!r} needs attends='sentence'; where words attend, E_L is the mean")
        if self.sentences is not None and not (
            self.attends == "sentence" and self.pooling == "mean" and self.word_init == "identical"
        ):
            raise ValueError("sentences=... leaves no words: keep attends, pooling and word_init at their defaults")
        if self.word_size % self.heads or self.language_size % self.heads:
            raise ValueError(f"heads={self.heads} must divide word_size={self.word_size} and {self.language_size=}")
        if self.word_init == "identity" and self.word_size < len(self.language.vocabulary):
            raise ValueError(
                f"word_init='identity' needs word_size >= {len(self.language.vocabulary)}, the words of the grammar"
            )
        if self.tile_size not in (8, 32) or (self.trunk == "tiles" and self.tile_size != 8):
            raise ValueError(f"tile_size={self.tile_size} must be 8, or 32 with trunk='resnet18'")
        if self.trunk_weights is not None and self.trunk != "resnet18":
            raise ValueError(
                f"trunk_weights={self.trunk_weights!r} are for trunk='resnet18'; this one is {self.trunk!r}"
            )

    def __repr__(self) -> str:
        """The name of the grammar, and what is not the default."""
        changed = {f.name: getattr(self, f.name) for f in fields(self) if f.name != "grammar"}
        changed = {
            name: value for name, value in changed.items() if value != type(self).__dataclass_fields__[name].default
        }
        words = [f"{name}={value!r}" for name, value in ({"grammar": self.language.name} | changed).items()]
        return f"AgentConfig({', '.join(words)})"

    @property
    def language(self) -> Grammar:
        """The grammar itself."""
        return grammar_from_dict(self.grammar)
