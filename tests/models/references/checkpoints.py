"""Small checkpoints of every family, written as the hub holds them: `save_pretrained`, with a real tokenizer class."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

import torch
import transformers
from transformers import PreTrainedModel, PreTrainedTokenizerBase

from lva.models.training import tokenizers
from lva.world import load_grammar

TEXTS = load_grammar("paper").texts
WIDTH, PROJECTED, LAYERS, LONGEST = 32, 24, 3, 24
SPREAD = 0.2  # of the weights: ten times the usual, or layers would hardly change what comes in
SENTENCE = [{"type": f"sentence_transformers.models.{name}", "path": name} for name in ("Transformer", "Pooling")]
SENTENCE.append({"type": "sentence_transformers.models.Normalize", "path": "Normalize"})

DECODER = {"num_key_value_heads": 2, "head_dim": 8}
LATENT = {"kv_lora_rank": 16, "q_lora_rank": 16, "qk_rope_head_dim": 8, "qk_nope_head_dim": 8, "v_head_dim": 8}
EXPERTS = {"n_routed_experts": 4, "num_experts_per_tok": 2, "n_shared_experts": 1, "moe_intermediate_size": 16}
DEEPSEEK = LATENT | EXPERTS | {"first_k_dense_replace": 1, "n_group": 1, "topk_group": 1, "num_key_value_heads": 4}

CLASSES = {  # family -> its tokenizer, its class, what its configuration needs beyond the common
    "llama": ("llama", "LlamaForCausalLM", DECODER),
    "qwen2": ("qwen", "Qwen2ForCausalLM", DECODER),
    "qwen3": ("qwen", "Qwen3ForCausalLM", DECODER),
    "deepseek-v2": ("deepseek", "DeepseekV2ForCausalLM", DEEPSEEK),
    "deepseek-v3": ("deepseek", "DeepseekV3ForCausalLM", DEEPSEEK),
    "bert": ("bert", "BertForPreTraining", {}),
    "bert-masked": ("bert", "BertForMaskedLM", {}),
    "sentence": ("bert", "BertModel", {}),
    "clip": ("clip", "CLIPModel", {}),
    "blip-text": ("blip", "BlipModel", {}),
    "blip-encoder": ("blip", "BlipForImageTextRetrieval", {}),
    "blip-decoder": ("blip", "BlipForConditionalGeneration", {}),
}


def write_checkpoint(family: str, folder: Path, padding_side: str = "right", seed: int = 0) -> Path:
    """Save a model with random weights and its tokenizer, trained on the instructions."""
    kind, class_name, extra = CLASSES[family]
    tokenizer = train_tokenizer(kind)
    tokenizer.save_pretrained(folder)
    edit_json(folder / "tokenizer_config.json", padding_side=padding_side)
    new_model(class_name, tokenizer, extra, seed).save_pretrained(folder)
    if family == "sentence":
        (folder / "modules.json").write_text(json.dumps(SENTENCE))
        (folder / "Pooling").mkdir(exist_ok=True)
        modes = {"pooling_mode_mean_tokens": True, "pooling_mode_cls_token": False}
        (folder / "Pooling/config.json").write_text(json.dumps(modes))
    return folder


def edit_json(path: Path, **fields: Any) -> None:
    """Set fields of a JSON file; None takes one away."""
    found = json.loads(path.read_text()) | fields
    path.write_text(json.dumps({name: value for name, value in found.items() if value is not None}))


@cache
def train_tokenizer(kind: str) -> PreTrainedTokenizerBase:
    """Train the tokenizer of a family on the instructions; small enough that words fall into pieces."""
    return getattr(tokenizers, f"{kind}_tokenizer")(TEXTS, 300 if kind not in ("bert", "blip") else 60)


def new_model(class_name: str, tokenizer: PreTrainedTokenizerBase, extra: dict[str, Any], seed: int) -> PreTrainedModel:
    """A model of this class with weights of this seed."""
    model_class = getattr(transformers, class_name)
    text = {
        "vocab_size": len(tokenizer),
        "hidden_size": WIDTH,
        "intermediate_size": 2 * WIDTH,
        "num_hidden_layers": LAYERS,
        "num_attention_heads": 4,
        "max_position_embeddings": LONGEST,
        "initializer_range": SPREAD,
        "bos_token_id": tokenizer.bos_token_id,
        "eos_token_id": tokenizer.eos_token_id,
        "pad_token_id": tokenizer.pad_token_id,
    }
    if class_name.startswith(("CLIP", "Blip")):
        vision = {"hidden_size": 16, "intermediate_size": 32, "num_hidden_layers": 1, "num_attention_heads": 2}
        vision |= {"image_size": 16, "patch_size": 8}
        projections = {"projection_dim": PROJECTED, "image_text_hidden_size": PROJECTED}
        text |= {"initializer_factor": 3.0} if class_name == "CLIPModel" else {"sep_token_id": tokenizer.sep_token_id}
        config = model_class.config_class(text_config=text, vision_config=vision, **projections)
    else:
        config = model_class.config_class(**text, **extra)
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        return model_class(config)
