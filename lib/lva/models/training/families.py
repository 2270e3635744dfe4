"""The six families at small size: the real architecture classes, trained here from random weights."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import torch
import transformers  # loads a model's code only when its class is used
from torch import nn

from lva.models.training import tokenizers
from lva.models.training.blip import Blip
from lva.models.training.mimetic import grid_sinusoids, near_identity, place, sinusoids

if TYPE_CHECKING:
    from transformers import (
        BertForMaskedLM,
        CLIPModel,
        DeepseekV3ForCausalLM,
        LlamaForCausalLM,
        PreTrainedTokenizerBase,
        Qwen3ForCausalLM,
    )

TEXT, PICTURES = "text", "pictures with captions"
IMAGE_SIZE, PATCH_SIZE = 56, 8  # pixels: a view of 7 x 7 tiles, one patch per tile
TILE_PLACES = 0.5  # std of a picture's initial position embeddings; its patch embeddings have about 1


@dataclass(frozen=True)
class Size:
    """What the architectures have in common."""

    width: int = 128  # of the hidden states
    layers: int = 4  # of text
    vision_layers: int = 2  # of pictures: tiles are simple
    heads: int = 4
    context: int = 128  # tokens that a text may have

    def __post_init__(self):
        if self.width % (4 * self.heads) or self.heads % 2:
            raise ValueError(f"width={self.width} must be a multiple of 4 x heads={self.heads}, and heads even")
        if self.layers < 2 or self.vision_layers < 1:
            raise ValueError(
                f"layers={self.layers} must be at least 2, as DeepSeek's first has no experts, "
                f"and vision_layers={self.vision_layers} at least 1"
            )


@dataclass(frozen=True)
class Family:
    """A reference that is trained here."""

    family: str  # "llama"
    objective: str  # "next word"; a key of LOSSES and VALIDATIONS
    experience: str  # TEXT or PICTURES
    train_tokenizer: Callable[[Iterable[str], int], PreTrainedTokenizerBase]
    build: Callable[[Size, PreTrainedTokenizerBase], nn.Module]
    architecture: str | None  # what `build` makes: a class of transformers, or Blip
    batch_size: int  # the one that learns most in a minute on two cores
    learning_rate: float  # at that batch size

    @property
    def name(self) -> str:
        """The name in tables and folders: "llama-here"."""
        return f"{self.family}-here"

    @property
    def model(self) -> type[nn.Module]:
        """The class of what `build` makes, for its `from_pretrained`."""
        return Blip if self.architecture is None else getattr(transformers, self.architecture)


def new_model(name: str, size: Size, tokenizer: PreTrainedTokenizerBase, seed: int = 0) -> nn.Module:
    """An untrained model of a family; torch's global generator is left unchanged."""
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        return FAMILIES[name].build(size, tokenizer).eval()


def build_llama(size: Size, tokenizer: PreTrainedTokenizerBase) -> LlamaForCausalLM:
    """LLaMA 3: rotary positions, grouped queries, gated MLP."""
    shared_keys = {"num_key_value_heads": size.heads // 2, "tie_word_embeddings": True}
    return transformers.LlamaForCausalLM(transformers.LlamaConfig(**_decoder(size, tokenizer), **shared_keys))


def build_qwen(size: Size, tokenizer: PreTrainedTokenizerBase) -> Qwen3ForCausalLM:
    """Qwen 3: LLaMA's, with queries and keys normalised."""
    shared_keys = {"num_key_value_heads": size.heads // 2, "tie_word_embeddings": True}
    return transformers.Qwen3ForCausalLM(
        transformers.Qwen3Config(**_decoder(size, tokenizer), **shared_keys, head_dim=size.width // size.heads)
    )


def build_deepseek(size: Size, tokenizer: PreTrainedTokenizerBase) -> DeepseekV3ForCausalLM:
    """DeepSeek V3: latent attention, and from the second layer on one shared and two of four routed experts."""
    head = size.width // size.heads
    latent = {"q_lora_rank": size.width // 2, "kv_lora_rank": size.width // 2, "v_head_dim": head}
    parts = {"qk_nope_head_dim": head // 2, "qk_rope_head_dim": head // 2, "num_key_value_heads": size.heads}
    experts = {"n_routed_experts": 4, "num_experts_per_tok": 2, "n_shared_experts": 1, "first_k_dense_replace": 1}
    routing = {"n_group": 1, "topk_group": 1, "routed_scaling_factor": 1.0, "moe_intermediate_size": size.width}
    config = transformers.DeepseekV3Config(
        **_decoder(size, tokenizer), **latent, **parts, **experts, **routing, num_nextn_predict_layers=0
    )
    return transformers.DeepseekV3ForCausalLM(config)


def build_bert(size: Size, tokenizer: PreTrainedTokenizerBase) -> BertForMaskedLM:
    """BERT: post-normalised, learned positions, attention both ways."""
    model = transformers.BertForMaskedLM(transformers.BertConfig(**_text(size, tokenizer), **_no_dropout()))
    positions = model.bert.embeddings.position_embeddings.weight
    place(positions, sinusoids(*positions.shape), 2 * model.config.initializer_range)
    for layer in model.bert.encoder.layer:
        _read_neighbours(layer.attention)
    return model


def build_clip(size: Size, tokenizer: PreTrainedTokenizerBase) -> CLIPModel:
    """CLIP: a causal text transformer beside a vision transformer, compared by cosine."""
    text, vision = _text(size, tokenizer), _vision(size)
    model = transformers.CLIPModel(
        transformers.CLIPConfig(text_config=text, vision_config=vision, projection_dim=size.width)
    )
    positions = model.vision_model.embeddings.position_embedding.weight
    place(positions, grid_sinusoids(IMAGE_SIZE // PATCH_SIZE, size.width), TILE_PLACES)
    for layer in model.vision_model.encoder.layers:
        attention = layer.self_attn
        projections = (attention.q_proj, attention.k_proj, attention.v_proj, attention.out_proj)
        near_identity(*(projection.weight for projection in projections))
    return model


def build_blip(size: Size, tokenizer: PreTrainedTokenizerBase) -> Blip:
    """BLIP: see `Blip`."""
    text = _text(size, tokenizer) | _no_dropout() | {"sep_token_id": tokenizer.sep_token_id}
    projections = {"projection_dim": size.width, "image_text_hidden_size": size.width}
    model = Blip(transformers.BlipConfig(text_config=text, vision_config=_vision(size), **projections))
    vision, decoder = model.contrast.vision_model, model.captioning.text_decoder.bert
    place(vision.embeddings.position_embedding[0], grid_sinusoids(IMAGE_SIZE // PATCH_SIZE, size.width), TILE_PLACES)
    for layer in vision.encoder.layers:
        near_identity(*layer.self_attn.qkv.weight.chunk(3), layer.self_attn.projection.weight)
    positions = decoder.embeddings.position_embeddings.weight
    place(positions, sinusoids(*positions.shape), 2 * text["initializer_range"])
    for layer in decoder.encoder.layer:
        _read_neighbours(layer.attention)
    return model


def _read_neighbours(attention: nn.Module) -> None:
    """Make tokens attend to their neighbours at first, in BERT and in BLIP's decoder, which is built like it."""
    parts = (attention.self.query, attention.self.key, attention.self.value, attention.output.dense)
    near_identity(*(part.weight for part in parts))


def _decoder(size: Size, tokenizer: PreTrainedTokenizerBase) -> dict[str, Any]:
    return _text(size, tokenizer) | {"intermediate_size": 3 * size.width}  # gated: three matrices instead of two


def _text(size: Size, tokenizer: PreTrainedTokenizerBase) -> dict[str, Any]:
    return _transformer(size) | {
        "vocab_size": len(tokenizer),
        "max_position_embeddings": size.context,
        "bos_token_id": tokenizer.bos_token_id,
        "eos_token_id": tokenizer.sep_token_id if tokenizer.eos_token_id is None else tokenizer.eos_token_id,
        "pad_token_id": tokenizer.pad_token_id,
    }


def _vision(size: Size) -> dict[str, Any]:
    picture = {"image_size": IMAGE_SIZE, "patch_size": PATCH_SIZE}
    return _transformer(size) | picture | {"num_hidden_layers": size.vision_layers}


def _transformer(size: Size) -> dict[str, Any]:
    return {
        "hidden_size": size.width,
        "intermediate_size": 4 * size.width,
        "num_hidden_layers": size.layers,
        "num_attention_heads": size.heads,
        "initializer_range": 0.02 * (768 / size.width) ** 0.5,  # 0.02 at BERT's width; the same variance at any other
    }


def _no_dropout() -> dict[str, float]:
    return {"hidden_dropout_prob": 0.0, "attention_probs_dropout_prob": 0.0}  # no text is seen often enough to overfit


NEXT, MASKED, CONTRAST, ALL = "next word", "masked words", "contrast", "contrast, matching, captioning"
FAMILIES: dict[str, Family] = {
    family.name: family
    for family in (
        Family("llama", NEXT, TEXT, tokenizers.llama_tokenizer, build_llama, "LlamaForCausalLM", 32, 3e-3),
        Family("qwen", NEXT, TEXT, tokenizers.qwen_tokenizer, build_qwen, "Qwen3ForCausalLM", 32, 3e-3),
        Family(
            "deepseek", NEXT, TEXT, tokenizers.deepseek_tokenizer, build_deepseek, "DeepseekV3ForCausalLM", 32, 3e-3
        ),
        Family("bert", MASKED, TEXT, tokenizers.bert_tokenizer, build_bert, "BertForMaskedLM", 32, 2e-3),
        Family("clip", CONTRAST, PICTURES, tokenizers.clip_tokenizer, build_clip, "CLIPModel", 64, 2e-3),
        Family("blip", ALL, PICTURES, tokenizers.blip_tokenizer, build_blip, None, 32, 2e-3),
    )
}
