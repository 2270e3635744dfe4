"""Behaviour as a space: synonyms are one, what is done alike is near, and what cannot be compared is said."""

import numpy as np
import pytest

from lva.agent import AgentConfig, new_agent
from lva.alignment import precision_at_k
from lva.spaces import agent_behaviour, behaviour_spaces
from lva.spaces.behaviour import Asked, ask_in_rooms, behaviour_of
from lva.world import load_grammar
from lva.world.world import goal_code

GRAMMAR = load_grammar("paper")
ITEMS = GRAMMAR.instructions
CODES = [goal_code(instruction) for instruction in ITEMS]


@pytest.fixture(scope="module")
def spaces():
    return behaviour_spaces(GRAMMAR, draws=2, rooms=300)


def overlap(x: np.ndarray, i: int, j: int) -> float:
    return x[i] @ x[j]


def test_by_hand():
    """Two rooms; the first two instructions agree in one of them and not in the other, the third is asked in one."""
    asked = Asked(None, np.array([0, 0, 0, 1, 1]), np.array([0, 1, 2, 0, 1]), (2, 3))
    actions = np.array([[1, 0], [1, 0], [1, 1], [1, 0], [0, 1]])
    x = behaviour_of(asked, actions)
    expected = [[1, 0.5, np.sqrt(0.5)], [0.5, 1, np.sqrt(0.5)], [np.sqrt(0.5), np.sqrt(0.5), 1]]
    np.testing.assert_allclose(x @ x.T, expected, atol=1e-9)


def test_instructions_that_never_meet_are_named():
    asked = Asked(None, np.array([0, 1]), np.array([0, 1]), (2, 2))
    with pytest.raises(ValueError, match="instructions 0 and 1 never meet in 2 rooms"):
        behaviour_of(asked, np.eye(2))


def test_every_object_that_is_there_is_asked_for_and_no_other():
    asked = ask_in_rooms(GRAMMAR, rooms=4)
    for room in range(4):
        there = {(ITEMS[i].color, ITEMS[i].kind) for i in asked.item[asked.room == room]}
        assert len(there) == 10 and (asked.room == room).sum() == 10 * len(ITEMS) / 18
    codes = asked.world.cells.reshape(len(asked.item), -1)[np.arange(len(asked.item)), asked.world.target]
    assert codes.tolist() == [CODES[i] for i in asked.item]


def test_synonyms_are_one_and_tasks_are_not(spaces):
    x = spaces["behaviour"].first
    at = {(i.phrase, i.color, i.kind): n for n, i in enumerate(ITEMS)}
    go, run, pick, flee = (at[phrase, "red", "ball"] for phrase in ("go to", "run to", "pick up", "run from"))
    assert overlap(x, go, run) == pytest.approx(overlap(x, go, go), abs=1e-9)
    assert overlap(x, go, pick) > 0.9 * overlap(x, go, go) > 1.2 * overlap(x, go, flee)
    assert overlap(x, go, pick) > overlap(x, go, at["go to", "blue", "key"])


def test_draws_are_other_rooms_and_agree_better_than_chance(spaces):
    for space in spaces.values():
        first, second = space.draws
        assert not np.allclose(first, second) and precision_at_k(first, second, 15) > 0.25  # chance 0.14


def test_an_agent_that_does_not_listen_treats_all_alike():
    agent = new_agent(AgentConfig(width=8, blocks=1)).eval()
    for weight in agent.language.parameters():
        weight.data.zero_()
    (x,) = agent_behaviour([agent], rooms=300).draws
    assert (x @ x.T).min() == pytest.approx(1, abs=1e-5)
