"""What is written out here is what MiniGrid says."""

from minigrid.core import constants as minigrid

from lva.world.kernels import codes, constants


def test_the_numbers_are_minigrids():
    for name in ("COLOR_TO_IDX", "IDX_TO_COLOR", "OBJECT_TO_IDX", "IDX_TO_OBJECT"):
        assert list(getattr(constants, name).items()) == list(getattr(minigrid, name).items())


def test_kinds_are_minigrids_objects_and_states_of_doors():
    names = ("UNSEEN", "EMPTY", "WALL", "FLOOR", "DOOR_OPEN", "KEY", "BALL", "BOX", "GOAL", "LAVA")
    assert [getattr(codes, name) for name in names] == list(minigrid.OBJECT_TO_IDX.values())[: len(names)]
    doors = {"open": codes.DOOR_OPEN_LOCKED, "closed": codes.DOOR_CLOSED, "locked": codes.DOOR_LOCKED}
    assert {state: 10 + number for state, number in minigrid.STATE_TO_IDX.items()} == doors
