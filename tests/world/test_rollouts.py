"""Closed loops."""

import numpy as np

from lva.world import World, load_grammar, plan
from lva.world.kernels.dynamics import SUCCESS, TIMEOUT
from lva.world.rollouts import random_policy, rollout, success_table

GRAMMAR = load_grammar("paper")


def test_a_policy_that_follows_the_expert_succeeds_in_the_experts_time():
    world = World.reset(GRAMMAR.instructions, 0)
    result = rollout(world, lambda running: plan(running).actions[:, 0])
    assert result.success.all()
    np.testing.assert_array_equal(result.lengths, plan(world).lengths)
    assert (world.steps == 0).all()  # the caller's worlds have not moved


def test_the_actions_kept_are_the_actions_taken():
    world = World.reset(GRAMMAR.instructions * 3, 1)
    result = rollout(world, random_policy(0))
    for t in range(result.actions.shape[1]):
        status = world.step(result.actions[:, t])
        ends = result.lengths == t + 1
        np.testing.assert_array_equal(status[ends] == SUCCESS, result.success[ends])
        assert np.isin(status[ends], (SUCCESS, TIMEOUT)).all()


def test_doing_nothing_runs_out_of_steps():
    world = World.reset(GRAMMAR.instructions[:3], 0)
    result = rollout(world, lambda running: np.full(len(running), 6))
    assert not result.success.any() and (result.lengths == 64).all()


def test_what_a_random_policy_achieves():
    """Far from nothing and far from the expert: the number that success is to be read against."""
    world = World.reset(GRAMMAR.instructions * 30, 2)
    table = success_table(world, rollout(world, random_policy(1))).set_index("task")
    assert table.episodes.tolist() == [1080] * 3
    assert (table.success > 0.02).all() and (table.success < 0.4).all()
    assert (table.low < table.success).all() and (table.success < table.high).all()


def test_the_interval_is_wilsons():
    world = World.reset(GRAMMAR.instructions[:10], 0)
    result = rollout(world, lambda running: plan(running).actions[:, 0])
    result.success[:2] = False
    row = success_table(world, result).iloc[0]
    assert (row.success, round(row.low, 4), round(row.high, 4)) == (0.8, 0.4902, 0.9433)  # textbook values of 8 in 10
