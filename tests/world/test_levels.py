"""The levels that the kernels draw: by the rules, and as often as the gymnasium environments draw them."""

import gymnasium
import numba
import numpy as np
import pytest
from scipy.stats import chi2_contingency

from lva.world import Level, LevelError, World, load_grammar
from lva.world.kernels.codes import BALL, BOX, DOOR_LOCKED, KEY
from lva.world.language import grammar_from_dict
from lva.world.minigrid.bridge import read_minigrid

GRAMMAR = load_grammar("paper")
DOORS = {"phrases": {"go-to": ["go to"], "escape-from": ["leave"]}, "colors": ["red", "blue"], "kinds": ["door", "box"]}


def objects_of(cells):
    """Codes and positions of what can be carried: (n, objects), (n, objects, 2)."""
    portable = np.isin(cells & 15, (KEY, BALL, BOX))
    assert len(set(portable.sum((1, 2)))) == 1
    rows, ys, xs = np.nonzero(portable)
    return cells[rows, ys, xs].reshape(len(cells), -1), np.stack([xs, ys], -1).reshape(len(cells), -1, 2)


@pytest.mark.parametrize("level", [Level(), Level(size=12, distractors=9, far=7), Level(size=6, distractors=2, far=4)])
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
        assert 1 <= away <= level.near if instruction.task == "escape-from" else away >= 2
        assert np.sort(steps[i])[instruction.task == "escape-from" :].min(initial=9) >= 2


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


@pytest.mark.parametrize("name", ["lva:LVA-GoTo-v0", "lva:LVA-EscapeFrom-v0"])
def test_levels_are_drawn_as_the_environments_draw_them(name):
    """Where the agent stands, how far off the target and the others are: the same distributions."""
    n = 1000
    env = gymnasium.make(name).unwrapped
    states = []
    for seed in range(n):
        env.reset(seed=seed)
        states.append(read_minigrid([env]))
    theirs = {key: np.concatenate([state[key] for state in states]) for key in ("cells", "pose", "target")}
    ours = World.reset((env.choices * (4 * n // len(env.choices) + 1))[: 4 * n], 0)
    for measure in (place_of_agent, heading, distance_of_target, distance_of_others):
        a, b = measure(theirs["cells"], theirs["pose"], theirs["target"]), measure(ours.cells, ours.pose, ours.target)
        bins = range(0, max(a.max(), b.max()) + 2)
        table = np.array([np.histogram(values, bins)[0] for values in (a, b)])
        table = table[:, table.sum(0) >= 20]
        assert chi2_contingency(table).pvalue > 1e-3, measure.__name__


def place_of_agent(cells, pose, target):
    return pose[:, 0].astype(int) * 8 + pose[:, 1]


def heading(cells, pose, target):
    return pose[:, 2].astype(int)


def distance_of_target(cells, pose, target):
    return np.abs(target % 8 - pose[:, 0].astype(int)) + np.abs(target // 8 - pose[:, 1].astype(int))


def distance_of_others(cells, pose, target):
    others = cells.copy()
    others.reshape(len(cells), -1)[np.arange(len(cells)), target] = 1
    _, places = objects_of(others)
    return np.abs(places - pose[:, None, :2].astype(int)).sum(-1)[:, 0]


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


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"size": 3}, "size=3 must be from 4 to 25"),
        ({"size": 5, "distractors": 8, "far": 3}, "do not fit"),
        ({"distractors": 18}, "18 different objects"),
        ({"near": 5}, "near=5 must be at least 1 and less than far=5"),
        ({"doors": 7}, "doors=7"),
        ({"max_steps": 0}, "max_steps=0"),
    ],
)
def test_levels_that_cannot_be(fields, message):
    with pytest.raises(LevelError, match=message):
        Level(**fields)


def test_a_level_too_small_for_its_task_or_without_its_doors():
    with pytest.raises(LevelError, match="out of reach"):
        World.reset(GRAMMAR.instructions, 0, Level(size=6, distractors=2))
    World.reset(GRAMMAR.instructions[:36], 0, Level(size=6, distractors=2))  # GO-TO alone fits
    with pytest.raises(LevelError, match="name doors"):
        World.reset(grammar_from_dict(DOORS).instructions, 0)


def test_a_level_too_crowded_to_solve():
    with pytest.raises(LevelError, match="too crowded"):
        World.reset(GRAMMAR.instructions[:36] * 5, 0, Level(size=5, distractors=7, far=2, near=1))


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
