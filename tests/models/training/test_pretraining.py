"""Training the references: they learn, repeat, keep what they made, load anywhere, and see nobody else's episodes."""

import subprocess
import sys
from dataclasses import replace

import pandas as pd
import pytest
import torch
from huggingface_hub import ModelCard
from transformers import AutoModel, AutoTokenizer

from lva.ground.artifacts import ArtifactError
from lva.ground.code import code_of_module
from lva.ground.training import TrainingDiverged
from lva.models.training import loop, pretraining
from lva.models.training.config import PretrainConfig
from lva.models.training.experience import draw_batches, encode, pixels
from lva.models.training.families import FAMILIES, new_model
from lva.models.training.loop import Loop
from lva.models.training.objectives import IGNORED, draw_others, hide, opened
from lva.models.training.pretraining import gather, load_pretrained, pretrain, pretrain_all
from lva.world import load_grammar

GRAMMAR = load_grammar("paper")
SMALL = PretrainConfig(
    documents=64, pictures=64, held_out=24, batch_size=16, width=32, layers=2, vision_layers=1, heads=2, vocabulary=400
)
BATCH = torch.arange(SMALL.batch_size)
SCRIPT = """
import sys
from pathlib import Path

import torch
from accelerate import PartialState

from lva.models.training.config import PretrainConfig
from lva.models.training.pretraining import pretrain
from lva.world import load_grammar

folder = Path(sys.argv[1])
config = PretrainConfig(
    documents=64, pictures=64, held_out=24, batch_size=16, width=32, layers=2, vision_layers=1, heads=2, vocabulary=400
)
trained = pretrain("blip-here", load_grammar("paper"), config, folder / "blip-here", progress=False)
torch.save(trained.model.state_dict(), folder / f"weights-{PartialState().process_index}.pt")
"""
INSTRUCTION = "run from red ball"


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("references")


@pytest.fixture(scope="module")
def trained(folder):
    """All six at the size of a smoke test, each in the folder that `pretrain_all` gives it."""
    return {name: pretrain(name, GRAMMAR, SMALL, folder / name, progress=False) for name in FAMILIES}


def begin(name, config=SMALL, steps=40):
    """A fresh model, its loop and its experience, of which `BATCH` is to be learnt."""
    family = FAMILIES[name]
    texts, pictures = gather(family, GRAMMAR, config, held_out=False)
    tokenizer = family.train_tokenizer(texts, config.vocabulary)
    experience = encode(texts, tokenizer, config.context, family.objective == "next word", pictures)
    model = new_model(name, config.size, tokenizer)
    return model, Loop(model, name, tokenizer, config.of(family), steps), experience


def text_part(name, model):
    """The part of a trained model that `AutoModel` finds again."""
    return model.get_submodule({"bert": "bert", "clip": "", "blip": "contrast"}.get(FAMILIES[name].family, "model"))


def states(model, tokenizer):
    """The last states of an instruction."""
    model = getattr(model, "text_model", model)
    text = tokenizer(INSTRUCTION, return_tensors="pt")
    with torch.no_grad():
        return model(input_ids=text["input_ids"], attention_mask=text["attention_mask"]).last_hidden_state


@pytest.mark.parametrize("name", FAMILIES)
def test_a_step_changes_the_weights(name):
    model, loop, experience = begin(name)
    before = {key: value.clone() for key, value in model.named_parameters()}
    loop.step(0, experience, BATCH)
    changed = [not torch.equal(value, before[key]) for key, value in model.named_parameters()]
    assert sum(changed) > 0.9 * len(changed)


@pytest.mark.parametrize("name", FAMILIES)
def test_the_loss_falls_on_a_batch_that_comes_again(name):
    _, loop, experience = begin(name)
    losses = [loop.step(number, experience, BATCH).item() for number in range(40)]
    assert sum(losses[-5:]) < 0.8 * sum(losses[:5])


@pytest.mark.parametrize("name", ["bert-here", "clip-here", "blip-here"])
def test_the_same_seed_gives_the_same_weights(name, trained, tmp_path):
    """Of those that draw at random themselves, or whose tokenizer has marks on its letters."""
    again = pretrain(name, GRAMMAR, SMALL, tmp_path / "again", progress=False).model.state_dict()
    first = trained[name].model.state_dict()
    assert all(torch.equal(first[key], again[key]) for key in first)
    other = pretrain(name, GRAMMAR, replace(SMALL, seed=1), tmp_path / "other", progress=False).model.state_dict()
    assert any(first[key].shape != other[key].shape or not torch.equal(first[key], other[key]) for key in first)


@pytest.mark.parametrize("name", FAMILIES)
def test_any_program_loads_the_folder(name, trained):
    """`AutoModel` and `AutoTokenizer`, with no weight missing, and the same states come out."""
    made = trained[name]
    model, info = AutoModel.from_pretrained(made.folder, output_loading_info=True)
    assert {key for key in info["missing_keys"] if "pooler" not in key} == set()
    tokenizer = AutoTokenizer.from_pretrained(made.folder)
    assert type(tokenizer) is type(made.tokenizer)
    assert tokenizer(INSTRUCTION)["input_ids"] == made.tokenizer(INSTRUCTION)["input_ids"]
    expected = states(text_part(name, made.model), made.tokenizer)
    assert torch.allclose(states(model.eval(), tokenizer), expected, atol=1e-6)


@pytest.mark.parametrize("name", FAMILIES)
def test_a_finished_reference_is_loaded_whole(name, trained):
    made, again = trained[name], load_pretrained(name, trained[name].folder)
    weights = again.model.state_dict()
    assert all(torch.equal(value, weights[key]) for key, value in made.model.state_dict().items())
    pd.testing.assert_frame_equal(again.validation, made.validation)
    assert list(again.metrics) == ["samples", "loss", "learning_rate", "seconds"]


@pytest.mark.parametrize("name", ["llama-here", "blip-here"])
def test_a_reference_has_a_card_that_says_what_it_is(name, trained):
    made = trained[name]
    card = ModelCard.load(made.folder / "README.md")
    assert card.data.license == "mit" and "not a public checkpoint" in card.text
    weights = sum(weight.numel() for weight in made.model.parameters())
    assert f"{weights:,} weights" in card.text and "grammar `paper`" in card.text
    assert ("64 pictures with captions" if name == "blip-here" else "64 texts") in card.text
    for row in made.validation.itertuples():
        assert f"| {row.measure} | {row.value:.3g} | {row.baseline_name} |" in card.text
    assert f'embed("path/to/this/folder", ["{GRAMMAR.texts[0]}"])' in card.text
    assert "64 samples" in repr(made) and len(repr(made)) < 250


def test_what_is_finished_is_not_trained_again(trained, folder, monkeypatch):
    monkeypatch.setattr(pretraining, "train", lambda *_: pytest.fail("trained again"))
    validation = pretrain_all(GRAMMAR, SMALL, folder, workers=1)
    assert validation.model.unique().tolist() == list(FAMILIES)
    with pytest.raises(pytest.fail.Exception, match="trained again"):
        pretrain("bert-here", GRAMMAR, replace(SMALL, learning_rate=0.5), folder / "bert-here", progress=False)


def test_other_code_trains_again_and_says_so(tmp_path, monkeypatch, capsys):
    first = pretrain("llama-here", GRAMMAR, SMALL, tmp_path / "llama-here", progress=False)
    monkeypatch.setattr(pretraining, "code_of_module", lambda module: {module: "changed"})
    for _ in range(2):
        pretrain_all(GRAMMAR, SMALL, tmp_path, ["llama-here"], workers=1)
    lines = [line for line in capsys.readouterr().out.splitlines() if "made by other code" in line]
    assert len(lines) == 1 and lines[0].startswith(f"{first.folder / 'model.safetensors'} was made by other code: ")
    again = load_pretrained("llama-here", first.folder)
    assert again.metrics.seconds.tolist() != first.metrics.seconds.tolist()
    assert torch.equal(again.model.lm_head.weight, first.model.lm_head.weight)


def test_the_words_of_the_card_train_nothing_again(trained, monkeypatch):
    made = trained["llama-here"]
    needed = code_of_module(pretraining.__name__)
    assert {pretraining.CARD_MODULE, "lva.models.training.loop", "lva.world.telling.corpus"} <= set(needed)
    assert not [name for name in needed if name.startswith(("lva.figures", "lva.report", "lva.agent"))]
    reworded = needed | {pretraining.CARD_MODULE: "changed"}
    monkeypatch.setattr(pretraining, "code_of_module", lambda module: reworded)
    again = pretrain("llama-here", GRAMMAR, SMALL, made.folder, progress=False)
    assert again.metrics.seconds.tolist() == made.metrics.seconds.tolist()


@pytest.mark.parametrize("file", ["model.safetensors", "tokenizer.json", "validation.csv"])
def test_a_damaged_reference_is_refused_and_made_again(file, tmp_path):
    made = pretrain("llama-here", GRAMMAR, SMALL, tmp_path, progress=False)
    (tmp_path / file).write_bytes((tmp_path / file).read_bytes()[:-20])
    with pytest.raises(ArtifactError, match="--only 03"):
        load_pretrained("llama-here", tmp_path)
    again = pretrain("llama-here", GRAMMAR, SMALL, tmp_path, progress=False)
    assert torch.equal(again.model.lm_head.weight, made.model.lm_head.weight)
    load_pretrained("llama-here", tmp_path)


def test_pretrain_all_trains_what_is_missing(tmp_path):
    validation = pretrain_all(GRAMMAR, SMALL, tmp_path, ["qwen-here"], workers=1)
    assert set(validation.model) == {"qwen-here"} and (tmp_path / "qwen-here" / "model.safetensors").exists()


def test_two_processes_train_one_model(tmp_path):
    """Of BLIP, whose parts share weights and some of whose weights learn nothing."""
    script = tmp_path / "script.py"
    script.write_text(SCRIPT)
    launch = [sys.executable, "-m", "torch.distributed.run", "--standalone", "--nproc-per-node", "2"]
    done = subprocess.run([*launch, str(script), str(tmp_path)], capture_output=True, text=True, timeout=600)
    assert done.returncode == 0, done.stderr
    weights = [torch.load(tmp_path / f"weights-{rank}.pt") for rank in (0, 1)]
    assert all(torch.equal(weights[0][key], weights[1][key]) for key in weights[0])
    assert load_pretrained("blip-here", tmp_path / "blip-here").metrics.samples.iloc[-1] == 64


def test_a_loss_that_is_no_number_stops_the_run_and_names_the_model(monkeypatch, tmp_path):
    monkeypatch.setitem(loop.LOSSES, "next word", lambda model, *_: model.lm_head.weight.sum() * float("nan"))
    with pytest.raises(TrainingDiverged, match=r"loss of llama-here is nan.*lower learning_rate=0\.\d+"):
        pretrain("llama-here", GRAMMAR, SMALL, tmp_path, progress=False)
    assert not (tmp_path / "model.safetensors").exists()


def test_no_model_sees_the_episodes_of_another(monkeypatch):
    """Twelve seeds, two a model, and none of them again at another seed of the configuration."""
    seeds = []
    monkeypatch.setattr(pretraining, "write_corpus", lambda g, n, c, seed, *_: seeds.append(seed) or [])
    monkeypatch.setattr(
        pretraining,
        "take_pictures",
        lambda g, n, c, seed, *_: seeds.append(seed) or type("Pictures", (), {"captions": ()})(),
    )
    for number in range(3):
        for family in FAMILIES.values():
            for held_out in (False, True):
                gather(family, GRAMMAR, replace(SMALL, seed=number), held_out)
    assert len(seeds) == len(set(seeds)) == 36


def test_tokens_know_their_word():
    """With few tokens a word has several, and every one of them carries its number; special ones carry none."""
    tokenizer = FAMILIES["llama-here"].train_tokenizer(["aa bb", "cc"], 300)
    found = encode(["zebra go", "go"], tokenizer, 64, ending=True)
    assert found.words[0, 0] == -1 and found.words[0, found.lengths[0] - 1] == -1
    inner = found.words[0, 1 : found.lengths[0] - 1]
    assert inner.tolist() == [0] * len(tokenizer.tokenize("zebra")) + [1] * len(tokenizer.tokenize("go"))
    assert (found.words[1, found.lengths[1] :] == -1).all()
    assert found.batch(torch.tensor([1]))["input_ids"].shape[1] == found.lengths[1]


def test_a_text_that_does_not_fit_is_refused():
    tokenizer = FAMILIES["llama-here"].train_tokenizer(["aa bb"], 300)
    with pytest.raises(ValueError, match=r"a text has \d+ tokens, more than context=8.*raise context"):
        encode(["one two three four five six"], tokenizer, 8)


def test_batches_hold_every_text_once_and_are_of_like_length():
    lengths = torch.randint(5, 90, (1000,), generator=torch.Generator().manual_seed(0))
    batches = draw_batches(lengths, 10, epochs=2, seed=0)
    assert [len(batch) for batch in batches] == [10] * 200
    assert sorted(torch.cat(batches[:100]).tolist()) == list(range(1000))
    spread = sum(int(lengths[batch].max() - lengths[batch].min()) for batch in batches) / len(batches)
    assert spread < 0.25 * 75  # a random ten spread over four fifths of the range
    assert any(not torch.equal(a, b) for a, b in zip(batches, draw_batches(lengths, 10, 2, seed=1)))


def test_pixels_are_standardised():
    images = torch.tensor([[[[0, 255, 127]]]], dtype=torch.uint8)
    assert pixels(images).flatten().tolist() == pytest.approx([-0.27 / 0.22, 0.73 / 0.22, (127 / 255 - 0.27) / 0.22])
    assert pixels(torch.zeros(2, 56, 40, 3, dtype=torch.uint8)).shape == (2, 3, 56, 40)


def test_words_are_hidden_as_in_bert():
    """15 % are asked for; of these eight in ten are hidden, one replaced, one left; special tokens never."""
    tokenizer = FAMILIES["bert-here"].train_tokenizer(["go to red ball ."] * 3, 300)
    row = tokenizer("go to red ball .")["input_ids"]
    ids = torch.tensor([row] * 20_000)
    shown, labels = hide(ids, tokenizer, torch.Generator().manual_seed(0))
    asked = labels != IGNORED
    assert not asked[:, [0, -1]].any() and torch.equal(labels[asked], ids[asked])
    assert torch.equal(shown[~asked], ids[~asked])
    assert asked[:, 1:-1].float().mean().item() == pytest.approx(0.15, abs=0.01)
    hidden = (shown == tokenizer.mask_token_id)[asked].float().mean().item()
    assert hidden == pytest.approx(0.8 + 0.1 / len(tokenizer), abs=0.02)
    assert (shown == ids)[asked].float().mean().item() == pytest.approx(0.1 + 0.1 / len(tokenizer), abs=0.02)


def test_another_caption_is_never_ones_own_and_mostly_the_one_that_fits_best():
    logits = torch.zeros(4, 4)
    logits[:, 2] = 8.0
    draws = torch.stack([draw_others(logits, torch.Generator().manual_seed(i)) for i in range(200)])
    assert not (draws == torch.arange(4)).any()
    assert (draws[:, [0, 1, 3]] == 2).float().mean() > 0.95


def test_a_caption_to_be_written_opens_with_its_own_token():
    tokenizer = FAMILIES["blip-here"].train_tokenizer(["go to red ball"], 300)
    ids = torch.tensor([tokenizer("go")["input_ids"]])
    assert opened(ids, tokenizer)[0].tolist() == [tokenizer.bos_token_id, *ids[0, 1:].tolist()]
    assert tokenizer.bos_token == "[DEC]" and tokenizer.bos_token_id != tokenizer.cls_token_id


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"corpus": "sung"}, "expected one of narrated, described"),
        ({"documents": 8}, "must be at least batch_size="),
        ({"held_out": 1}, "held_out=1"),
        ({"vocabulary": 100}, "vocabulary=100 is not valid; expected a whole number from 300"),
        ({"precision": "fp8"}, "expected one of no, bf16"),
        ({"warmup": 1}, "warmup=1"),
        ({"layers": 1}, "layers=1"),
    ],
)
def test_impossible_trainings(fields, message):
    with pytest.raises(ValueError, match=message):
        PretrainConfig(**fields)


def test_unknown_references_are_refused(tmp_path):
    with pytest.raises(
        ValueError, match=r"'lama-here' is not a reference.*did you mean 'llama-here'\?.*llama-here, qwen-here"
    ):
        pretrain("lama-here", GRAMMAR, SMALL, tmp_path)
