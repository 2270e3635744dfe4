"""What notebook 03 says of its tables, by hand."""

import pandas as pd

from lva import report


def test_checks_that_are_passed_are_counted():
    assert report.read_validation(pd.DataFrame({"passed": [True, False, True]})).startswith("2 of 3 checks are passed.")


def test_a_swap_is_read_beside_one_that_asks_for_something_else():
    rows = [("one", "a synonym", 0.5, 0.1, 9), ("one", "another task", 4.0, 0.25, 9)]
    rows += [(f"{name}-untrained", swap, 0.0, 0.0, texts) for name, swap, _, _, texts in rows]
    swaps = pd.DataFrame(rows, columns=["model", "swap", "nats", "error", "texts"])
    said = "one 0.50 ± 0.10 against 4.00 ± 0.25 (with random weights 0.00 ± 0.00 against 0.00 ± 0.00)."
    assert report.read_swaps(swaps).endswith(said)
    assert "no swap is fair" in report.read_swaps(swaps[:0])


def test_the_task_of_the_agent_stands_beside_the_others_and_chance():
    rows = [("agent", 0.4), ("one", 0.1), ("two", 0.3)]
    explained = pd.DataFrame([(name, "task", share) for name, share in rows], columns=["space", "factor", "share"])
    items = pd.DataFrame({"task": ["go-to", "pick-up", "escape-from", "go-to", "go-to"]})
    assert report.read_explained(explained, items) == (
        "The task explains 40 % of the variance of the agent's space, and from 10 % (one) to 30 % (two) of the "
        "references'. In a random space it would be 50 %."
    )
    assert report.read_explained(explained[:1], items).count("%") == 2
