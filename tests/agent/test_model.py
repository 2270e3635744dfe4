"""The agent's parts, each against what it should equal."""

from dataclasses import replace

import numpy as np
import pytest
import torch
from torch import nn
from torch.nn import functional as F
from transformers import ResNetConfig, ResNetModel

from lva.agent import Agent, AgentConfig, new_agent
from lva.agent.language import pretrained_sentences, pretrained_words
from lva.agent.model import CrossAttention
from lva.agent.vision import view_tiles
from lva.world import World, load_grammar

GRAMMAR = load_grammar("paper")


def some_views(n=40):
    return view_tiles(World.reset((GRAMMAR.instructions * 2)[:n], 0).observe()).long()


def words(texts):
    return torch.from_numpy(GRAMMAR.encode(texts))


def test_identical_words_cannot_be_told_apart_before_training():
    agent = new_agent(AgentConfig(word_init="identical"), seed=1)
    four = [text for text in GRAMMAR.texts if len(text.split()) == 4]
    embeddings = agent.language_embedding(four)
    assert np.ptp(embeddings, axis=0).max() == 0
    logits = agent(words(four[:2]), some_views(1).expand(2, 7, 7))
    assert torch.equal(logits[0], logits[1])


@pytest.mark.parametrize("init", ["identity", "random"])
def test_other_words_can(init):
    embeddings = new_agent(AgentConfig(word_init=init)).language_embedding(GRAMMAR.texts)
    assert len(np.unique(embeddings.round(5), axis=0)) == 108


def test_identity_words_are_rows_of_the_identity():
    vectors = new_agent(AgentConfig(word_init="identity")).language.words.weight[1:]
    torch.testing.assert_close(vectors, torch.eye(16, 100))


def test_pretrained_words_keep_their_geometry(tmp_path):
    vectors = np.random.default_rng(0).normal(size=(16, 300))
    np.savez(tmp_path / "words.npz", words=np.array(GRAMMAR.vocabulary), vectors=vectors)
    config = AgentConfig(word_init=f"pretrained:{tmp_path / 'words.npz'}")
    taken = new_agent(config).language.words.weight[1:].detach().double()
    centred = vectors - vectors.mean(0)
    ratio = torch.cdist(taken, taken)[0, 1:].numpy() / np.linalg.norm(centred[0] - centred[1:], axis=1)
    np.testing.assert_allclose(ratio, ratio[0], rtol=1e-4)


def test_pretrained_words_must_cover_the_grammar(tmp_path):
    np.savez(tmp_path / "words.npz", words=np.array(GRAMMAR.vocabulary[1:]), vectors=np.ones((15, 4)))
    with pytest.raises(ValueError, match="no vector for go"):
        new_agent(AgentConfig(word_init=f"pretrained:{tmp_path / 'words.npz'}"))


@pytest.mark.parametrize("name", ["paper", "natural"])
def test_the_kept_static_vectors_tell_all_words_of_a_grammar_apart(name):
    grammar = load_grammar(name)
    vectors = pretrained_words("data/vectors/wordllama-words.npz", grammar, 128)
    assert torch.isfinite(vectors).all() and len(vectors.unique(dim=0)) == len(grammar.vocabulary)


@pytest.fixture
def sentences(tmp_path):
    """A file of vectors of the instructions, wider than E_L."""
    vectors = np.random.default_rng(0).normal(size=(108, 300))
    np.savez(tmp_path / "sentences.npz", texts=np.array(GRAMMAR.texts), vectors=vectors)
    return str(tmp_path / "sentences.npz")


def test_frozen_sentences_keep_their_geometry_and_do_not_learn(sentences):
    vectors = pretrained_sentences(sentences, GRAMMAR, 128).double().numpy()
    with np.load(sentences) as file:
        centred = file["vectors"] - file["vectors"].mean(0)
    scale = np.linalg.norm(vectors) / np.linalg.norm(centred)
    np.testing.assert_allclose(vectors @ vectors.T, scale**2 * centred @ centred.T, atol=1e-3)
    agent = new_agent(AgentConfig(sentences=sentences))
    assert [name for name, _ in agent.language.named_parameters()] == ["out.weight", "out.bias"]


def test_frozen_sentences_are_found_by_their_words_and_saved_with_the_agent(sentences, tmp_path):
    agent = new_agent(AgentConfig(sentences=sentences))
    own = agent.language_embedding(GRAMMAR.texts)
    np.testing.assert_allclose(agent.language_embedding(GRAMMAR.texts[40:43]), own[40:43], atol=1e-5)
    agent.save_pretrained(tmp_path / "agent")
    (tmp_path / "sentences.npz").unlink()
    loaded = Agent.from_pretrained(tmp_path / "agent")
    np.testing.assert_allclose(loaded.language_embedding(GRAMMAR.texts), own, atol=1e-6)


def test_frozen_sentences_know_no_others(sentences, tmp_path):
    agent = new_agent(AgentConfig(sentences=sentences))
    with pytest.raises(ValueError, match="instructions of its grammar alone"):
        agent.language_embedding(["red ball go to"])
    with pytest.raises(ValueError, match="leaves no words"):
        AgentConfig(sentences=sentences, word_init="identity")
    np.savez(tmp_path / "few.npz", texts=np.array(GRAMMAR.texts[1:]), vectors=np.ones((107, 4)))
    with pytest.raises(ValueError, match="no vector for go to red ball"):
        new_agent(AgentConfig(sentences=str(tmp_path / "few.npz")))
    with pytest.raises(ValueError, match="names no file"):
        new_agent(AgentConfig(sentences="nowhere.npz"))


def test_padding_says_nothing():
    agent = new_agent(AgentConfig(word_init="random"))
    before = agent.language_embedding(["pick red ball"])
    agent.language.words.weight.data[0] += 100
    np.testing.assert_allclose(agent.language_embedding(["pick red ball"]), before, atol=1e-5)


def test_the_stem_of_tiles_is_a_convolution_over_the_frame():
    """The same function with the same gradient as convolving RGB, patch by patch."""
    trunk, tiles = new_agent(AgentConfig()).vision, some_views()
    frames = trunk.atlas[tiles].permute(0, 3, 1, 4, 2, 5).reshape(-1, 3, 56, 56)
    weight = torch.randn(40, 7, 7, 32)
    looked_up = F.embedding(tiles, trunk.stem(trunk.atlas).flatten(1))
    convolved = trunk.stem(frames).permute(0, 2, 3, 1)
    torch.testing.assert_close(looked_up, convolved)
    gradients = [torch.autograd.grad((x * weight).sum(), trunk.stem.parameters()) for x in (looked_up, convolved)]
    for a, b in zip(*gradients):
        torch.testing.assert_close(a, b, rtol=1e-4, atol=1e-3)


def test_the_frames_of_the_trunks_are_those_of_the_world():
    world = World.reset(GRAMMAR.instructions[:5], 0)
    trunk = new_agent(AgentConfig()).vision
    frames = trunk.atlas[view_tiles(world.observe()).long()].permute(0, 1, 4, 2, 5, 3).reshape(5, 56, 56, 3)
    mean, std = torch.tensor([0.485, 0.456, 0.406]), torch.tensor([0.229, 0.224, 0.225])
    np.testing.assert_array_equal(((frames * std + mean) * 255).round().byte().numpy(), world.render())


def test_cross_attention_is_multi_head_attention():
    config = AgentConfig(normalize="none")
    ours, theirs = CrossAttention(config, 32), nn.MultiheadAttention(128, 4, kdim=32, vdim=32, batch_first=True)
    with torch.no_grad():
        theirs.q_proj_weight.copy_(ours.query.weight)
        theirs.k_proj_weight.copy_(ours.key.flatten(0, 1))
        theirs.v_proj_weight.copy_(ours.value.flatten(0, 1))
        theirs.in_proj_bias.zero_()
        theirs.in_proj_bias[:128] = ours.query.bias
        theirs.out_proj.load_state_dict(ours.out.state_dict())
    e_l, tokens = torch.randn(6, 128), torch.randn(6, 49, 32)
    expected, weights = theirs(e_l[:, None], tokens, tokens, average_attn_weights=False)
    got, got_weights = ours(e_l, tokens)
    torch.testing.assert_close(got, e_l + expected[:, 0], rtol=1e-4, atol=1e-5)
    torch.testing.assert_close(got_weights, weights[:, :, 0], rtol=1e-4, atol=1e-6)


def test_attention_maps_sum_to_one():
    agent = new_agent(AgentConfig(word_init="random"))
    maps = agent.attention_map(words(GRAMMAR.texts[:8]), some_views(8))
    assert maps.shape == (8, 4, 7, 7)
    torch.testing.assert_close(maps.sum((2, 3)), torch.ones(8, 4))


def test_forward_is_decide_of_language():
    agent, views, previous = (
        new_agent(AgentConfig(word_init="random", previous_action=True)),
        some_views(4),
        torch.arange(4),
    )
    own = words(GRAMMAR.texts[:4])
    assert torch.equal(agent(own, views, previous=previous), agent.decide(agent.language(own), views, previous))
    assert not torch.equal(
        agent(own, views, previous=previous), agent.decide(agent.language(own).flip(0), views, previous)
    )


@pytest.mark.parametrize("previous_action", [False, True])
def test_several_e_l_at_a_view_are_each_decided_on(previous_action):
    agent = new_agent(AgentConfig(word_init="random", previous_action=previous_action))
    tokens, previous, e_ls = agent.vision(some_views(4)), torch.arange(4), torch.randn(4, 3, 128)
    one_by_one = torch.stack([agent.decide_on(e_ls[:, i], tokens, previous) for i in range(3)], dim=1)
    torch.testing.assert_close(agent.decide_each(e_ls, tokens, previous), one_by_one)


def test_an_instruction_may_be_shared_by_many_views():
    agent, views = new_agent(AgentConfig(word_init="random")), some_views(6)
    instruction = torch.tensor([0, 1, 0, 1, 0, 1])
    shared = agent(words(GRAMMAR.texts[:2]), views, instruction)
    torch.testing.assert_close(shared, agent(words(GRAMMAR.texts[:2])[instruction], views))


@pytest.mark.parametrize("pooling", ["mean", "last", "query"])
def test_a_sentence_is_pooled_from_its_words_alone(pooling):
    agent = new_agent(AgentConfig(word_init="random", pooling=pooling)).eval()
    if pooling == "query":
        torch.nn.init.normal_(agent.language.query)
    encoded = words([text for text in GRAMMAR.texts if len(text.split()) == 4][:3])[:, :4]
    with torch.no_grad():
        read = agent.language.read(torch.nn.functional.pad(encoded, (0, agent.language.place.shape[0] - 4)))[:, :4]
        weights = (read @ agent.language.query).softmax(1) if pooling == "query" else torch.full((3, 4), 0.25)
        pooled = read[:, -1] if pooling == "last" else (weights.unsqueeze(-1) * read).sum(1)
        padded = torch.nn.functional.pad(encoded, (0, agent.language.place.shape[0] - 4))
        torch.testing.assert_close(agent.language(padded), agent.language.pool(pooled))


def test_a_learned_query_begins_as_the_mean():
    mean, query = (new_agent(AgentConfig(word_init="random", pooling=pooling), 1) for pooling in ("mean", "query"))
    query.load_state_dict(mean.state_dict() | {"language.query": query.language.query})
    with torch.no_grad():
        encoded = words(GRAMMAR.texts)
        torch.testing.assert_close(mean.language(encoded), query.language(encoded))


def test_where_words_attend_each_looks_by_itself_and_padding_does_not():
    agent, views = new_agent(AgentConfig(word_init="random", attends="words")).eval(), some_views(3)
    encoded = words([GRAMMAR.texts[0], GRAMMAR.texts[40], GRAMMAR.texts[107]])
    with torch.no_grad():
        asking, tokens = agent.asking(encoded), agent.vision(views)
        seen, maps = agent.look(asking, tokens)
        for i, sentence in enumerate(encoded):
            n = int((sentence != 0).sum())
            each = [agent.attention(asking[i, word][None], tokens[i][None]) for word in range(n)]
            torch.testing.assert_close(seen[i], torch.cat([found for found, _ in each]).mean(0), rtol=1e-4, atol=1e-5)
            torch.testing.assert_close(maps[i], torch.cat([where for _, where in each]).mean(0), rtol=1e-4, atol=1e-6)
        there = (encoded != 0).unsqueeze(-1)
        torch.testing.assert_close(agent.language(encoded), asking.sum(1) / there.sum(1), rtol=1e-4, atol=1e-5)


def test_an_answer_may_come_without_the_question():
    config = AgentConfig(word_init="random")
    passing, silent = (CrossAttention(replace(config, pass_on=pass_on), 32) for pass_on in (True, False))
    silent.load_state_dict(passing.state_dict())
    e_l, tokens = torch.randn(6, 128), torch.randn(6, 49, 32)
    torch.testing.assert_close(silent(e_l, tokens)[0] + e_l, passing(e_l, tokens)[0])


@pytest.mark.parametrize(
    "config",
    [
        AgentConfig(word_init="random"),
        AgentConfig(trunk="resnet18"),
        AgentConfig(word_init="random", attends="words", pass_on=False),
        AgentConfig(word_init="random", pooling="query"),
    ],
)
def test_saved_and_loaded(config, tmp_path):
    agent = new_agent(config, seed=3).eval()
    agent.save_pretrained(tmp_path)
    assert {path.name for path in tmp_path.iterdir()} >= {"model.safetensors", "config.json"}
    assert not [path for path in tmp_path.iterdir() if path.suffix in (".bin", ".pt", ".pkl")]
    loaded = Agent.from_pretrained(tmp_path)
    assert loaded.config.word_init == config.word_init
    with torch.no_grad():
        torch.testing.assert_close(
            loaded(words(GRAMMAR.texts[:4]), some_views(4)), agent(words(GRAMMAR.texts[:4]), some_views(4))
        )


@pytest.mark.parametrize("tile_size", [8, 32])
def test_resnet_keeps_one_token_a_tile(tile_size):
    trunk = new_agent(AgentConfig(trunk="resnet18", tile_size=tile_size)).vision
    assert trunk(some_views(2)).shape == (2, 49, 512)


def test_resnet_may_be_narrow():
    trunk = new_agent(AgentConfig(trunk="resnet18", width=4)).vision
    assert trunk(some_views(2)).shape == (2, 49, 64)


@pytest.mark.parametrize("freeze", [True, False])
def test_two_stages_come_from_the_given_weights_and_two_are_fresh(freeze, tmp_path):
    shape = ResNetConfig(embedding_size=64, hidden_sizes=[64, 128, 256, 512], depths=[2, 2, 2, 2], layer_type="basic")
    source = ResNetModel(shape)
    source.save_pretrained(tmp_path)
    config = AgentConfig(trunk="resnet18", trunk_weights=str(tmp_path), freeze_pretrained=freeze)
    agent = new_agent(config).train()
    name = "encoder.stages.{}.layers.0.layer.0.convolution.weight"
    mine, theirs = agent.vision.resnet.state_dict(), source.state_dict()
    same = [torch.equal(mine[name.format(stage)], theirs[name.format(stage)]) for stage in range(4)]
    assert same == [True, True, False, False]
    agent(words(GRAMMAR.texts[:2]), some_views(2)).sum().backward()
    pretrained = [w for part in agent.vision.pretrained_parts() for w in part.parameters()]
    assert all((w.grad is None) == freeze for w in pretrained)
    statistics = agent.vision.resnet.embedder.embedder.normalization.running_mean
    assert torch.equal(statistics, source.embedder.embedder.normalization.running_mean) == freeze


def test_weights_that_cannot_be_had_are_not_replaced_in_silence(tmp_path, monkeypatch):
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    with pytest.raises(OSError, match="trunk_weights=None for random ones, or trunk='tiles'"):
        new_agent(AgentConfig(trunk="resnet18", trunk_weights=str(tmp_path / "nowhere")))


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"trunk": "vgg"}, "expected one of tiles, resnet18"),
        ({"word_init": "zeros"}, "none of identical, identity, random"),
        ({"normalize": True}, "expected one of tokens, both, none"),
        ({"pooling": "max"}, "expected one of mean, last, query"),
        ({"attends": "letters"}, "expected one of sentence, words"),
        ({"attends": "words", "pooling": "last"}, "needs attends='sentence'"),
        ({"heads": 3}, "must divide"),
        ({"word_init": "identity", "word_size": 12}, "needs word_size >= 16"),
        ({"tile_size": 32}, "must be 8, or 32 with"),
        ({"trunk_weights": "microsoft/resnet-18"}, "are for trunk='resnet18'"),
    ],
)
def test_impossible_agents(fields, message):
    with pytest.raises(ValueError, match=message):
        AgentConfig(**fields)


def test_an_agent_has_a_short_repr():
    agent = new_agent(AgentConfig(width=8, blocks=1))
    weights = sum(weight.numel() for weight in agent.parameters())
    assert repr(agent) == f"Agent(AgentConfig(grammar='paper', width=8, blocks=1): {weights:,} weights)"
