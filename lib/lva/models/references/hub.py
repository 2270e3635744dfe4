"""A model of the hub as a folder on disk: safetensors, configuration and tokenizer, or one line that says why not."""

from __future__ import annotations

from pathlib import Path

from huggingface_hub import constants, hf_hub_download, snapshot_download
from huggingface_hub.errors import (
    GatedRepoError,
    HFValidationError,
    HTTPError,  # the base of all that the hub library's HTTP client raises
    LocalEntryNotFoundError,
    OfflineModeIsEnabled,
    RepositoryNotFoundError,
    RevisionNotFoundError,
)
from huggingface_hub.utils import get_session

from lva.models.references.reference import Reference, ReferenceUnavailable

TIMEOUT = 5  # seconds to wait for an answer of the hub; the library itself would wait for minutes
WORDS = ["*.json", "*.txt", "*.model", "*.jinja"]  # configuration and tokenizer
WEIGHTS = "*.safetensors"
NOT_THESE = ["*/*.safetensors", "consolidated*", "onnx/*", "openvino/*", "coreml/*"]  # copies of the weights


def snapshot(reference: Reference) -> Path:
    """Return the folder of a hub model, downloaded if need be; without a network, from the hub library's cache."""
    try:
        folder = snapshot_download(
            reference.source,
            revision=reference.revision,
            allow_patterns=WORDS if reference.seed is not None else [*WORDS, WEIGHTS],
            ignore_patterns=NOT_THESE,
            local_files_only=not reachable(),
        )
    except (HFValidationError, HTTPError, OSError, RuntimeError) as error:
        raise ReferenceUnavailable(f"{reference.source} {_remedy(reference, error)}") from error
    return Path(folder)


def hub_file(reference: Reference, repository: str, name: str) -> Path:
    """Return one file of a repository on the hub, downloaded if need be."""
    try:
        path = hf_hub_download(repository, name, revision=reference.revision, local_files_only=not reachable())
    except (HFValidationError, HTTPError, OSError, RuntimeError) as error:
        raise ReferenceUnavailable(f"{reference.source} {_remedy(reference, error)}") from error
    return Path(path)


def reachable() -> bool:
    """Whether the hub answers within TIMEOUT seconds."""
    try:
        get_session().head(constants.ENDPOINT, timeout=TIMEOUT)
    except (HTTPError, OfflineModeIsEnabled):
        return False
    return True


def _remedy(reference: Reference, error: Exception) -> str:
    """Say what is wrong and what to do about it."""
    page = f"{constants.ENDPOINT}/{reference.source}"
    if isinstance(error, GatedRepoError):
        return f"is gated: accept its licence at {page} and log in with `hf auth login`"
    if isinstance(error, RepositoryNotFoundError):
        return "is not on the hub, or private: check the name, or log in with `hf auth login`"
    if isinstance(error, RevisionNotFoundError):
        return f"has no revision {reference.revision!r}: look for one at {page}/commits/main"
    if isinstance(error, HFValidationError):
        return "is neither a folder nor a name on the hub: write owner/name"
    if isinstance(error, LocalEntryNotFoundError):
        why = "HF_HUB_OFFLINE is set" if constants.HF_HUB_OFFLINE else f"no answer from {constants.ENDPOINT}"
        return f"is not in the cache, and {why}: connect, point HF_HOME to a filled cache, or give a local folder"
    return f"was interrupted ({' '.join(str(error).split())}): run again to resume"
