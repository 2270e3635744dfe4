"""From a reference to a model that reads text: its folder, its tokenizer, and the tower that gives the hidden states.

`part` decides which class loads a checkpoint and which of its parts reads the text; `auto` goes by the folder's own
configuration. Weights are read from safetensors alone, and code from a checkpoint is never run.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from operator import attrgetter
from pathlib import Path
from typing import TYPE_CHECKING, Any

import torch
import transformers
from accelerate.utils.memory import clear_device_cache
from torch import Tensor
from torch.nn import functional as F

from lva.ground import paths
from lva.ground.artifacts import ArtifactError, config_hash, sha256
from lva.models.quiet import quiet
from lva.models.references.gguf import explained, gguf_file
from lva.models.references.hub import WEIGHTS, snapshot
from lva.models.references.package import package_folder
from lva.models.references.reference import Reference, ReferenceUnavailable
from lva.models.references.sentence import MODULES, sentence_recipe
from lva.models.references.vector_file import own_file
from lva.models.references.weights import check_used, check_weights, loading

if TYPE_CHECKING:
    from transformers import PreTrainedModel, PreTrainedTokenizerBase

TOKENIZERS = ("tokenizer.json", "tokenizer.model", "vocab.txt", "vocab.json")
CONTENT = (WEIGHTS, "*config.json", "*/config.json", MODULES, *TOKENIZERS, "merges.txt")  # what the vectors depend on
SAFE = {"trust_remote_code": False, "local_files_only": True}


@dataclass(frozen=True)
class Part:
    """How one part of a checkpoint is loaded and run."""

    loader: str = "AutoModel"  # class of transformers
    tower: str | None = None  # attribute that reads the text, None for the whole
    options: dict[str, Any] = field(default_factory=dict)  # of the tower's forward


PARTS = {
    "model": Part(),
    "sentence": Part(),
    "text": Part(tower="text_model"),  # of CLIP, or of BLIP as a pair of towers
    "encoder": Part("BlipForImageTextRetrieval", "text_encoder"),
    "decoder": Part("BlipForConditionalGeneration", "text_decoder.bert", {"is_decoder": True}),
}


@dataclass(frozen=True)
class Model:
    """A loaded reference: `tower` gives states, `own` the model's own vector from its output and the token mask."""

    reference: Reference
    folder: Path
    part: str
    tokenizer: PreTrainedTokenizerBase
    tower: PreTrainedModel
    own: Callable[[Any, Tensor], Tensor] | None

    @property
    def device(self) -> torch.device:
        """Where the tokens go: the device of the first weights that are not on disk, as some are if memory is short."""
        devices = (weight.device for weight in self.tower.parameters() if weight.device.type != "meta")
        return next(devices, torch.device("cpu"))

    def run(self, ids: Tensor, mask: Tensor) -> Any:
        """The tower's output with the states of all layers; `ids, mask: (b, t)`, padded on the right."""
        options = PARTS[self.part].options
        return self.tower(input_ids=ids, attention_mask=mask, output_hidden_states=True, **options)


def load_model(reference: Reference) -> Model:
    """Load a reference, in evaluation mode, on the GPU if there is one."""
    found, is_gguf = locate(reference), reference.place == "gguf"
    folder, options = (found.parent, SAFE | {"gguf_file": found.name}) if is_gguf else (found, SAFE)
    if torch.cuda.is_available():
        clear_device_cache(garbage_collection=True)  # of the previous model
    told = explained(reference, found) if is_gguf else loading(reference.name, folder)
    with quiet(bars=reference.place == "hub"), told:
        config = transformers.AutoConfig.from_pretrained(folder, **options)
        part = part_of(reference, folder, config)
        build = _trained if reference.seed is None else _random
        whole, absent = build(reference, found, config, getattr(transformers, PARTS[part].loader))
        tokenizer = transformers.AutoTokenizer.from_pretrained(folder, **options)
    own = _own(part, whole, folder, absent)
    tower = whole if PARTS[part].tower is None else attrgetter(PARTS[part].tower)(whole)
    tower.config.use_cache = False
    return Model(reference, folder, part, tokenizer, tower.eval(), own)


def locate(reference: Reference) -> Path:
    """Return the folder of a reference, or its GGUF file, downloaded if it is on the hub, its hash checked if known."""
    if reference.place == "gguf":
        return gguf_file(reference)
    find = {"hub": snapshot, "folder": _local, "package": package_folder}
    folder = find[reference.place](reference)
    if not (folder / "config.json").is_file():
        raise ReferenceUnavailable(f"{reference.name}: {folder} holds no config.json; save a model there first")
    if not any((folder / name).is_file() for name in TOKENIZERS):
        raise ReferenceUnavailable(f"{reference.name}: {folder} holds no tokenizer; save the model's own beside it")
    if reference.seed is None and not any(folder.glob(WEIGHTS)):
        remedy = "pickles are never read: choose a revision that has them (refs/pr/N on the hub), or convert them"
        raise ReferenceUnavailable(f"{reference.name}: {reference.source} holds no safetensors, and {remedy}")
    check_weights(folder, reference.name)
    if reference.sha256 is not None and (digest := sha256(folder / "model.safetensors")) != reference.sha256:
        expected = f"expected {reference.sha256}; do not use this file, install it again"
        raise ArtifactError(f"{folder / 'model.safetensors'} of {reference.name} has sha256 {digest}, {expected}")
    return folder


def content(reference: Reference) -> str:
    """Hash of the local files the vectors depend on, so that a retrained model counts as new; empty for a hub model."""
    if reference.place == "hub":
        return ""
    if reference.place == "file":
        return sha256(own_file(reference))
    if reference.place == "gguf":
        return sha256(gguf_file(reference))
    folder = locate(reference)
    files = sorted({path for pattern in CONTENT for path in folder.glob(pattern)})
    return config_hash({str(path.relative_to(folder)): sha256(path) for path in files})


def part_of(reference: Reference, folder: Path, config: Any) -> str:
    """Which part of a checkpoint reads the text."""
    if reference.part != "auto":
        return reference.part
    if reference.place == "gguf":
        return "model"
    if (folder / MODULES).is_file():
        return "sentence"
    class_name = (config.architectures or [""])[0]
    by_class = {part.loader: name for name, part in PARTS.items() if name in ("encoder", "decoder")}
    return by_class.get(class_name, "text" if config.model_type in ("clip", "blip") else "model")


def _local(reference: Reference) -> Path:
    folder = paths.find(reference.source)
    if not folder.is_dir():
        raise ReferenceUnavailable(
            f"{reference.name}: no folder {reference.source}; check the path, or train the model first"
        )
    return folder


def _trained(reference: Reference, found: Path, config: Any, loader: Any) -> tuple[PreTrainedModel, set[str]]:
    """The model, and the names of its weights that the checkpoint does not have."""
    is_gguf = reference.place == "gguf"
    where = {"gguf_file": found.name} if is_gguf else {"use_safetensors": True}
    whole, info = loader.from_pretrained(
        found.parent if is_gguf else found,
        config=config,
        dtype=getattr(torch, reference.dtype),
        device_map="auto" if torch.cuda.is_available() else None,
        output_loading_info=True,
        **where,
        **SAFE,
    )
    absent = set(info["missing_keys"])
    if lacking := sorted(name for name in absent if "pooler." not in name):
        remedy = f"they would be random; is part={reference.part!r} right for {config.architectures}?"
        raise ReferenceUnavailable(
            f"{reference.name}: {found} lacks {len(lacking)} weights such as {lacking[0]}, and {remedy}"
        )
    check_used(info["unexpected_keys"], reference.name, found)
    return whole, absent


def _random(reference: Reference, found: Path, config: Any, loader: Any) -> tuple[PreTrainedModel, set[str]]:
    with torch.random.fork_rng():
        torch.manual_seed(reference.seed)
        whole = loader.from_config(config) if hasattr(loader, "from_config") else loader(config)
    device = "cuda" if torch.cuda.is_available() else "cpu"
    return whole.to(device, getattr(torch, reference.dtype)), set()


def _own(part: str, whole: PreTrainedModel, folder: Path, absent: set[str]) -> Callable[[Any, Tensor], Tensor] | None:
    """The model's own way to turn a text into one vector; None if it has none, or was not trained for it."""
    if part == "sentence":
        recipe = sentence_recipe(folder)
        return lambda output, mask: recipe(output.last_hidden_state.float(), mask)
    if part == "encoder":  # as for its contrastive loss with pictures
        return lambda output, mask: F.normalize(whole.text_proj(output.last_hidden_state[:, 0]), dim=-1)
    if part == "decoder" or absent:
        return None
    if part == "text":
        return lambda output, mask: whole.text_projection(output.pooler_output)
    return lambda output, mask: output.get("pooler_output")
