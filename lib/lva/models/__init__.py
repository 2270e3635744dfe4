"""The models that the agent is compared with: trained here, or from the hub; their embeddings."""

from lva.models.agents import trained_agents, untrained_agents
from lva.models.corpus import CORPORA, write_corpus
from lva.models.embedding import embed, embed_all, embedder
from lva.models.families import FAMILIES
from lva.models.here import references_here
from lva.models.lexical import bag_of_words, factor_spaces, lexical_spaces, scramble
from lva.models.pictures import Pictures, take_pictures
from lva.models.pretraining import PretrainConfig, pretrain, pretrain_all
from lva.models.proof import NotLearnt, check_learnt
from lva.models.reference import Reference, ReferenceUnavailable, reference_of, reference_of_folder, untrained
from lva.models.registry import find_reference, load_references
from lva.models.saved import embed_references, load_embeddings, save_word_vectors, saved_embeddings
from lva.models.vectors import Embeddings

__all__ = [
    "CORPORA",
    "FAMILIES",
    "Embeddings",
    "NotLearnt",
    "Pictures",
    "PretrainConfig",
    "Reference",
    "ReferenceUnavailable",
    "bag_of_words",
    "check_learnt",
    "embed",
    "embed_all",
    "embed_references",
    "embedder",
    "factor_spaces",
    "find_reference",
    "lexical_spaces",
    "load_embeddings",
    "load_references",
    "pretrain",
    "pretrain_all",
    "reference_of",
    "reference_of_folder",
    "references_here",
    "save_word_vectors",
    "saved_embeddings",
    "scramble",
    "take_pictures",
    "trained_agents",
    "untrained",
    "untrained_agents",
    "write_corpus",
]
