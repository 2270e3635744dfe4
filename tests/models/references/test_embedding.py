"""Embeddings of every family: the same alone and in any batch, and what the model itself computes."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest
import torch
import transformers
from checkpoints import CLASSES, LAYERS, LONGEST, PROJECTED, TEXTS, WIDTH, edit_json, write_checkpoint

from lva.models.references import embedding
from lva.models.references.embedding import embed, embed_all, embedder
from lva.models.references.loading import PARTS, load_model
from lva.models.references.reference import ReferenceUnavailable, reference_of_folder, untrained

SOME = (*TEXTS[::12], "go", "pick up red key run to grey box go to blue ball")  # of many lengths
OWN = ("bert", "sentence", "clip", "blip-text", "blip-encoder")


@pytest.fixture(scope="module", autouse=True)
def on_the_cpu():
    """Where float32 is what it says, and where the models of the tests' own lie."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(torch.cuda, "is_available", lambda: False)
        yield


@pytest.fixture(scope="module")
def references(tmp_path_factory):
    """A checkpoint of every family, its tokenizer padding on either side."""
    root = tmp_path_factory.mktemp("checkpoints")
    folders = {
        (family, side): write_checkpoint(family, root / side / family, side)
        for family in CLASSES
        for side in ("right", "left")
    }
    return {key: reference_of_folder(key[0], folder, key[0].split("-")[0]) for key, folder in folders.items()}


@pytest.fixture(scope="module")
def alone(references):
    """Every text in a batch of its own, where nothing is padded."""
    return {family: embed_all(references[family, "right"], SOME, batch_size=1, progress=False) for family in CLASSES}


@pytest.mark.parametrize(("side", "special_tokens"), [("right", False), ("left", True)])
@pytest.mark.parametrize("family", CLASSES)
def test_padding_does_not_change_a_vector(references, family, side, special_tokens):
    """Each text by itself, three at a time in another order, and all at once: the same to 1e-5."""
    reference = references[family, side]
    assert load_model(reference).tokenizer.padding_side == side
    one = embed_all(reference, SOME, special_tokens, batch_size=1, progress=False)
    for texts, size in ((SOME, 64), (SOME[::-1], 3)):
        many = embed_all(reference, texts, special_tokens, batch_size=size, progress=False)
        for key, x in many.vectors.items():
            expected = one.vectors[key][:: 1 if texts is SOME else -1]
            np.testing.assert_allclose(x, expected, rtol=1e-5, atol=1e-5, err_msg=f"{key}")
    assert len({len(tokens.ids) for tokens in embedding.tokenize(load_model(reference), SOME)}) > 3


@pytest.mark.parametrize("family", ["bert", "clip", "blip-decoder"])
def test_padding_would_change_them_if_done_as_the_tokenizer_prefers(references, family):
    """The rule above is not idle: padded on the left, these models read other positions."""
    model = load_model(references[family, "left"])
    with torch.inference_mode():
        padded, plain = (
            model.run(batch["input_ids"], batch["attention_mask"]).last_hidden_state[0, -1]
            for batch in (
                model.tokenizer(["go", SOME[0]], padding=True, return_tensors="pt"),
                model.tokenizer(["go"], return_tensors="pt"),
            )
        )
    assert (padded - plain).abs().max() > 1e-2


@pytest.mark.parametrize("family", CLASSES)
def test_every_layer_and_pooling_is_there(alone, family):
    vectors = alone[family].vectors
    expected = {(layer, pooling) for layer in range(LAYERS + 1) for pooling in ("mean", "last", "first")}
    assert set(vectors) == expected | ({(LAYERS, "own")} if family in OWN else set())
    projected = PROJECTED if family in ("clip", "blip-text", "blip-encoder") else WIDTH
    for key, x in vectors.items():
        assert x.dtype == np.float32
        assert x.shape == (len(SOME), projected if key[1] == "own" else WIDTH)


@pytest.mark.parametrize("special_tokens", [False, True])
@pytest.mark.parametrize("family", CLASSES)
def test_poolings_against_loops_over_the_states(references, family, special_tokens):
    """One text through the class itself, its states pooled by hand."""
    reference, text = references[family, "right"], SOME[1]
    model = load_model(reference)
    encoded = model.tokenizer([text], return_tensors="pt", return_special_tokens_mask=True)
    ids, special = encoded["input_ids"], encoded["special_tokens_mask"][0].tolist()
    if family == "blip-decoder":
        ids[0, 0] = model.tokenizer.bos_token_id
    options = {"is_decoder": True} if family == "blip-decoder" else {}
    with torch.inference_mode():
        output = model.tower(input_ids=ids, output_hidden_states=True, **options)
    states = [state[0].numpy() for state in output.hidden_states]
    states[-1] = output.last_hidden_state[0].numpy()
    chosen = [i for i, mark in enumerate(special) if special_tokens or not mark]
    found = embed_all(reference, [text], special_tokens, progress=False)
    for layer, state in enumerate(states):
        mean = sum(state[i] for i in chosen) / len(chosen)
        np.testing.assert_allclose(found.at(layer, "mean")[0], mean, rtol=1e-5, atol=1e-6)
        np.testing.assert_allclose(found.at(layer, "last")[0], state[chosen[-1]], rtol=1e-5, atol=1e-6)
        np.testing.assert_allclose(found.at(layer, "first")[0], state[chosen[0]], rtol=1e-5, atol=1e-6)


def test_layer_0_is_what_enters_the_first_block(references, alone):
    for family in ("llama", "qwen2", "qwen3", "deepseek-v2", "deepseek-v3"):
        model = load_model(references[family, "right"])
        ids = embedding.tokenize(model, ["go"])[0].ids
        words = model.tower.get_input_embeddings()(ids).detach().numpy()
        place = SOME.index("go")
        np.testing.assert_allclose(alone[family].at(0, "last")[place], words[-1], atol=1e-6)


def full(references, family):
    """The whole model of a checkpoint, loaded by its own class, and one text's tokens."""
    folder = references[family, "right"].source
    model = getattr(transformers, CLASSES[family][1]).from_pretrained(folder).eval()
    return model, load_model(references[family, "right"]).tokenizer([SOME[0]], return_tensors="pt")


@pytest.mark.parametrize("family", OWN)
def test_own_is_what_the_model_itself_makes_of_a_text(references, alone, family):
    model, encoded = full(references, family)
    encoded.pop("token_type_ids", None)
    with torch.inference_mode():
        if family == "bert":
            expected = model.bert(**encoded).pooler_output
        elif family == "sentence":
            expected = model(**encoded).last_hidden_state.mean(1)  # [CLS] and [SEP] among them
            expected = expected / expected.norm(dim=-1, keepdim=True)
        elif family == "blip-encoder":
            expected = model.text_proj(model.text_encoder(**encoded).last_hidden_state[:, 0])
            expected = expected / expected.norm(dim=-1, keepdim=True)
        else:
            expected = model.get_text_features(**encoded)
            expected = getattr(expected, "pooler_output", expected)
    np.testing.assert_allclose(alone[family].at(pooling="own")[:1], expected.numpy(), rtol=1e-5, atol=1e-6)


def test_clip_pools_its_end_token(references, alone):
    model, _ = full(references, "clip")
    ends = embed(references["clip", "right"], SOME, -1, "last", special_tokens=True)
    with torch.inference_mode():
        expected = model.text_projection(torch.from_numpy(ends)).numpy()
    np.testing.assert_allclose(alone["clip"].at(pooling="own"), expected, rtol=1e-5, atol=1e-5)


def test_an_untrained_pooler_is_nobodys_own(alone):
    """BERT trained on masked words alone has no pooler in its checkpoint; a random one must not stand in."""
    assert alone["bert-masked"].poolings == ["mean", "last", "first"]
    with pytest.raises(
        ValueError, match=r"pooling='own' does not exist for layer 3 of bert-masked; choose one of mean"
    ):
        alone["bert-masked"].at(pooling="own")


def test_layers_count_from_both_ends(alone):
    for layer in range(LAYERS + 1):
        assert alone["llama"].at(layer) is alone["llama"].at(layer - LAYERS - 1)
    assert alone["llama"].choice == "mean of layer 3 of 3"
    for layer in (4, -5):
        with pytest.raises(ValueError, match=f"layer={layer} of llama does not exist; it has 0 to 3, or -1 for 3"):
            alone["llama"].at(layer)
    with pytest.raises(ValueError, match=r"pooling='own' does not exist for layer 1 of clip.*own exists for layer 3"):
        alone["clip"].at(1, "own")


def test_embed_takes_the_choice_of_the_reference(references, alone):
    reference = replace(references["clip", "right"], layer=2, pooling="last")
    np.testing.assert_allclose(embed(reference, SOME), alone["clip"].at(2, "last"), rtol=1e-5, atol=1e-5)
    with_special = embed(replace(reference, special_tokens=True), SOME)
    assert np.abs(with_special - alone["clip"].at(2, "last")).max() > 0.1


def test_a_plain_folder_is_a_reference(references, alone):
    found = embed(str(references["qwen3", "right"].source), SOME)
    np.testing.assert_allclose(found, alone["qwen3"].headline, rtol=1e-5, atol=1e-5)


def test_a_tokenizer_without_padding_or_end(references, tmp_path):
    folder = write_checkpoint("llama", tmp_path)
    edit_json(folder / "tokenizer_config.json", pad_token=None, eos_token=None)
    reference = reference_of_folder("bare", folder, "llama")
    assert load_model(reference).tokenizer.pad_token is None
    expected = embed(references["llama", "right"], SOME)
    np.testing.assert_allclose(embed(reference, SOME), expected, rtol=1e-5, atol=1e-5)


def test_a_tokenizer_that_belongs_to_another_class(references, alone, tmp_path):
    """As in DeepSeek's repositories: byte-level, but declared as LLaMA 2's, which reads spaces another way."""
    folder = write_checkpoint("llama", tmp_path)
    edit_json(folder / "tokenizer_config.json", tokenizer_class="LlamaTokenizerFast")
    reference = reference_of_folder("declared", folder, "deepseek")
    np.testing.assert_allclose(embed(reference, SOME), alone["llama"].headline, rtol=1e-5, atol=1e-5)
    edit_json(folder / "tokenizer.json", pre_tokenizer={"type": "Metaspace", "replacement": "▁", "split": True})
    with pytest.raises(ValueError, match="declared reads 'go to red ball' as 'gotoredball'"):
        embed(reference, ["go to red ball"])


def test_what_is_known_of_a_model(alone):
    about = alone["clip"].about
    assert (about["class"], about["part"], about["layers"], about["size"]) == ("CLIPTextModel", "text", LAYERS, WIDTH)
    assert about["tokenizer"] == "CLIPTokenizer"
    embeddings, blocks, norm = (300 + LONGEST) * 32, 3 * (4 * 33 * 32 + 33 * 64 + 65 * 32 + 4 * 32), 2 * 32
    assert about["parameters"] == embeddings + blocks + norm
    assert {alone[family].about["part"] for family in CLASSES} == {"model", "sentence", "text", "encoder", "decoder"}


def test_half_precision_is_near_and_still_float32(references, alone):
    found = embed(replace(references["llama", "right"], dtype="bfloat16"), SOME)
    assert found.dtype == np.float32
    difference = np.abs(found - alone["llama"].headline).max()
    assert 1e-4 < difference < 0.1


@pytest.mark.filterwarnings("ignore:The following device_map keys")
@pytest.mark.parametrize("family", ["llama", "clip", "blip-decoder"])
def test_a_model_too_big_for_the_memory_is_spread_over_what_there_is(references, alone, family, monkeypatch, tmp_path):
    """As on a machine with a GPU, played by a memory that holds most of the weights; the rest stays on the disk."""
    loader = getattr(transformers, PARTS[alone[family].about["part"]].loader)
    load, asked = loader.from_pretrained, []

    def with_little_memory(*args, device_map, **options):
        asked.append(device_map)
        return load(*args, device_map="auto", max_memory={"cpu": 100_000}, offload_folder=tmp_path, **options)

    monkeypatch.setattr(loader, "from_pretrained", with_little_memory)
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    model = load_model(references[family, "right"])
    monkeypatch.undo()
    assert asked == ["auto"]
    assert any(weight.device.type == "meta" for weight in model.tower.parameters())
    found = embedding.run(model, embedding.tokenize(model, SOME))
    for key, x in alone[family].vectors.items():
        np.testing.assert_allclose(found[key], x, rtol=1e-5, atol=1e-5)


@pytest.mark.parametrize("family", CLASSES)
def test_untrained_is_the_same_architecture_with_weights_by_seed(references, alone, family):
    reference = references[family, "right"]
    torch.manual_seed(5)
    state = torch.get_rng_state()
    once, again = (embed_all(untrained(reference, 1), SOME[:3], progress=False) for _ in range(2))
    assert torch.equal(torch.get_rng_state(), state)
    assert once.reference.name == f"{family} untrained 1"
    assert once.about["parameters"] == alone[family].about["parameters"]
    np.testing.assert_array_equal(once.headline, again.headline)
    for other in (alone[family].headline[:3], embed(untrained(reference), SOME[:3])):
        assert np.abs(once.headline - other).max() > 0.1
    spread = load_model(untrained(reference)).tower.get_input_embeddings().weight.std().item()
    assert spread == pytest.approx(0.06 if family == "clip" else 0.2, rel=0.1)


def test_an_untrained_reference_needs_no_weights(tmp_path):
    folder = write_checkpoint("bert", tmp_path)
    (folder / "model.safetensors").unlink()
    assert embed(untrained(reference_of_folder("bert", folder, "bert")), SOME).shape == (len(SOME), WIDTH)


def test_smaller_batches_when_memory_runs_out(references, alone, monkeypatch):
    sizes, run = [], embedding.run

    def short_of_memory(model, batch, most=3):
        sizes.append(len(batch))
        if len(batch) > most:
            raise torch.OutOfMemoryError("CUDA out of memory.")
        return run(model, batch)

    monkeypatch.setattr(embedding, "run", short_of_memory)
    found = embed_all(references["llama", "right"], SOME, batch_size=8).headline
    np.testing.assert_allclose(found, alone["llama"].headline, rtol=1e-5, atol=1e-5)
    assert sizes[:3] == [8, 4, 2]
    monkeypatch.setattr(embedding, "run", lambda model, batch: short_of_memory(model, batch, most=0))
    with pytest.raises(ReferenceUnavailable, match="llama leaves no room for a single text: use a larger GPU"):
        embed(references["llama", "right"], SOME)


@pytest.mark.parametrize(
    ("family", "texts", "message"),
    [
        ("llama", "go to red ball", "texts='go to red ball' must be a list"),
        ("llama", [], r"texts=\[\] must be a list of at least one text"),
        ("llama", ["go", ""], "'' has no token for llama"),
        ("bert", ["go", "go zürich"], r"bert reads 'go zürich' as 'go \[UNK\]'; reword it, or leave bert out"),
        ("clip", ["go " * 30], f"a text of 32 tokens is too long for clip, which reads {LONGEST}"),
    ],
)
def test_texts_that_no_vector_can_stand_for(references, family, texts, message):
    with pytest.raises(ValueError, match=message):
        embed(references[family, "right"], texts)


def test_a_part_that_the_checkpoint_does_not_have(references):
    wrong = replace(references["blip-decoder", "right"], part="encoder")
    with pytest.raises(
        ReferenceUnavailable, match=r"lacks \d+ weights such as .*part='encoder' right for .*ForConditional"
    ):
        embed(wrong, SOME)


@pytest.mark.parametrize(
    ("file", "message"),
    [
        ("model.safetensors", "holds no safetensors, and pickles are never read"),
        ("config.json", "holds no config.json"),
        ("tokenizer.json", "holds no tokenizer"),
    ],
)
def test_an_incomplete_folder_is_unavailable(tmp_path, file, message):
    folder = write_checkpoint("llama", tmp_path)
    (folder / file).unlink()
    torch.save({}, folder / "pytorch_model.bin")
    with pytest.raises(ReferenceUnavailable, match=message):
        embed(reference_of_folder("mine", folder, "own"), SOME)
    with pytest.raises(ReferenceUnavailable, match=r"no folder .*nowhere; check the path"):
        embed(reference_of_folder("mine", folder / "nowhere", "own"), SOME)


def test_code_of_a_checkpoint_is_never_run(tmp_path):
    folder = write_checkpoint("llama", tmp_path)
    (folder / "evil.py").write_text(f"open({str(tmp_path / 'ran')!r}, 'w')\nclass Evil: ...\n")
    edit_json(folder / "config.json", auto_map={"AutoConfig": "evil.Evil", "AutoModel": "evil.Evil"})
    edit_json(folder / "tokenizer_config.json", auto_map={"AutoTokenizer": [None, "evil.Evil"]})
    assert embed(reference_of_folder("mine", folder, "own"), SOME).shape == (len(SOME), WIDTH)
    assert not (tmp_path / "ran").exists()


def test_a_sentence_recipe_of_another_kind(references, tmp_path):
    folder = write_checkpoint("sentence", tmp_path)
    reference = reference_of_folder("mine", folder, "sentence", pooling="own")
    for modes, expected in (({"pooling_mode_cls_token": True}, "first"), ({"pooling_mode": "lasttoken"}, "last")):
        (folder / "Pooling/config.json").write_text(json.dumps(modes))
        x = embed(reference, SOME, -1, expected, special_tokens=True)
        np.testing.assert_allclose(
            embed(reference, SOME), x / np.linalg.norm(x, axis=1, keepdims=True), rtol=1e-4, atol=1e-5
        )
    (folder / "Pooling/config.json").write_text(json.dumps({"pooling_mode_max_tokens": True}))
    with pytest.raises(ValueError, match=r"pools by \['max_tokens'\]; expected one of mean"):
        embed(reference, SOME)


def test_one_text_after_another_gives_the_same_vectors(tmp_path):
    reference = reference_of_folder("llama", write_checkpoint("llama", tmp_path), "llama")
    place = embedder(reference)
    for text, x in zip(TEXTS[:3], embed(reference, TEXTS[:3])):
        np.testing.assert_allclose(place(text), x, atol=1e-5)
