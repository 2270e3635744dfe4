"""Demonstrations: balanced, the same everywhere, small on disk, and checked when they come back."""

import json
import zipfile
from dataclasses import replace

import numba
import numpy as np
import pytest

from lva.ground.artifacts import ArtifactError
from lva.world import Demos, Level, World, load_grammar, make_demos, optimal_actions, stored
from lva.world import demos as demos_module
from lva.world.demos import ARRAYS, CHUNK

GRAMMAR = load_grammar("paper")


@pytest.fixture(scope="module")
def demos():
    return make_demos(GRAMMAR, 2160, seed=3, expert="sighted")


def assert_equal(a, b):
    for name in ARRAYS:
        np.testing.assert_array_equal(getattr(a, name), getattr(b, name), err_msg=name)


def test_every_instruction_has_its_share(demos):
    assert set(np.bincount(demos.instruction, minlength=108)) == {20}
    assert repr(demos) == f"Demos(2,160 episodes, {demos.steps:,} steps, grammar 'paper', sighted expert, seed 3)"


def test_the_episodes_succeed_when_replayed(demos):
    world, over = demos.world(), np.zeros(len(demos), bool)
    for t in range(demos.lengths.max()):
        going = demos.lengths > t
        actions = np.where(going, demos.actions[np.minimum(demos.offsets[:-1] + t, demos.steps - 1)], 6)
        status = world.step(actions)
        over |= (status == 1) & (demos.lengths == t + 1)
    assert over.all()


def test_frames_are_what_the_worlds_show(demos):
    few = demos[:50]
    frames, world, expected = few.frames(), few.world(), []
    for e in range(50):
        one = world[e]
        for action in few.actions[few.offsets[e] : few.offsets[e + 1]]:
            expected.append(one.observe()[0])
            one.step(np.array([action]))
    np.testing.assert_array_equal(frames, expected)
    picked = np.random.default_rng(0).permutation(few.steps)
    np.testing.assert_array_equal(few.views(picked), frames[picked])


def test_optimal_marks_are_those_of_every_state(demos):
    few, expected = demos[:30], []
    for e in range(30):
        world = few.world()[e]
        for action in few.actions[few.offsets[e] : few.offsets[e + 1]]:
            expected.append(optimal_actions(world)[0, :6])
            world.step(np.array([action]))
    np.testing.assert_array_equal(few.optimal(), expected)
    oracle = make_demos(GRAMMAR, 108)
    assert oracle.optimal()[np.arange(oracle.steps), oracle.actions].all()  # what the oracle does is among them


def test_the_same_for_any_number_of_threads_and_any_n(demos):
    numba.set_num_threads(1)
    try:
        again = make_demos(GRAMMAR, 2160, seed=3, expert="sighted")
    finally:
        numba.set_num_threads(numba.config.NUMBA_NUM_THREADS)
    assert_equal(again, demos)
    assert_equal(make_demos(GRAMMAR, 500, seed=3, expert="sighted"), demos[:500])


def test_chunks_leave_no_seam():
    n = CHUNK + 100
    long, tail = make_demos(GRAMMAR, n, seed=1, progress=False), slice(CHUNK - 5, CHUNK + 5)
    world = World.reset(long[tail].world().instructions, (1 << 32) + np.arange(n)[tail])
    np.testing.assert_array_equal(long.cells[tail], world.cells)


def test_seeds_do_not_meet(demos):
    other = make_demos(GRAMMAR, 2160, seed=4, expert="sighted")
    rooms = [{cells.tobytes() + pose.tobytes() for cells, pose in zip(d.cells, d.pose)} for d in (demos, other)]
    assert not set.intersection(*rooms)


def test_saved_and_loaded(demos, tmp_path):
    path = demos.save(tmp_path / "demos.npz")
    loaded = Demos.load(path)
    assert_equal(loaded, demos)
    assert loaded.config() == demos.config() and loaded.level == Level()
    assert make_demos(GRAMMAR, 50_000, progress=False).save(path).stat().st_size <= 16 * 50_000 * 5


def test_saved_demonstrations_are_made_once_and_again_by_other_code(tmp_path, monkeypatch, capsys):
    path, made = tmp_path / "demos.npz", []
    monkeypatch.setattr(stored, "make_demos", lambda *args, **kwargs: made.append(1) or make_demos(*args, **kwargs))
    first = [stored.saved_demos(path, GRAMMAR, 108, seed=2) for _ in range(2)]
    assert_equal(first[1], make_demos(GRAMMAR, 108, seed=2))
    assert len(made) == 1 and capsys.readouterr().out == ""
    assert stored.saved_demos(path, GRAMMAR, 108, seed=3).seed == 3
    assert len(made) == 2 and capsys.readouterr().out == ""
    for module in (stored, demos_module):
        monkeypatch.setattr(module, "code_of_module", lambda name: {name: "changed"})
    again = [stored.saved_demos(path, GRAMMAR, 108, seed=3) for _ in range(2)]
    assert_equal(again[0], again[1])
    assert len(made) == 3
    (line,) = capsys.readouterr().out.splitlines()
    assert line.startswith(f"{path} was made by other code: ") and line.endswith("making it again")


def test_bytes_per_step(tmp_path):
    demos = make_demos(GRAMMAR, 20_000)
    assert demos.save(tmp_path / "demos.npz").stat().st_size / demos.steps <= 16


def test_split_keeps_the_balance(demos):
    rest, held_out = demos.split(0.1, seed=2)
    assert set(np.bincount(held_out.instruction, minlength=108)) == {2}
    assert len(rest) + len(held_out) == len(demos)
    with pytest.raises(ValueError, match="between 0 and 1"):
        demos.split(1)
    with pytest.raises(ValueError, match="leaves one set empty"):
        demos[:50].split(0.01)


def test_a_changed_world_is_noticed(demos, tmp_path, monkeypatch):
    path = demos.save(tmp_path / "demos.npz")
    monkeypatch.setattr(Demos, "checksum", lambda self: 1)
    with pytest.raises(ArtifactError, match="the world has changed since; remake it with"):
        Demos.load(path)


def test_the_checksum_sees_a_single_cell(demos):
    before = demos.checksum()
    changed = demos[:]
    changed.cells = demos.cells.copy()
    first = demos.world()[0]
    x, y, heading = (int(value) for value in first.pose[0])
    dx, dy = [(1, 0), (0, 1), (-1, 0), (0, -1)][heading]
    changed.cells[0, y + dy, x + dx] ^= 1 << 4  # another colour right before the agent
    assert changed.checksum() != before


def test_a_file_of_another_version(demos, tmp_path):
    path = rewrite_header(demos.save(tmp_path / "demos.npz"), format=99, version="7.0")
    with pytest.raises(ArtifactError, match=r"format 99, written by lva 7\.0.*--only 01"):
        Demos.load(path)


def rewrite_header(path, **fields):
    """A whole and well-documented file whose header says something else."""
    from lva.ground.artifacts import save_artifact

    with np.load(path) as file:
        arrays = dict(file)
    header = json.loads(str(arrays["header"])) | fields
    arrays["header"] = np.array(json.dumps(header))
    return save_artifact(path, lambda p: np.savez(open(p, "wb"), **arrays), config={}, made_by="test")


def test_damaged_files(demos, tmp_path):
    path = demos.save(tmp_path / "demos.npz")
    whole = path.read_bytes()
    for damaged in (whole[:-1], b"\0" + whole[1:], b""):
        path.write_bytes(damaged)
        with pytest.raises(ArtifactError, match="--only 01"):
            Demos.load(path)
    with pytest.raises(ArtifactError, match="not there"):
        Demos.load(tmp_path / "none.npz")


def test_a_foreign_archive(tmp_path):
    from lva.ground.artifacts import save_artifact

    def write(path):
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr("hello", "world")

    path = save_artifact(tmp_path / "demos.npz", write, config={}, made_by="test")
    with pytest.raises(ArtifactError, match="does not hold demonstrations"):
        Demos.load(path)


def test_an_interrupted_save_leaves_the_old_file(demos, tmp_path, monkeypatch):
    path = demos.save(tmp_path / "demos.npz")

    def interrupted(*_, **__):
        raise KeyboardInterrupt

    monkeypatch.setattr(np, "savez_compressed", interrupted)
    with pytest.raises(KeyboardInterrupt):
        demos[:10].save(path)
    monkeypatch.undo()
    assert_equal(Demos.load(path), demos)
    assert not [p for p in tmp_path.iterdir() if p.name.startswith(".")]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"n": 0}, "n=0 is not valid; expected a whole number from 1"),
        ({"n": 5, "seed": -1}, "seed=-1"),
        ({"n": 5, "expert": "wise"}, "choose one of oracle, sighted"),
        ({"n": 108, "level": Level(max_steps=2)}, "failed in episode"),
    ],
)
def test_bad_requests(arguments, message):
    with pytest.raises((ValueError, RuntimeError), match=message):
        make_demos(GRAMMAR, **arguments)


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("instruction", 60_000, "instruction of demonstrations must be below the 108 instructions"),
        ("target", 30_000, "target of demonstrations must be from 0 to 63"),
        ("target", -5, "target of demonstrations must be from 0 to 63"),
        ("actions", 9, "actions of demonstrations must be below 7"),
        ("pose", 200, "pose of demonstrations must be below 8"),
        ("cells", 200, "cells of demonstrations must be codes"),
        ("cells", 13, "cells of demonstrations must be codes"),
        ("offsets", 0, "offsets of demonstrations must be from 0 to the"),
    ],
)
def test_arrays_that_would_lead_a_kernel_astray(demos, tmp_path, monkeypatch, name, value, message):
    few = demos[:10]
    wrong = np.full_like(getattr(few, name), value)
    with pytest.raises(ValueError, match=message):
        replace(few, **{name: wrong})
    setattr(few, name, wrong)
    monkeypatch.setattr(Demos, "checksum", lambda self: 0)
    if name != "offsets":  # a file holds lengths
        few.save(tmp_path / "demos.npz")
        with pytest.raises(ArtifactError, match=f"holds demonstrations that cannot be: {message}"):
            Demos.load(tmp_path / "demos.npz")


@pytest.mark.parametrize("wrong", [[0.5], [True], [[0]], ["a"]])
def test_steps_that_are_no_indices(demos, wrong):
    with pytest.raises(IndexError, match="expected \\(m,\\) integers"):
        demos.views(wrong)


@pytest.mark.parametrize("wrong", [[10**9], [0, -1]])
def test_views_of_steps_that_are_not_there(demos, wrong):
    with pytest.raises(IndexError, match=f"step {wrong[-1]} is not one of 0 to {demos.steps - 1}"):
        demos.views(wrong)


def test_views_are_frames_in_any_order(demos):
    steps = np.random.default_rng(0).permutation(demos.steps)[:2000]
    np.testing.assert_array_equal(demos.views(steps), demos.frames()[steps])
