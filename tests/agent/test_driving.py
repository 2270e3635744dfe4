"""Driven agents, and the observer against Bayes' rule written out."""

import numpy as np
import pytest
import torch

from lva.agent import AgentConfig, new_agent
from lva.agent.driving import SURE, drive, drive_each, make_scenes, read_episodes
from lva.agent.vision import view_tiles
from lva.world import Level, load_grammar

GRAMMAR = load_grammar("paper")
STEPS = 4


@pytest.fixture(scope="module")
def agent():
    """Untrained, with words and actions that differ enough for the observer to tell something."""
    agent = new_agent(AgentConfig(width=8, blocks=1, word_init="identity"), seed=1).eval()
    with torch.no_grad():
        agent.actions[1].weight *= 30
    return agent


@pytest.fixture(scope="module")
def scenes():
    return make_scenes(GRAMMAR, 2)


def test_rooms_are_the_same_for_every_task_and_synonym(scenes):
    about = [(GRAMMAR.instructions[i].color, GRAMMAR.instructions[i].kind) for i in scenes.instruction]
    n = len(GRAMMAR.texts)
    for turn in (slice(0, n), slice(n, 2 * n)):
        rooms = {}
        for pair, cells, pose in zip(about[turn], scenes.world.cells[turn], scenes.world.pose[turn], strict=True):
            seen = rooms.setdefault(pair, (cells, pose))
            assert (seen[0] == cells).all() and (seen[1] == pose).all()
    assert not np.array_equal(scenes.world.cells[:n], scenes.world.cells[n:])


def test_candidates_are_the_objects_in_the_room_for_every_task(scenes):
    for i, options in zip(scenes.instruction, scenes.candidates):
        asked = GRAMMAR.instructions[i]
        for task, row in zip(GRAMMAR.phrases, options, strict=True):
            named = [GRAMMAR.instructions[j] for j in row if j >= 0]
            assert {one.task for one in named} == {task} and len(named) == 5
            assert (asked.color, asked.kind) in {(one.color, one.kind) for one in named}


def test_the_observer_is_bayes_rule(agent, scenes):
    """Episode by episode and option by option, the likelihood of the actions under the agent's own policy."""
    few = scenes.take(np.arange(0, 216, 27))
    own = agent.language_embedding(GRAMMAR.texts)
    told = own[::-1].copy()
    driven = drive(agent, told, few, STEPS, seed=3)
    world, chance = few.world.copy(), np.zeros(few.candidates.shape)
    generator = np.random.default_rng(3)
    for _ in range(STEPS):
        tiles = view_tiles(world.observe()).long()
        with torch.no_grad():
            decided = agent.decide(torch.from_numpy(told[few.instruction]), tiles).log_softmax(1).numpy()
            actions = (decided + generator.gumbel(size=decided.shape)).argmax(1)
            for e, a, o in np.ndindex(*few.candidates.shape):
                vector = torch.from_numpy(own[few.candidates[e, a, o]])[None]
                chance[e, a, o] += agent.decide(vector, tiles[e : e + 1]).log_softmax(1)[0, actions[e]].item()
        world.step(actions.astype(np.uint8))
    expected = np.exp(chance) / np.exp(chance).sum((1, 2), keepdims=True)
    np.testing.assert_allclose(driven.posterior, expected, atol=1e-4)
    assert (driven.divergence > 0).all()


def test_an_agent_told_by_its_own_e_l_is_the_agent(agent, scenes):
    driven = drive(agent, agent.language_embedding(GRAMMAR.texts), scenes, STEPS)
    np.testing.assert_allclose(driven.divergence, 0, atol=1e-6)
    np.testing.assert_allclose(driven.posterior.sum((1, 2)), 1)


def test_a_vector_per_episode_is_not_taken_for_one_per_instruction(agent, scenes):
    """As many episodes as instructions, in another order."""
    own, some = agent.language_embedding(GRAMMAR.texts), scenes.take(np.arange(150, 42, -1))
    assert len(some.world) == len(own)
    by_instruction = drive(agent, own, some, STEPS)
    by_episode = drive_each(agent, own[some.instruction], some, STEPS)
    assert (by_instruction.posterior == by_episode.posterior).all()
    assert drive_each(agent, own, some, STEPS).divergence.max() > 0.01


def test_episodes_are_read_as_the_posterior_says(agent, scenes):
    driven = drive(agent, agent.language_embedding(GRAMMAR.texts), scenes, STEPS)
    table, tasks = read_episodes(driven, scenes), list(GRAMMAR.phrases)
    for row, chances, options in zip(table.itertuples(), driven.posterior, scenes.candidates):
        flees = chances[tasks.index("escape-from")].sum()
        expected = "escape" if flees > SURE else "approach" if 1 - flees > SURE else "unclear"
        assert row.behaviour == expected and row.asked == ("escape" if row.task == "escape-from" else "approach")
        likeliest = chances.sum(0).argmax()
        named = options[0, likeliest] if chances.sum(0)[likeliest] > SURE else -1
        assert row.object == named
        one = GRAMMAR.instructions[named]
        assert row.found == (named >= 0 and (one.color, one.kind) == (row.color, row.kind))
        assert row.obeyed == (row.behaviour == row.asked and (row.asked == "escape" or row.found))


def test_success_is_counted_within_the_limit_of_each_episode(agent, scenes):
    driven = drive(agent, agent.language_embedding(GRAMMAR.texts), scenes, 30)
    short = make_scenes(GRAMMAR, 2, level=Level(max_steps=1))
    none = drive(agent, agent.language_embedding(GRAMMAR.texts), short, 30)
    assert none.success.sum() < driven.success.sum()


@pytest.mark.parametrize("shape", [(108, 5), (107, 128), (216, 128), (128,)])
def test_vectors_of_another_shape_are_refused(agent, scenes, shape):
    with pytest.raises(ValueError, match=r"must be finite and \(108, 128\)"):
        drive(agent, np.zeros(shape), scenes)


def test_an_agent_whose_words_attend_is_refused(scenes):
    agent = new_agent(AgentConfig(width=8, blocks=1, attends="words"))
    with pytest.raises(ValueError, match="attends='sentence'"):
        drive(agent, np.zeros((108, 128)), scenes)
