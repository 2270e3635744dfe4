"""BLIP as it is trained: contrast, matching and captioning at once, over one picture encoder."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import transformers
from torch import nn

from lva.models.quiet import quiet

if TYPE_CHECKING:
    from transformers import BlipConfig

MATCHING, CAPTIONING = "matching", "captioning"  # folders beside the weights that AutoModel loads


class Blip(nn.Module):
    """Three models of transformers that share what BLIP shares (Li et al., arXiv 2201.12086).

    `contrast` encodes text and picture separately; `matching` encodes the text in view of the picture, with the same
    text encoder; `captioning` writes the text, with a decoder that shares all but its self-attention. The contrast
    teaches the text encoder to read without a picture; matching's own projections are neither used nor trained.
    """

    def __init__(self, config: BlipConfig):
        super().__init__()
        self.config = config
        with quiet(bars=True):  # BlipModel is deprecated, but its successors have no contrastive loss
            self.contrast = transformers.BlipModel(config)
        self.matching = transformers.BlipForImageTextRetrieval(config)
        self.captioning = transformers.BlipForConditionalGeneration(config)
        self._share()

    def _share(self) -> None:
        encoder, decoder = self.contrast.text_model, self.captioning.text_decoder
        self.matching.vision_model = self.captioning.vision_model = self.contrast.vision_model
        self.matching.text_encoder.embeddings = decoder.bert.embeddings = encoder.embeddings
        self.matching.text_encoder.encoder = encoder.encoder
        for writing, reading in zip(decoder.bert.encoder.layer, encoder.encoder.layer):
            for part in ("crossattention", "intermediate", "output"):
                setattr(writing, part, getattr(reading, part))
        self.captioning.tie_weights()

    def save_pretrained(self, folder: str | Path) -> None:
        """Save each of the three so that its own class loads it; `contrast` is the one that AutoModel finds."""
        self.contrast.save_pretrained(folder)
        self.matching.save_pretrained(Path(folder) / MATCHING)
        self.captioning.save_pretrained(Path(folder) / CAPTIONING)

    @classmethod
    def from_pretrained(cls, folder: str | Path) -> Blip:
        """Load the three, and share their weights again."""
        blip = cls(transformers.BlipConfig.from_pretrained(folder))
        with quiet(bars=True):
            blip.contrast = transformers.BlipModel.from_pretrained(folder)
        blip.matching = transformers.BlipForImageTextRetrieval.from_pretrained(Path(folder) / MATCHING)
        blip.captioning = transformers.BlipForConditionalGeneration.from_pretrained(Path(folder) / CAPTIONING)
        blip._share()
        return blip
