"""Steps as the learner gets them."""

from pathlib import Path

import numpy as np
import pytest
import torch

from lva.agent.config import N_ACTIONS
from lva.agent.learning.steps import LABELS, Order, draw_batch, load_steps, make_steps, save_steps
from lva.agent.vision import view_tiles
from lva.ground.artifacts import ArtifactError
from lva.world import World, load_grammar, make_demos, optimal_actions

GRAMMAR = load_grammar("paper")
TENSORS = ("words", "tiles", "instruction", "actions", "previous")


@pytest.fixture(scope="module")
def demos():
    return make_demos(GRAMMAR, 216, seed=2)


def targets_of(steps):
    return draw_batch(steps, torch.arange(len(steps)), None)[3]


def assert_same(a, b):
    assert all(torch.equal(getattr(a, name), getattr(b, name)) for name in TENSORS)
    assert a.tiles.dtype == b.tiles.dtype == torch.uint8 and a.demos["n"] == b.demos["n"]


def test_steps_are_those_of_the_demonstrations(demos):
    steps = make_steps(demos)
    np.testing.assert_array_equal(steps.tiles.numpy(), view_tiles(demos.frames()).numpy())
    np.testing.assert_array_equal(targets_of(steps).argmax(1).numpy(), demos.actions)
    np.testing.assert_array_equal(steps.instruction.numpy(), np.repeat(demos.instruction, demos.lengths))
    first, last = demos.offsets[7], demos.offsets[8]
    assert steps.previous[first:last].tolist() == [N_ACTIONS, *demos.actions[first : last - 1]]


def test_optimal_labels_share_the_weight(demos):
    targets = targets_of(make_steps(demos, "optimal"))
    torch.testing.assert_close(targets.sum(1), torch.ones(demos.steps))
    np.testing.assert_array_equal((targets > 0).numpy(), demos.optimal())
    with pytest.raises(ValueError, match=r"choose one of expert, optimal.*in equal shares"):
        make_steps(demos, "wise")


def test_shuffled_labels_are_those_of_other_steps(demos):
    right, wrong = (targets_of(make_steps(demos, labels)) for labels in ("optimal", "shuffled"))
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
    steps, world = make_steps(demos, "optimal"), demos.world()
    starts = torch.from_numpy(demos.offsets[:-1])
    tiles, _, previous, targets = draw_batch(steps, starts, torch.ones(len(demos), dtype=torch.bool))
    np.testing.assert_array_equal(tiles.numpy(), view_tiles(mirrored(world).observe()).numpy())
    np.testing.assert_array_equal(targets.numpy() > 0, optimal_actions(mirrored(world))[:, :6])
    assert (previous == N_ACTIONS).all()


def test_only_the_marked_samples_are_mirrored(demos):
    steps, index = make_steps(demos), torch.arange(50)
    mirror = torch.arange(50) % 2 == 0
    plain, half = draw_batch(steps, index, None), draw_batch(steps, index, mirror)
    for a, b in zip(plain, half):
        assert torch.equal(a[~mirror], b[~mirror])
    turned = plain[3][:, :2].sum(1) > 0
    assert torch.equal(half[3][mirror & turned][:, [1, 0]], plain[3][mirror & turned][:, :2])


def test_an_epoch_passes_over_every_sample_once_whoever_shares_it():
    batches = [
        [Order(105, 10, True, 0, rank, 2).batch(b, torch.device("cpu"))[0] for rank in (0, 1)] for b in range(21)
    ]
    seen = torch.cat([torch.cat(pair) for pair in batches])
    assert torch.equal(seen.sort().values, torch.arange(105).repeat_interleave(2))
    whole = [Order(105, 10, True, 0).batch(b, torch.device("cpu"))[0] for b in range(21)]
    for pair, both in zip(batches, whole):
        assert torch.equal(torch.cat(pair).sort().values, both.sort().values)


@pytest.mark.parametrize("labels", LABELS)
def test_saved_steps_are_those_that_are_made(demos, labels, tmp_path):
    assert_same(load_steps(save_steps(demos, tmp_path), labels), make_steps(demos, labels))


def test_steps_are_rendered_once_for_the_same_demonstrations(demos, tmp_path, monkeypatch):
    path = save_steps(demos, tmp_path)
    other = save_steps(demos[100:], tmp_path)
    monkeypatch.setattr("lva.agent.learning.steps.view_tiles", None)  # rendering again would fail
    assert save_steps(demos, tmp_path) == path != other == save_steps(demos[100:], tmp_path)
    with pytest.raises(TypeError):
        save_steps(demos[50:], tmp_path)
    monkeypatch.setattr("lva.agent.learning.steps.code_of_module", lambda module: {module: "changed"})
    with pytest.raises(TypeError):
        save_steps(demos, tmp_path)


def test_damaged_steps_are_rendered_again(demos, tmp_path):
    path = save_steps(demos, tmp_path)
    content = bytearray(path.read_bytes())
    content[-1] ^= 1
    path.write_bytes(content)
    assert_same(load_steps(save_steps(demos, tmp_path)), make_steps(demos))


def test_steps_that_cannot_be_read(tmp_path):
    (tmp_path / "steps.safetensors").write_bytes(b"nothing")
    with pytest.raises(ArtifactError, match="delete it to render the steps again"):
        load_steps(tmp_path / "steps.safetensors")


@pytest.mark.skipif(not Path("/proc/self/maps").exists(), reason="says which files are mapped on Linux alone")
def test_steps_are_mapped_and_the_file_cannot_be_changed_through_them(demos, tmp_path):
    path = save_steps(demos, tmp_path)
    steps = load_steps(path)
    assert str(path) in Path("/proc/self/maps").read_text()
    steps.tiles.add_(1)
    assert_same(load_steps(path), make_steps(demos))


def test_views_are_rows_first():
    world = World.reset(GRAMMAR.instructions[:3], 0)
    images = world.observe()
    tiles = view_tiles(images)
    assert tiles[0, 6, 3] >= 128  # the agent, in the middle of the lowest row
    assert (tiles[0, 0] == 0).sum() == (images[0, :, 0, 0] == 0).sum()
