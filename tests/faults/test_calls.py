"""Every public function of arrays answers or explains itself, whatever it is given; `make faults` draws more calls."""

import pytest
from hypothesis import given, settings
from tests.faults.calls import CALLS, drawn, judge, public_functions


def test_every_public_function_is_called():
    assert set(CALLS) == public_functions()


@pytest.mark.parametrize("name", sorted(CALLS))
def test_a_call_is_answered_or_explained(name):
    @settings(max_examples=CALLS[name].often(20), deadline=None, derandomize=True, database=None)
    @given(drawn(name))
    def check(given):
        judge(name, given)

    check()
