"""The models that the agent is compared with: trained here, or from the hub; their embeddings."""

from lva.models.references.draws import load_draws, load_run_draws
from lva.models.references.embedding import embed, embed_all, embedder
from lva.models.references.embeddings import Embeddings
from lva.models.references.reference import (
    Reference,
    ReferenceUnavailable,
    reference_of,
    reference_of_folder,
    untrained,
)
from lva.models.references.registry import find_reference, load_references
from lva.models.references.static import WORDLLAMA, word_vectors
from lva.models.references.stored import (
    embed_references,
    load_embeddings,
    load_run_embeddings,
    save_word_vectors,
    saved_embeddings,
)
from lva.models.training.config import PretrainConfig
from lva.models.training.draws import embed_draws, pretrain_draws
from lva.models.training.families import FAMILIES
from lva.models.training.pretraining import pretrain, pretrain_all
from lva.models.training.swaps import swap_table
from lva.models.training.trained import references_here
from lva.models.training.validation import NotLearnt, check_learnt

__all__ = [
    "FAMILIES",
    "WORDLLAMA",
    "Embeddings",
    "NotLearnt",
    "PretrainConfig",
    "Reference",
    "ReferenceUnavailable",
    "check_learnt",
    "embed",
    "embed_all",
    "embed_draws",
    "embed_references",
    "embedder",
    "find_reference",
    "load_draws",
    "load_embeddings",
    "load_references",
    "load_run_draws",
    "load_run_embeddings",
    "pretrain",
    "pretrain_all",
    "pretrain_draws",
    "reference_of",
    "reference_of_folder",
    "references_here",
    "save_word_vectors",
    "saved_embeddings",
    "swap_table",
    "untrained",
    "word_vectors",
]
