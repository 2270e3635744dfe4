"""The models of a run, in the parts that the study tells apart: BLIP's encoder and its decoder are two."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import torch
import transformers

from lva.ground.runs import RunFolder
from lva.models import Reference, load_references, references_here
from lva.models.references.loading import Model, content, load_model
from lva.models.training.blip import Blip

BLIP, ENCODER, DECODER = "blip-here", "blip-here, encoder", "blip-here, decoder"
BOTH_WAYS = ("bert", "sentence")  # families that read both ways; BLIP's encoder is the third
GENERATIVE = ("llama", "qwen", "deepseek", "gemma", "gpt2")  # trained to go on with a text; so is BLIP's decoder


@dataclass(frozen=True)
class Subject:
    """A model that is read out, and its twins with random weights."""

    name: str
    reference: Reference
    causal: bool  # whether it reads from left to right
    generative: bool  # whether it is trained to write text

    @property
    def file_name(self) -> str:
        """The name as a file may have it."""
        return self.name.replace(", ", "-").replace(" ", "-")

    def content(self) -> str:
        """Hash of the files that it is loaded from."""
        return content(self.reference)

    def load(self) -> Model:
        """The model as it was trained."""
        return _captioning(self.reference) if self.name == DECODER else load_model(self.reference)


def subjects_of(folder: RunFolder, names: Sequence[str]) -> list[Subject]:
    """The models trained in a run, and those of the registry; what cannot be had raises and says what to do."""
    here = [subject for one in references_here(folder.path / "models") for subject in _parts(one)]
    return here + [subject for one in load_references(list(names)) for subject in _parts(one)]


def twin(model: Model, seed: int) -> Model:
    """The same architecture and tokenizer with random weights."""
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        tower = type(model.tower)(model.tower.config)
    return replace(model, tower=tower.to(model.device, model.tower.dtype).eval())


def _parts(reference: Reference) -> list[Subject]:
    if reference.name == BLIP:
        encoder = Subject(ENCODER, replace(reference, part="text"), causal=False, generative=False)
        return [encoder, Subject(DECODER, replace(reference, part="decoder"), causal=True, generative=True)]
    causal, generative = reference.family not in BOTH_WAYS, reference.family in GENERATIVE
    return [Subject(reference.name, reference, causal, generative)]


def _captioning(reference: Reference) -> Model:
    """The decoder of BLIP as it is trained here: its weights are in a folder of their own, without a tokenizer."""
    folder = Path(reference.source)
    tower = Blip.from_pretrained(folder).captioning.text_decoder.bert
    return Model(reference, folder, "decoder", transformers.AutoTokenizer.from_pretrained(folder), tower.eval(), None)
