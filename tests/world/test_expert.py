"""The expert against a literal breadth-first search, and against BabyAI's bot."""

from collections import deque

import gymnasium
import numpy as np
import pytest

from lva.world import Level, World, load_grammar, optimal_actions, plan
from lva.world.kernels.dynamics import RUNNING, SUCCESS
from lva.world.language import grammar_from_dict
from lva.world.minigrid.bot import play_bot

GRAMMAR = load_grammar("paper")
LARGE = Level(size=25, distractors=12, max_steps=200, patience=0)


def fewest_steps(world):
    """Of one world, by stepping copies of it through every action, breadth first: slow and literal."""
    queue, seen = deque([(world, 0)]), set()
    while queue:
        state, steps = queue.popleft()
        for action in range(6):
            after = state.copy()
            status = after.step(np.array([action]))[0]
            if status == SUCCESS:
                return steps + 1
            key = after.cells.tobytes() + after.pose.tobytes() + after.carrying.tobytes()
            if status == RUNNING and key not in seen and action in (0, 1, 2):
                seen.add(key)
                queue.append((after, steps + 1))
    return None


def test_the_oracle_takes_a_shortest_path():
    world = World.reset(GRAMMAR.instructions[::9], 4, Level(size=7))
    played = plan(world)
    for i in range(len(world)):
        assert played.lengths[i] == fewest_steps(world[i])


@pytest.mark.parametrize("expert", ["oracle", "sighted"])
@pytest.mark.parametrize("level", [Level(patience=0), Level(distractors=0, patience=0), LARGE])
def test_every_solvable_level_is_solved(expert, level):
    world = World.reset(GRAMMAR.instructions * 30, 1, level)
    played = plan(world, expert)
    assert played.success.all()
    assert (played.lengths >= plan(world).lengths).all()  # nobody beats the oracle


def test_the_plan_is_what_happens():
    world = World.reset(GRAMMAR.instructions, 2, Level(patience=0))
    played = plan(world, "sighted")
    for t in range(played.lengths.max()):
        status = world.step(played.actions[:, t])
        assert (status[played.lengths == t + 1] == SUCCESS).all()
        assert (status[played.lengths > t + 1] == RUNNING).all()


def test_doors_are_found_in_the_walls():
    words = {"phrases": {"go-to": ["go to"], "escape-from": ["leave"]}, "colors": ["red", "green"], "kinds": ["door"]}
    world = World.reset(grammar_from_dict(words).instructions * 100, 3, Level(doors=4, patience=0))
    assert plan(world, "oracle").success.all() and plan(world, "sighted").success.all()


def test_the_sighted_expert_knows_only_what_it_has_seen():
    """Two rooms that differ in unseen places alone call for the same first action."""
    n = 400
    one, other = World.reset(GRAMMAR.instructions[:1] * n, 0), World.reset(GRAMMAR.instructions[:1] * n, n)
    other.pose[:] = one.pose
    free = (other.cells[np.arange(n), one.pose[:, 1], one.pose[:, 0]] == 1) & (one.target != other.target)
    alike = free & (one.observe() == other.observe()).all((1, 2, 3))
    assert alike.sum() >= 5
    first = [plan(world[alike], "sighted").actions[:, 0] for world in (one, other)]
    np.testing.assert_array_equal(*first)
    assert (plan(one[alike]).actions[:, 0] != plan(other[alike]).actions[:, 0]).any()  # the oracle knows better


def test_optimal_actions_are_those_that_cost_nothing():
    world = World.reset(GRAMMAR.instructions[::7], 9)
    marks, lengths, own = optimal_actions(world), plan(world).lengths, plan(world).actions[:, 0]
    assert marks[np.arange(len(world)), own].all() and not marks[:, 4:].any()
    for action in range(3):
        after = world.copy()
        status = after.step(np.full(len(world), action))
        rest = plan(after)
        cost = np.where(status == SUCCESS, 0, np.where(rest.success, rest.lengths, 999)) + 1
        np.testing.assert_array_equal(marks[:, action], cost == lengths)


def test_it_recovers_from_a_wrong_object_in_its_hands():
    """PICK-UP after something else was taken: it puts that down first."""
    world = World.reset([i for i in GRAMMAR.instructions if i.task == "pick-up"], 5)
    decoys = plan_towards_another(world)
    for t in range(decoys.actions.shape[1]):
        world.step(np.where(t < decoys.lengths, decoys.actions[:, t], 6))
    assert (world.carrying[:, 0] > 0).all() and (world.target >= 0).all()
    world.steps[:] = 0
    assert plan(world).success.all() and optimal_actions(world).any(1).all()


def plan_towards_another(world):
    """Plans that pick up some object that is not the target."""
    decoy = world.copy()
    portable = np.isin(world.cells & 15, (5, 6, 7)).reshape(len(world), -1)
    portable[np.arange(len(world)), world.target] = False
    decoy.target[:] = portable.argmax(1)
    return plan(decoy)


def test_episodes_are_no_longer_than_those_of_the_bot():
    for name in ("lva:LVA-GoTo-v0", "lva:LVA-PickUp-v0"):
        envs = [gymnasium.make(name).unwrapped for _ in range(100)]
        for seed, env in enumerate(envs):
            env.reset(seed=seed)
        world = World.from_minigrid(envs)
        lengths, successes = zip(*map(play_bot, envs))
        assert all(successes)
        assert (plan(world).lengths <= lengths).all()
        assert plan(world, "sighted").lengths.mean() <= 1.03 * np.mean(lengths)


def test_bad_requests():
    world = World.reset(GRAMMAR.instructions[:2], 0)
    with pytest.raises(ValueError, match="choose one of oracle, sighted"):
        plan(world, "psychic")
    world.task[:] = 0
    with pytest.raises(ValueError, match="no task"):
        plan(world)
