"""Steps as the learner gets them."""

import numpy as np
import pytest
import torch

from lva.agent.config import N_ACTIONS
from lva.agent.learning.data import draw_batch, load_steps
from lva.agent.learning.loop import Order, TrainConfig
from lva.agent.vision import view_tiles
from lva.world import World, load_grammar, make_demos, optimal_actions

GRAMMAR = load_grammar("paper")


@pytest.fixture(scope="module")
def demos():
    return make_demos(GRAMMAR, 216, seed=2)


def test_steps_are_those_of_the_demonstrations(demos):
    steps = load_steps(demos)
    np.testing.assert_array_equal(steps.tiles.numpy(), view_tiles(demos.frames()).numpy())
    np.testing.assert_array_equal(steps.targets.argmax(1).numpy(), demos.actions)
    np.testing.assert_array_equal(steps.instruction.numpy(), np.repeat(demos.instruction, demos.lengths))
    first, last = demos.offsets[7], demos.offsets[8]
    assert steps.previous[first:last].tolist() == [N_ACTIONS, *demos.actions[first : last - 1]]


def test_optimal_labels_share_the_weight(demos):
    targets = load_steps(demos, "optimal").targets
    torch.testing.assert_close(targets.sum(1), torch.ones(demos.steps))
    np.testing.assert_array_equal((targets > 0).numpy(), demos.optimal())
    with pytest.raises(ValueError, match="choose one of expert, optimal"):
        load_steps(demos, "wise")


def test_shuffled_labels_are_those_of_other_steps(demos):
    right, wrong = (load_steps(demos, labels).targets for labels in ("optimal", "shuffled"))
    torch.testing.assert_close(wrong.mean(0), right.mean(0))
    agree = (wrong * right).sum(1).mean()
    by_chance = (right.mean(0) ** 2).sum()
    assert abs(agree - by_chance) < 0.05 < (right * right).sum(1).mean() - by_chance


def mirrored(world):
    """The same rooms seen in a mirror."""
    other = world.copy()
    other.cells, width = np.ascontiguousarray(world.cells[:, :, ::-1]), world.cells.shape[2]
    other.pose[:, 0] = width - 1 - world.pose[:, 0]
    other.pose[:, 2] = np.array([2, 1, 0, 3], np.uint8)[world.pose[:, 2]]
    other.target = (world.target // width * width + width - 1 - world.target % width).astype(np.int16)
    return other


def test_a_mirrored_sample_is_a_sample_of_the_mirrored_world(demos):
    steps, world = load_steps(demos, "optimal"), demos.world()
    starts = torch.from_numpy(demos.offsets[:-1])
    tiles, _, previous, targets = draw_batch(steps, starts, torch.ones(len(demos), dtype=torch.bool))
    np.testing.assert_array_equal(tiles.numpy(), view_tiles(mirrored(world).observe()).numpy())
    np.testing.assert_array_equal(targets.numpy() > 0, optimal_actions(mirrored(world))[:, :6])
    assert (previous == N_ACTIONS).all()


def test_only_the_marked_samples_are_mirrored(demos):
    steps, index = load_steps(demos), torch.arange(50)
    mirror = torch.arange(50) % 2 == 0
    plain, half = draw_batch(steps, index, None), draw_batch(steps, index, mirror)
    for a, b in zip(plain, half):
        assert torch.equal(a[~mirror], b[~mirror])
    turned = plain[3][:, :2].sum(1) > 0
    assert torch.equal(half[3][mirror & turned][:, [1, 0]], plain[3][mirror & turned][:, :2])


def test_an_epoch_passes_over_every_sample_once_whoever_shares_it():
    config = TrainConfig(samples=1000, batch_size=10, mirror=True)
    batches = [[Order(105, config, rank, 2).batch(b, torch.device("cpu"))[0] for rank in (0, 1)] for b in range(21)]
    seen = torch.cat([torch.cat(pair) for pair in batches])
    assert torch.equal(seen.sort().values, torch.arange(105).repeat_interleave(2))
    whole = [Order(105, config, 0, 1).batch(b, torch.device("cpu"))[0] for b in range(21)]
    for pair, both in zip(batches, whole):
        assert torch.equal(torch.cat(pair).sort().values, both.sort().values)


def test_views_are_rows_first():
    world = World.reset(GRAMMAR.instructions[:3], 0)
    images = world.observe()
    tiles = view_tiles(images)
    assert tiles[0, 6, 3] >= 128  # the agent, in the middle of the lowest row
    assert (tiles[0, 0] == 0).sum() == (images[0, :, 0, 0] == 0).sum()
