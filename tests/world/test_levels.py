"""The levels that the kernels draw: by the rules, and as often as the gymnasium environments draw them."""

import zlib

import gymnasium
import numba
import numpy as np
import pytest
from scipy.stats import binomtest, chi2_contingency
from sklearn.linear_model import LogisticRegression

from lva.world import TASKS, Level, LevelError, World, load_grammar, plan
from lva.world.kernels.codes import BALL, BOX, DOOR_LOCKED, KEY
from lva.world.language import grammar_from_dict
from lva.world.minigrid.bridge import read_minigrid

GRAMMAR = load_grammar("paper")
OLD = Level(start="near")
OLD_ROOMS = 438458659  # CRC-32 of some of its rooms
DOORS = {"phrases": {"go-to": ["go to"], "escape-from": ["leave"]}, "colors": ["red", "blue"], "kinds": ["door", "box"]}


def objects_of(cells):
    """Codes and positions of what can be carried: (n, objects), (n, objects, 2)."""
    portable = np.isin(cells & 15, (KEY, BALL, BOX))
    assert len(set(portable.sum((1, 2)))) == 1
    rows, ys, xs = np.nonzero(portable)
    return cells[rows, ys, xs].reshape(len(cells), -1), np.stack([xs, ys], -1).reshape(len(cells), -1, 2)


@pytest.mark.parametrize("level", [Level(), Level(size=12, distractors=9), Level(size=6, distractors=2), OLD])
def test_the_rules_hold(level):
    world = World.reset(GRAMMAR.instructions * 20, 7, level)
    codes, places = objects_of(world.cells)
    assert codes.shape[1] == level.distractors + 1
    assert all(len(set(row)) == len(row) for row in codes)
    agent = world.pose[:, None, :2].astype(int)
    steps = np.abs(places - agent).sum(-1)
    for i, instruction in enumerate(world.instructions):
        y, x = divmod(int(world.target[i]), level.size)
        assert world.cells[i, y, x] & 15 == {"ball": BALL, "box": BOX, "key": KEY}[instruction.kind]
        away = abs(x - agent[i, 0, 0]) + abs(y - agent[i, 0, 1])
        beside = level.start == "near" and instruction.task == "escape-from"
        assert 1 <= away <= level.near if beside else away >= 2
        assert np.sort(steps[i])[beside:].min(initial=9) >= 2
        if level.start == "even":
            assert steps[i].max() < level.far
            assert cells_far_from(places[i], level).max() <= len(places[i]) // 2


def cells_far_from(places, level):
    """From how many of the places each cell of a room is far."""
    inner = np.stack(np.meshgrid(*[np.arange(1, level.size - 1)] * 2), -1).reshape(-1, 1, 2)
    return (np.abs(inner - places).sum(-1) >= level.far).sum(1)


def test_a_room_is_the_same_whatever_the_task():
    """Same seed and same objects: equal bytes, in every task, in any grammar that names them."""
    by_task = {task: [i for i in GRAMMAR.instructions if i.task == task] * 20 for task in TASKS}
    worlds = [World.reset(instructions, 11) for instructions in by_task.values()]
    for world in worlds[1:]:
        for array in ("cells", "pose", "target"):
            np.testing.assert_array_equal(getattr(world, array), getattr(worlds[0], array))
    old = [World.reset(instructions, 11, OLD) for instructions in by_task.values()]
    assert (old[0].cells == old[1].cells).all() and (old[0].cells != old[2].cells).any()


@pytest.mark.parametrize(("level", "at_chance"), [(Level(), True), (OLD, False)])
def test_a_first_view_tells_a_classifier_the_task_in_the_old_rooms_only(level, at_chance):
    """Logistic regression from what stands in each cell of the first view to the task; 6,000 rooms held out."""
    world = World.reset(GRAMMAR.instructions * 112, 0, level)
    views = world.observe()[..., 0].reshape(len(world), -1)
    seen = (views[..., None] == np.array([KEY, BALL, BOX])).reshape(len(world), -1)
    half = len(world) // 2
    fitted = LogisticRegression(max_iter=300, C=0.1).fit(seen[:half], world.task[:half])
    right = int((fitted.predict(seen[half:]) == world.task[half:]).sum())
    p = binomtest(right, len(world) - half, 1 / 3, alternative="greater").pvalue
    assert p > 1e-3 if at_chance else p < 1e-9


def test_rooms_with_several_objects_treat_target_and_distractors_alike():
    """The target is no nearer, and in view no more often, than another object."""
    world = World.reset(GRAMMAR.instructions * 60, 0)
    agent, flat = world.pose[:, None, :2].astype(int), world.cells.reshape(len(world), -1)
    _, places = objects_of(world.cells)
    steps = np.abs(places - agent).sum(-1)
    target = np.stack([world.target % 8, world.target // 8], -1)
    own = np.abs(target - agent[:, 0]).sum(-1)
    others = np.bincount(steps.ravel(), minlength=8) - np.bincount(own, minlength=8)
    table = np.array([np.bincount(own, minlength=8), others])[:, 2:6]
    assert flat.shape[1] == 64 and chi2_contingency(table).pvalue > 1e-3


def test_the_old_construction_draws_the_rooms_it_always_drew():
    world = World.reset(GRAMMAR.instructions * 3, 5, OLD)
    assert zlib.crc32(world.cells.tobytes() + world.pose.tobytes() + world.target.tobytes()) == OLD_ROOMS


def test_an_escape_has_so_many_times_the_shortest_way():
    world = World.reset(GRAMMAR.instructions * 5, 0)
    escape, lengths = world.task == 3, plan(world).lengths
    expected = np.where(escape, np.minimum(8 * lengths + 2, 64), 64)
    np.testing.assert_array_equal(world.max_steps, expected)
    assert (World.reset(GRAMMAR.instructions, 0, Level(patience=0)).max_steps == 64).all()


def test_a_seed_gives_the_same_level_alone_and_in_a_batch_and_with_any_number_of_threads():
    world = World.reset(GRAMMAR.instructions, np.arange(100, 208))
    for i in (0, 50, 107):
        alone = World.reset(GRAMMAR.instructions[i : i + 1], [100 + i])
        np.testing.assert_array_equal(alone.cells[0], world.cells[i])
        np.testing.assert_array_equal(alone.pose[0], world.pose[i])
    numba.set_num_threads(1)
    try:
        again = World.reset(GRAMMAR.instructions, 100)
    finally:
        numba.set_num_threads(numba.config.NUMBA_NUM_THREADS)
    np.testing.assert_array_equal(again.cells, world.cells)


@pytest.mark.parametrize(
    ("name", "level", "n"),
    [("GoTo", OLD, 1000), ("EscapeFrom", OLD, 1000), ("GoTo", Level(), 400), ("EscapeFrom", Level(), 400)],
)
def test_levels_are_drawn_as_the_environments_draw_them(name, level, n):
    """Where the agent stands, how far off the target and the others are: the same distributions."""
    env = gymnasium.make(f"lva:LVA-{name}-v0", level=level).unwrapped
    states = []
    for seed in range(n):
        env.reset(seed=seed)
        states.append(read_minigrid([env]))
    theirs = {key: np.concatenate([state[key] for state in states]) for key in KEYS}
    ours = World.reset((env.choices * (4 * n // len(env.choices) + 1))[: 4 * n], 0, level)
    for measure in (place_of_agent, heading, distance_of_target, distance_of_others, step_limit):
        a, b = (measure(*(world[key] for key in KEYS)) for world in (theirs, vars(ours)))
        bins = range(0, max(a.max(), b.max()) + 2)
        table = np.array([np.histogram(values, bins)[0] for values in (a, b)])
        table = table[:, table.sum(0) >= 20]
        assert chi2_contingency(table).pvalue > 1e-3, measure.__name__


KEYS = ("cells", "pose", "target", "max_steps")


def place_of_agent(cells, pose, target, limit):
    return pose[:, 0].astype(int) * 8 + pose[:, 1]


def heading(cells, pose, target, limit):
    return pose[:, 2].astype(int)


def distance_of_target(cells, pose, target, limit):
    return np.abs(target % 8 - pose[:, 0].astype(int)) + np.abs(target // 8 - pose[:, 1].astype(int))


def distance_of_others(cells, pose, target, limit):
    others = cells.copy()
    others.reshape(len(cells), -1)[np.arange(len(cells)), target] = 1
    _, places = objects_of(others)
    return np.abs(places - pose[:, None, :2].astype(int)).sum(-1)[:, 0]


def step_limit(cells, pose, target, limit):
    return limit


def test_doors_stand_locked_in_the_walls_and_one_of_them_is_the_target():
    grammar = grammar_from_dict(DOORS)
    world = World.reset(grammar.instructions * 50, 0, Level(doors=3))
    doors = world.cells & 15 == DOOR_LOCKED
    assert (doors.sum((1, 2)) == 3).all() and not doors[:, 1:-1, 1:-1].any()
    for i, instruction in enumerate(world.instructions):
        at = world.cells[i].flat[world.target[i]]
        assert (at & 15 == DOOR_LOCKED) == (instruction.kind == "door")


def test_environments_draw_doors_too():
    env = gymnasium.make("lva:LVA-Mixed-v0", grammar=DOORS, level={"doors": 2}).unwrapped
    missions = set()
    for seed in range(40):
        observation, _ = env.reset(seed=seed)
        missions.add(observation["mission"])
        assert (read_minigrid([env])["cells"] & 15 == DOOR_LOCKED).sum() == 2
    assert {"go to red door", "leave blue door"} <= missions


def test_without_lookalikes_no_other_object_has_the_colour_or_kind_of_the_target():
    world = World.reset(GRAMMAR.instructions * 5, 7, Level(distractors=8, lookalikes=False))
    codes, _ = objects_of(world.cells)
    for row, at, cells in zip(codes, world.target, world.cells, strict=True):
        target = cells.flat[at]
        assert (row & 15 == target & 15).sum() == (row >> 4 == target >> 4).sum() == 1


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"size": 3}, "size=3 is not valid; expected a whole number from 4 to 25"),
        ({"size": 5, "distractors": 8, "far": 3}, "do not fit"),
        ({"distractors": 18}, "18 different objects"),
        ({"near": 6}, "near=6 must be at least 1 and less than far=6"),
        ({"start": "far"}, "start='far' is not valid; expected one of even, near"),
        ({"patience": 0.5}, "patience=0.5 must be at least 1"),
        ({"doors": 7}, "doors=7"),
        ({"max_steps": 0}, "max_steps=0"),
        ({"distractors": 11, "lookalikes": False}, "at most 10 with lookalikes=False"),
    ],
)
def test_levels_that_cannot_be(fields, message):
    with pytest.raises(LevelError, match=message):
        Level(**fields)


def test_a_level_too_small_for_its_task_or_without_its_doors():
    with pytest.raises(LevelError, match="out of reach"):
        World.reset(GRAMMAR.instructions, 0, Level(size=6, distractors=2, far=5))
    World.reset(GRAMMAR.instructions[:36], 0, Level(size=6, distractors=2, far=5, start="near"))  # GO-TO alone fits
    with pytest.raises(LevelError, match="name doors"):
        World.reset(grammar_from_dict(DOORS).instructions, 0)


def test_a_level_too_crowded_to_solve():
    with pytest.raises(LevelError, match="too crowded"):
        World.reset(GRAMMAR.instructions[:4], 0, Level(size=5, distractors=7, far=2, near=1, start="near"))


@pytest.mark.parametrize(
    ("actions", "message"),
    [
        (np.full(108, 7), "action .*7.* is none of: 0 left"),
        (np.full(108, -1), "is none of"),
        (np.zeros(107, int), "one for each of the 108 worlds"),
        (np.zeros(108), "is none of"),
    ],
)
def test_wrong_actions(actions, message):
    with pytest.raises(ValueError, match=message):
        World.reset(GRAMMAR.instructions, 0).step(actions)


def test_stepping_may_look_in_the_same_pass():
    world = World.reset(GRAMMAR.instructions, 0)
    again, images = world.copy(), np.full((108, 7, 7, 3), 99, np.uint8)
    actions = np.random.default_rng(0).integers(0, 6, 108)
    np.testing.assert_array_equal(world.step(actions, out=images), again.step(actions))
    np.testing.assert_array_equal(images, again.observe())


def test_wrong_seeds_and_buffers():
    with pytest.raises(ValueError, match="non-negative"):
        World.reset(GRAMMAR.instructions, -1)
    with pytest.raises(ValueError, match="2 seeds for 108"):
        World.reset(GRAMMAR.instructions, [1, 2])
    with pytest.raises(ValueError, match="contiguous uint8"):
        World.reset(GRAMMAR.instructions, 0).observe(out=np.zeros((108, 7, 7, 3)))
