"""Closed loops: the batched world and the gymnasium environments agree about an agent."""

import gymnasium
import numpy as np
import pytest
import torch

from lva.agent import AgentConfig, TrainConfig, agent_policy, evaluate, new_agent, train
from lva.agent.vision import view_tiles
from lva.gym import register_environments
from lva.world import World, load_grammar, make_demos, rollout
from lva.world.minigrid.environments import reset_options

GRAMMAR = load_grammar("paper")


@pytest.fixture(scope="module")
def agent():
    """One that has learnt a little, so that its episodes end in more than one way."""
    config = TrainConfig(samples=64 * 400, batch_size=64)
    return train(make_demos(GRAMMAR, 500), AgentConfig(width=8, blocks=1), config, progress=False).agent


@pytest.mark.parametrize("previous_action", [False, True])
def test_the_environments_give_the_same_success(agent, previous_action):
    if previous_action:
        agent = new_agent(AgentConfig(width=8, blocks=1, previous_action=True, word_init="random"), seed=2).eval()
    world = World.reset(GRAMMAR.instructions[::4], 77)
    result = rollout(world, agent_policy(agent, "greedy"))
    register_environments()
    env = gymnasium.make("LVA-Mixed-v0").unwrapped
    for i in range(len(world)):
        observation, _ = env.reset(options=reset_options(world, i))
        words, previous, reward, over = torch.from_numpy(GRAMMAR.encode(observation["mission"])), 6, 0, False
        while not over:
            tiles = view_tiles(observation["image"][None]).long()
            with torch.no_grad():
                logits = agent(words, tiles, previous=torch.tensor([previous]))
            previous = int(logits.argmax())
            observation, reward, terminated, truncated, _ = env.step(previous)
            over = terminated or truncated
        assert (reward > 0) == result.success[i] and env.step_count == result.lengths[i]
    assert previous_action or 0 < result.success.mean() < 1


def test_the_tables_count_what_happened(agent):
    evaluation = evaluate(agent, episodes=3)
    tasks = evaluation.by_task.set_index(["policy", "task"])
    assert set(tasks.index.get_level_values("policy")) == {"greedy", "sampled", "floor", "random", "oracle"}
    assert (tasks.episodes == 108).all() and (tasks.loc["oracle"].success == 1).all()
    assert (tasks.loc["oracle"].over_shortest == 1).all()
    assert (evaluation.by_task.low <= evaluation.by_task.success).all()
    instructions = evaluation.by_instruction
    assert len(instructions) == 5 * 108 and (instructions.episodes == 3).all()
    greedy = instructions[instructions.policy == "greedy"]
    assert greedy.success.mean() == pytest.approx(evaluation.rollouts["greedy"].success.mean())


def test_the_floor_is_the_same_whatever_is_asked(agent):
    """Rooms that differ only in what is asked: the floor's first action does not, and the agent's does."""
    e_l = agent.language_embedding(GRAMMAR.texts)
    mean = np.broadcast_to(e_l.mean(0), e_l.shape)
    world = World.reset(GRAMMAR.instructions, 5)
    asked_otherwise = world.copy()
    asked_otherwise.instructions = world.instructions[::-1]
    floor, told = agent_policy(agent, "sampled", 0, mean), agent_policy(agent, "sampled", 0)
    again, told_again = agent_policy(agent, "sampled", 0, mean), agent_policy(agent, "sampled", 0)
    assert np.array_equal(floor(world), again(asked_otherwise))
    assert not np.array_equal(told(world), told_again(asked_otherwise))
    evaluation = evaluate(agent, episodes=2)
    played = rollout(evaluation.world, agent_policy(agent, "sampled", 0, mean))
    assert np.array_equal(evaluation.rollouts["floor"].actions, played.actions)


def test_an_evaluation_repeats(agent):
    a, b = (evaluate(agent, episodes=1, seed=5).by_task for _ in range(2))
    assert a.equals(b)
    assert not a.equals(evaluate(agent, episodes=1, seed=6).by_task)


def test_its_rooms_are_not_those_of_the_demonstrations(agent):
    rooms = evaluate(agent, episodes=2).world
    demos = make_demos(GRAMMAR, 5000, seed=0)
    seen = {cells.tobytes() + pose.tobytes() for cells, pose in zip(demos.cells, demos.pose)}
    assert not seen & {cells.tobytes() + pose.tobytes() for cells, pose in zip(rooms.cells, rooms.pose)}


def test_sampling_follows_the_distribution():
    agent = new_agent(AgentConfig(width=8, blocks=1)).eval()
    world = World.reset(GRAMMAR.instructions[:1] * 4000, np.full(4000, 3))
    actions = agent_policy(agent, "sampled", seed=1)(world)
    tiles = view_tiles(world[:1].observe()).long()
    with torch.no_grad():
        expected = agent(torch.from_numpy(GRAMMAR.encode(GRAMMAR.texts[:1])), tiles).softmax(1)[0].numpy()
    np.testing.assert_allclose(np.bincount(actions, minlength=6) / 4000, expected, atol=0.03)


@pytest.mark.parametrize("decoding", ["greedy", "sampled"])
def test_driven_by_its_own_embeddings_the_agent_does_exactly_the_same(agent, decoding):
    world, own = World.reset(GRAMMAR.instructions, 5), agent.language_embedding(GRAMMAR.texts)
    played = rollout(world, agent_policy(agent, decoding, 1))
    driven = rollout(world, agent_policy(agent, decoding, 1, own))
    assert np.array_equal(driven.actions, played.actions) and np.array_equal(driven.success, played.success)


def test_driven_by_the_embedding_of_another_instruction_the_agent_does_that(agent):
    """Every E_L replaced by that of one instruction: the same actions as being told so."""
    told = GRAMMAR.instructions[40]
    world = World.reset([told] * 300, np.arange(300))
    elsewhere = np.repeat(agent.language_embedding([told.text]), 108, axis=0)
    others = World.reset([told] * 300, np.arange(300))
    others.instructions = (GRAMMAR.instructions[3],) * 300
    actions = agent_policy(agent, embeddings=elsewhere)(others)
    assert np.array_equal(actions, agent_policy(agent)(world))
    assert not np.array_equal(actions, agent_policy(agent)(others))


@pytest.mark.parametrize("embeddings", [np.zeros((107, 128)), np.zeros((108, 64)), np.full((108, 128), np.nan)])
def test_embeddings_that_cannot_drive_an_agent(agent, embeddings):
    with pytest.raises(ValueError, match=r"must be finite and \(108, 128\)"):
        agent_policy(agent, embeddings=embeddings)


def test_an_unknown_decoding(agent):
    with pytest.raises(ValueError, match="choose one of greedy, sampled"):
        agent_policy(agent, "beam")
