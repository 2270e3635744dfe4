"""The six architectures at small size: real classes, their own tokenizers, repeatable, and begun where they should."""

import pytest
import torch
from transformers import BertForMaskedLM, CLIPModel, DeepseekV3ForCausalLM, LlamaForCausalLM, Qwen3ForCausalLM

from lva.models.training.blip import Blip
from lva.models.training.families import FAMILIES, PICTURES, Size, new_model
from lva.models.training.mimetic import grid_sinusoids, near_identity, place, sinusoids
from lva.world import load_grammar
from lva.world.telling.corpus import write_corpus

SMALL = Size(width=32, layers=2, vision_layers=1, heads=2, context=64)
CLASSES = {
    "llama-here": LlamaForCausalLM,
    "qwen-here": Qwen3ForCausalLM,
    "deepseek-here": DeepseekV3ForCausalLM,
    "bert-here": BertForMaskedLM,
    "clip-here": CLIPModel,
    "blip-here": Blip,
}
SENTENCE = "you see a red ball one step ahead and one on the left , a grey key is on the right ."


@pytest.fixture(scope="module")
def texts():
    return [*write_corpus(load_grammar("paper"), 300), SENTENCE]


@pytest.fixture(scope="module")
def tokenizers(texts):
    return {name: family.train_tokenizer(texts, 600) for name, family in FAMILIES.items()}


@pytest.fixture(scope="module")
def models(tokenizers):
    return {name: new_model(name, SMALL, tokenizers[name]) for name in FAMILIES}


@torch.no_grad()
def hidden_states(name, model, tokenizer):
    """The last states of the text, whatever the architecture calls its text part."""
    text = tokenizer(SENTENCE, return_tensors="pt")
    ids = {"input_ids": text["input_ids"], "attention_mask": text["attention_mask"]}
    parts = {"bert": "bert", "clip": "text_model", "blip": "contrast.text_model"}
    return model.get_submodule(parts.get(FAMILIES[name].family, "model"))(**ids).last_hidden_state


@pytest.mark.parametrize("name", FAMILIES)
def test_every_family_builds_its_real_class(name, models, tokenizers):
    assert type(models[name]) is CLASSES[name]
    states = hidden_states(name, models[name], tokenizers[name])
    assert states.shape == (1, len(tokenizers[name](SENTENCE)["input_ids"]), SMALL.width)
    assert states.isfinite().all() and states.std() > 0


@pytest.mark.parametrize("name", FAMILIES)
def test_a_tokenizer_gives_a_sentence_back(name, tokenizers):
    tokenizer = tokenizers[name]
    back = tokenizer.decode(tokenizer(SENTENCE)["input_ids"], skip_special_tokens=True)
    assert back.replace(" ", "") == SENTENCE.replace(" ", "")  # WordPiece draws punctuation to the word before
    assert tokenizer.pad_token_id is not None


@pytest.mark.parametrize("name", FAMILIES)
def test_a_word_is_the_same_token_wherever_it_stands(name, tokenizers):
    """`go` opens an instruction and stands within a text; a space before it must not make two words of it."""
    tokenizer = tokenizers[name]
    alone, within = (tokenizer(text, add_special_tokens=False)["input_ids"] for text in ("go", "please go"))
    assert len(alone) == 1 and within[-1:] == alone


@pytest.mark.parametrize("name", FAMILIES)
def test_a_tokenizer_numbers_its_tokens_the_same_every_time(name, texts, tokenizers):
    """The trainers count words in hash tables of random order; it must not show, or no seed would repeat a model."""
    again = [FAMILIES[name].train_tokenizer(texts, size) for size in (600, 600, 350, 350)]
    assert again[0].get_vocab() == again[1].get_vocab() == tokenizers[name].get_vocab()
    assert again[2].get_vocab() == again[3].get_vocab()
    assert again[2](texts[:20])["input_ids"] == again[3](texts[:20])["input_ids"]


def test_only_some_families_open_a_text(tokenizers):
    """As the published tokenizers do: Qwen's adds nothing, the others a token of their own."""
    opens = {name: tokenizers[name]("go")["input_ids"][0] in tokenizers[name].all_special_ids for name in FAMILIES}
    assert opens == {name: name != "qwen-here" for name in FAMILIES}


@pytest.mark.parametrize("name", FAMILIES)
def test_the_seed_decides_the_weights_and_nothing_else(name, models, tokenizers):
    torch.manual_seed(5)
    state = torch.get_rng_state()
    again, other = (new_model(name, SMALL, tokenizers[name], seed).state_dict() for seed in (0, 1))
    assert torch.equal(torch.get_rng_state(), state)
    first = models[name].state_dict()
    assert all(torch.equal(first[key], again[key]) for key in first)
    assert any(not torch.equal(first[key], other[key]) for key in first)


def test_deepseek_has_latent_attention_and_experts_from_the_second_layer_on(models):
    first, second = models["deepseek-here"].model.layers
    assert hasattr(first.self_attn, "kv_a_proj_with_mqa") and not hasattr(first.mlp, "experts")
    assert second.mlp.experts.num_experts == 4 and hasattr(second.mlp, "shared_experts")


def test_qwen_normalises_queries_and_llama_does_not(models):
    assert hasattr(models["qwen-here"].model.layers[0].self_attn, "q_norm")
    assert not hasattr(models["llama-here"].model.layers[0].self_attn, "q_norm")


def test_blip_shares_all_but_the_decoders_self_attention(models):
    blip = models["blip-here"]
    reading = blip.contrast.text_model.encoder.layer[0]
    writing = blip.captioning.text_decoder.bert.encoder.layer[0]
    assert blip.matching.text_encoder.encoder.layer[0] is reading
    assert blip.matching.vision_model is blip.captioning.vision_model is blip.contrast.vision_model
    assert all(
        getattr(writing, part) is getattr(reading, part) for part in ("crossattention", "intermediate", "output")
    )
    assert writing.attention is not reading.attention
    words = blip.contrast.text_model.embeddings.word_embeddings.weight
    assert blip.captioning.text_decoder.cls.predictions.decoder.weight is words


def test_blip_is_the_same_after_it_was_saved(models, tmp_path):
    blip = models["blip-here"]
    blip.save_pretrained(tmp_path)
    again = Blip.from_pretrained(tmp_path).eval()
    states = again.state_dict()
    assert all(torch.equal(value, states[key]) for key, value in blip.state_dict().items())
    assert len(list(again.parameters())) == len(list(blip.parameters()))  # shared ones count once


def test_projections_get_their_share_of_the_identity():
    weights = [torch.zeros(2, 2) for _ in range(4)]
    near_identity(*weights)
    assert [weight.flatten().tolist() for weight in weights] == [
        pytest.approx([share, 0, 0, share]) for share in (1.0, 1.0, 0.4, -0.4)
    ]


def test_sinusoids_tell_places_apart_the_better_the_farther():
    waves = sinusoids(20, 16)
    likeness = waves @ waves.T
    assert torch.allclose(likeness.diagonal(), torch.tensor(8.0))  # sin^2 + cos^2 for each of 8 frequencies
    assert likeness[10, 10] > likeness[10, 11] > likeness[10, 12] > likeness[10, 13]
    assert torch.allclose(likeness[5, 7], likeness[10, 12], atol=1e-4)  # the distance alone matters


def test_tiles_of_a_row_and_of_a_column_are_alike_in_half_of_their_place():
    places = grid_sinusoids(7, 16)
    assert places.shape == (50, 16) and not places[0].any()
    grid = places[1:].unflatten(0, (7, 7))
    assert torch.equal(grid[2, 3, :8], grid[2, 5, :8]) and torch.equal(grid[2, 3, 8:], grid[4, 3, 8:])
    assert len(places.unique(dim=0)) == 50


def test_placed_positions_have_the_asked_spread():
    positions = torch.empty(30, 8)
    place(positions, sinusoids(30, 8), 0.1)
    assert positions.std() == pytest.approx(0.1)


def test_bert_begins_by_looking_at_neighbours(texts):
    """That is what mimetic initialisation is for; without it a laptop's minute ends before BERT finds them."""
    tokenizer = FAMILIES["bert-here"].train_tokenizer(texts, 600)
    model = new_model("bert-here", Size(width=64, layers=2, heads=2, context=128), tokenizer)
    model.set_attn_implementation("eager")
    ids = tokenizer(SENTENCE, return_tensors="pt")["input_ids"]
    with torch.no_grad():
        weights = model(input_ids=ids, output_attentions=True).attentions[0][0].mean(0)
    n = len(weights)
    distance = (torch.arange(n)[:, None] - torch.arange(n)).abs()
    assert weights[distance <= 1].mean() > 2 * weights[distance > 4].mean()


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"width": 36, "heads": 4}, "width=36 must be a multiple of 4 x heads=4"),
        ({"width": 36, "heads": 3}, "heads even"),
        ({"layers": 1}, "layers=1 must be at least 2"),
        ({"vision_layers": 0}, "vision_layers=0 at least 1"),
    ],
)
def test_impossible_sizes(fields, message):
    with pytest.raises(ValueError, match=message):
        Size(**fields)


def test_the_table_of_families():
    assert list(FAMILIES) == list(CLASSES)
    assert {name for name, family in FAMILIES.items() if family.experience == PICTURES} == {"clip-here", "blip-here"}
