"""Which rooms belong to whom."""

from itertools import pairwise

import numpy as np
import pytest

from lva.world.rooms import ALL, DEMOS, EVALUATION, PICTURES, TEXTS, demo_numbers


def test_no_two_uses_share_a_room():
    stretches = sorted((rooms.stretch for rooms in ALL), key=lambda stretch: stretch.start)
    assert len({rooms.use for rooms in ALL}) == len(stretches) == 5
    assert all(a.stop <= b.start for a, b in pairwise(stretches)) and stretches[-1].stop <= 1 << 64


@pytest.mark.parametrize("rooms", ALL)
def test_no_two_seeds_of_a_use_share_one_and_all_lie_in_its_stretch(rooms):
    last = rooms.seeds - 1
    ends = [rooms.numbers(seed, 2, start) for seed in (0, 1, last) for start in (0, rooms.block - 2)]
    ends = [int(number) for pair in ends for number in pair]
    assert ends == sorted(set(ends)) and ends[0] == rooms.stretch[0] and ends[-1] == rooms.stretch[-1]


def test_the_numbers_are_those_of_the_published_runs():
    assert TEXTS.demo_seed(5) == (1 << 30) + 5 and PICTURES.demo_seed(5) == (1 << 31) + 5 and DEMOS.demo_seed(5) == 5
    assert EVALUATION.numbers(2, 3)[1] == (3 << 62) + (2 << 24) + 1
    for rooms in (DEMOS, TEXTS, PICTURES):
        np.testing.assert_array_equal(rooms.numbers(7, 3, 1), demo_numbers(rooms.demo_seed(7), 3, 1))


def test_what_is_not_theirs_is_refused():
    with pytest.raises(ValueError, match="below 1048576: evaluations have no more"):
        EVALUATION.numbers(1 << 20, 1)
    with pytest.raises(ValueError, match="a seed has 16777216"):
        EVALUATION.numbers(0, 1, 1 << 24)
    with pytest.raises(ValueError, match="rooms of evaluations are no demonstrations'"):
        EVALUATION.demo_seed(0)
