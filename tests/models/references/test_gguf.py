"""A GGUF file: its vectors are those of the same weights in safetensors, and what cannot be read says what to do."""

from __future__ import annotations

import sys
from dataclasses import replace

import numpy as np
import pytest
import torch
import transformers

from lva.ground.artifacts import ArtifactError, sha256
from lva.models.references.embedding import embed_all
from lva.models.references.loading import content, load_model, locate
from lva.models.references.reference import Reference, ReferenceUnavailable, reference_of, untrained
from lva.models.references.registry import find_reference

gguf = pytest.importorskip("gguf")
WORDS = ["go", "to", "red", "ball", "pick", "up"]
TOKENS = ["<unk>", "<s>", "</s>", "▁", *(f"▁{word}" for word in WORDS), *"abcdefghiklnoprtu"]
CONFIG = transformers.LlamaConfig(
    vocab_size=len(TOKENS), hidden_size=32, intermediate_size=64, num_hidden_layers=2, num_attention_heads=2,
    num_key_value_heads=2, max_position_embeddings=64, bos_token_id=1, eos_token_id=2,
)  # fmt: skip
TEXTS = ["go to red ball", "pick up red ball"]
NAMES = {  # of the weights of a block, here and in GGUF
    "self_attn.q_proj": "attn_q", "self_attn.k_proj": "attn_k", "self_attn.v_proj": "attn_v",
    "self_attn.o_proj": "attn_output", "mlp.gate_proj": "ffn_gate", "mlp.up_proj": "ffn_up",
    "mlp.down_proj": "ffn_down", "input_layernorm": "attn_norm", "post_attention_layernorm": "ffn_norm",
}  # fmt: skip


def for_llama_cpp(name: str, weight: np.ndarray) -> np.ndarray:
    """Rows of queries and keys in the order that llama.cpp keeps them, its rotary pairs side by side."""
    if not name.endswith(("q_proj", "k_proj")):
        return weight
    heads = CONFIG.num_attention_heads
    return weight.reshape(heads, 2, len(weight) // heads // 2, -1).swapaxes(1, 2).reshape(weight.shape)


def write_gguf(path, model, architecture="llama"):
    """The model as llama.cpp would have written it."""
    writer = gguf.GGUFWriter(path, architecture)
    writer.add_context_length(CONFIG.max_position_embeddings)
    writer.add_embedding_length(CONFIG.hidden_size)
    writer.add_block_count(CONFIG.num_hidden_layers)
    writer.add_feed_forward_length(CONFIG.intermediate_size)
    writer.add_head_count(CONFIG.num_attention_heads)
    writer.add_head_count_kv(CONFIG.num_key_value_heads)
    writer.add_layer_norm_rms_eps(CONFIG.rms_norm_eps)
    writer.add_rope_dimension_count(CONFIG.hidden_size // CONFIG.num_attention_heads)
    writer.add_rope_freq_base(10000.0)
    writer.add_vocab_size(len(TOKENS))
    writer.add_tokenizer_model("llama")
    writer.add_token_list(TOKENS)
    writer.add_token_scores([-float(i) for i in range(len(TOKENS))])
    writer.add_token_types([2, 3, 3, *[1] * (len(TOKENS) - 3)])
    for role, number in (("bos", 1), ("eos", 2), ("unk", 0)):
        getattr(writer, f"add_{role}_token_id")(number)
    weights = {name: tensor.numpy() for name, tensor in model.state_dict().items()}
    writer.add_tensor("token_embd.weight", weights["embed_tokens.weight"])
    writer.add_tensor("output_norm.weight", weights["norm.weight"])
    writer.add_tensor("output.weight", weights["embed_tokens.weight"])
    for layer in range(CONFIG.num_hidden_layers):
        for ours, theirs in NAMES.items():
            weight = for_llama_cpp(ours, weights[f"layers.{layer}.{ours}.weight"])
            writer.add_tensor(f"blk.{layer}.{theirs}.weight", weight)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return path


@pytest.fixture(scope="module")
def model():
    torch.manual_seed(5)  # not that of the untrained twin
    return transformers.LlamaModel(CONFIG).eval()


@pytest.fixture(scope="module")
def file(model, tmp_path_factory):
    return write_gguf(tmp_path_factory.mktemp("gguf") / "tiny.gguf", model)


def test_its_vectors_are_those_of_its_weights(file, model):
    loaded = load_model(reference_of(file))
    ids = torch.tensor([loaded.tokenizer(TEXTS[0])["input_ids"]])
    with torch.inference_mode():
        expected = model(ids).last_hidden_state
        found = loaded.run(ids, torch.ones_like(ids)).last_hidden_state
    torch.testing.assert_close(found, expected, rtol=1e-4, atol=1e-4)


def test_it_is_a_reference_like_any_other(file):
    reference = reference_of(file)
    assert (reference.name, reference.place, reference.family) == ("tiny", "gguf", "own")
    assert find_reference(str(file)) == reference
    embeddings = embed_all(reference, TEXTS, progress=False)
    assert embeddings.headline.shape == (2, CONFIG.hidden_size)
    assert {layer for layer, _ in embeddings.vectors} == {0, 1, 2}
    twin = embed_all(untrained(reference), TEXTS, progress=False)
    assert twin.headline.shape == (2, CONFIG.hidden_size) and not np.allclose(twin.headline, embeddings.headline)
    assert content(reference) == sha256(file)


def test_its_hash_is_checked(file):
    good = replace(reference_of(file), sha256=sha256(file))
    assert locate(good) == file
    with pytest.raises(ArtifactError, match="of tiny has sha256"):
        locate(replace(good, sha256="0" * 64))


def test_parts_in_packages_are_put_together_once(file, tmp_path, monkeypatch):
    data = file.read_bytes()
    for number, part in enumerate((data[:1000], data[1000:])):
        folder = tmp_path / f"carrier{number}/data"
        folder.mkdir(parents=True)
        (folder.parent / "__init__.py").touch()
        (folder / "part").write_bytes(part)
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setenv("LVA_CACHE", str(tmp_path / "cache"))
    source = "carrier0/data/part + carrier1/data/part"
    reference = Reference("joined", "gguf", source, sha256=sha256(file))
    whole = locate(reference)
    assert whole.read_bytes() == data and whole.parent == tmp_path / "cache/gguf"
    written = whole.stat().st_mtime_ns
    assert locate(untrained(reference)) == whole and whole.stat().st_mtime_ns == written
    with pytest.raises(ReferenceUnavailable, match="comes with a package that is not installed"):
        locate(replace(reference, source=f"{source} + carrier2/data/part"))


def test_what_cannot_be_read_says_what_to_do(file, model, tmp_path, monkeypatch):
    with pytest.raises(ReferenceUnavailable, match=r"no file nowhere\.gguf; check the path"):
        locate(reference_of("nowhere.gguf"))
    short = tmp_path / "short.gguf"
    short.write_bytes(file.read_bytes()[:2000])
    with pytest.raises(ArtifactError, match=r"short\.gguf of short is damaged or no GGUF file .*; fetch it again"):
        load_model(reference_of(short))
    other = write_gguf(tmp_path / "other.gguf", model, architecture="wondernet")
    with pytest.raises(ReferenceUnavailable, match=r"transformers cannot read other\.gguf: .*wondernet"):
        load_model(reference_of(other))
    monkeypatch.setitem(sys.modules, "gguf", None)
    monkeypatch.setattr("lva.models.references.gguf.find_spec", lambda name: None)
    with pytest.raises(ReferenceUnavailable, match="pip install gguf"):
        locate(reference_of(file))


def test_the_registry_names_gemma_with_its_hash_and_how_to_have_it():
    gemma = find_reference("gemma-3-270m")
    assert gemma.place == "gguf" and gemma.sha256.startswith("a5fd3b62230aa5ec")
