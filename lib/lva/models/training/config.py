"""How the references are trained."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from lva.ground.values import check_fields, one_of, optional, real, whole
from lva.models.training.families import FAMILIES, PICTURES, Family, Size
from lva.models.training.tokenizers import SMALLEST
from lva.world import Level
from lva.world.telling.corpus import CORPORA

FIELDS = {
    "corpus": one_of(*CORPORA),
    "documents": whole(1),
    "pictures": whole(1),
    "epochs": whole(1),
    "held_out": whole(2),
    "batch_size": optional(whole(2)),
    "learning_rate": optional(real(0, above=True)),
    "warmup": real(0, 1, below=True),
    "weight_decay": real(0),
    "clip": real(0, above=True),
    "vocabulary": whole(SMALLEST),  # bytes are tokens too
    "precision": one_of("no", "bf16"),
    "seed": whole(0),
}


@dataclass(frozen=True)
class PretrainConfig:
    """How the references are trained; the defaults are those of the laptop."""

    corpus: str = "narrated"  # narrated (episodes, with what was done) or described (scenes and instructions only)
    documents: int = 40_000  # texts that a text-only model reads
    pictures: int = 100_000  # pictures with captions that a vision-language model sees
    epochs: int = 1  # how often it sees each
    held_out: int = 500  # texts or pictures of the validation
    batch_size: int | None = None  # None: the family's own
    learning_rate: float | None = None  # at its peak; None: the family's own
    warmup: float = 0.1  # share of the training until the peak; then a cosine to zero
    weight_decay: float = 0.01
    clip: float = 1.0  # norm of the gradient
    width: int = 64  # of the hidden states
    layers: int = 4  # of a text transformer
    vision_layers: int = 2  # of a vision transformer
    heads: int = 4
    context: int = 256  # tokens a text may have
    vocabulary: int = 1000  # tokens at most
    precision: str = "no"  # no (float32) or bf16
    seed: int = 0  # of the episodes, the weights and the order of texts
    level: Level = field(default_factory=Level)  # of the rooms

    def __post_init__(self):
        check_fields(self, FIELDS)
        largest = max(family.batch_size for family in FAMILIES.values()) if self.batch_size is None else self.batch_size
        if min(self.documents, self.pictures) < largest or largest < 2:
            raise ValueError(
                f"documents={self.documents} and pictures={self.pictures} must be at least batch_size={largest} >= 2"
            )
        _ = self.size

    @property
    def size(self) -> Size:
        """The size of the architectures; raises if it is not valid."""
        return Size(self.width, self.layers, self.vision_layers, self.heads, self.context)

    def samples(self, family: Family) -> int:
        """Texts or pictures that a model of this family sees, with repetitions."""
        return self.epochs * (self.pictures if family.experience == PICTURES else self.documents)

    def of(self, family: Family) -> PretrainConfig:
        """The same configuration, with the family's own batch size and learning rate filled in."""
        own = {name: getattr(family, name) for name in ("batch_size", "learning_rate") if getattr(self, name) is None}
        return replace(self, **own)
