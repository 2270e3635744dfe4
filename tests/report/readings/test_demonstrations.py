"""What notebook 01 says of its tables, by hand."""

import pandas as pd
import pytest

from lva import report
from lva.world import Demos, load_grammar, make_demos


@pytest.fixture(scope="module")
def demos() -> Demos:
    return make_demos(load_grammar("paper"), 216, progress=False)


def test_demonstrations_are_counted_by_action(demos):
    text = report.read_demos(demos, 10 * demos.steps)
    assert f"{demos.steps / 216:.1f} actions per episode, 10.0 bytes per step" in text


def test_the_lengths_of_the_tasks_are_their_means(demos):
    text, goto = report.read_lengths(demos), demos.lengths[demos.tasks == "go-to"].mean()
    difference = demos.lengths[demos.tasks == "pick-up"].mean() - goto
    assert f"go-to {goto:.2f}" in text and f"PICK-UP minus GO-TO: {difference:.2f} actions" in text
    assert "PICK-UP minus" not in report.read_lengths(demos[demos.tasks == "go-to"])


def test_the_expert_stands_beside_the_bot():
    comparison = pd.DataFrame({"oracle_over_bot": [0.9, 1.0], "sighted_over_bot": [1.1, 1.2]})
    assert "are 0.950 times as long as the bot's, those of the sighted expert 1.150 times" in (
        report.read_expert(comparison)
    )
    assert report.read_expert(comparison[:0]) == "The grammar has no task that BabyAI's bot knows."


def test_chance_is_named_for_every_task():
    success = pd.DataFrame({"task": ["go-to", "pick-up"], "success": [0.287, 0.0]})
    assert report.read_random(success).startswith("At random: go-to 28.7 %, pick-up 0.0 %. An agent")
