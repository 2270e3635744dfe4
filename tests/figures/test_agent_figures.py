"""The figures of the agent show what is in their tables."""

import numpy as np
import pandas as pd
import pytest
from matplotlib import pyplot as plt

from lva.agent import AgentConfig, evaluate, new_agent
from lva.figures import (
    attention_of_tasks,
    films_of_outcomes,
    instruction_table,
    plot_agent_success,
    plot_attention,
    plot_instructions,
    plot_learning,
)
from lva.figures.paper import on_paper
from lva.world import World, load_grammar

GRAMMAR = load_grammar("paper")


@pytest.fixture(autouse=True)
def close_figures():
    yield
    plt.close("all")


def test_learning_curves_are_the_mean_over_seeds():
    rows = [
        {"samples": s, "loss": s / 100 + seed, "accuracy": 0.5, "seed": seed} for s in (100, 200) for seed in (0, 1)
    ]
    loss, accuracy = plot_learning(pd.DataFrame(rows)).axes
    assert loss.lines[0].get_ydata().tolist() == [1.5, 2.5]
    assert accuracy.lines[0].get_ydata().tolist() == [0.5, 0.5]


def test_success_has_a_point_a_seed_and_the_papers_range():
    rows = [
        {"task": task, "policy": policy, "success": 0.25, "seed": seed}
        for task in ("go-to", "pick-up")
        for policy in ("greedy", "random")
        for seed in (0, 1, 2)
    ]
    (axis,) = plot_agent_success(pd.DataFrame(rows)).axes
    points = np.concatenate(
        [collection.get_offsets() for collection in axis.collections if len(collection.get_offsets())]
    )
    assert len(points) == 12 and (points[:, 0] == 0.25).all()
    assert [label.get_text() for label in axis.get_yticklabels()] == ["go-to", "pick-up"]


def test_the_heat_map_puts_every_instruction_in_its_place():
    success = np.linspace(0, 1, 108)
    table = pd.DataFrame({"instruction": GRAMMAR.texts, "success": success})
    axis = plot_instructions(table, instruction_table(GRAMMAR)).axes[0]
    drawn = axis.collections[0].get_array().reshape(18, 6)
    first = {text: value for text, value in zip(GRAMMAR.texts, success)}
    assert drawn[0, 0] == first["go to red ball"] and drawn[17, 5] == first["run from grey key"]


def test_each_task_has_its_attention_and_each_outcome_its_film():
    agent = new_agent(AgentConfig(width=8, blocks=1)).eval()
    evaluation = evaluate(agent, episodes=1)
    titles = [figure.get_suptitle() for figure in attention_of_tasks(agent, evaluation)]
    tasks = {f"“{instruction.text}”": instruction.task for instruction in GRAMMAR.instructions}
    assert [tasks[title] for title in titles] == list(GRAMMAR.phrases)
    greedy = evaluation.rollouts["greedy"]
    seen = [(greedy.success == outcome) & (greedy.lengths >= 1) for outcome in (True, False)]
    assert len(films_of_outcomes(evaluation, GRAMMAR, steps=1)) == sum(mask.any() for mask in seen)


def test_attention_is_drawn_for_every_step_asked_for():
    agent, world = new_agent(AgentConfig(width=8, blocks=1)).eval(), World.reset(GRAMMAR.instructions[:3], 0)
    axes = plot_attention(agent, world, 1, np.array([0, 2, 1])).axes
    assert [axis.get_title() for axis in axes[:3]] == ["→ left", "→ forward", "→ right"]
    np.testing.assert_array_equal(axes[0].images[0].get_array(), on_paper(world[1:2].render(24)[0], 24))
    assert axes[3].images[0].get_array().sum() == pytest.approx(1, abs=1e-5)
