"""Exchanges of one factor: who is whose counterpart, and what the ends of the dose must do."""

import numpy as np
import pytest

from lva.agent import load_agent
from lva.agent.driving import make_scenes
from lva.studies.function import Design, Source, Swap, exchange_in_agents, exchange_table, swap_table, trained_seeds
from lva.studies.function.factors import FACTORS, halves, labelled_items
from lva.studies.function.interventions import MEANS, RANDOM, SEARCHED, WHOLE, counterparts
from lva.studies.function.search import search_subspace
from lva.studies.function.sources import SAME
from lva.world import Grammar

DESIGN = Design(episodes=2, steps=3)


@pytest.fixture(scope="module")
def agent(subjects):
    return load_agent(trained_seeds(subjects)[0]).eval()


@pytest.fixture(scope="module")
def scenes(agent):
    return make_scenes(agent.grammar, 2)


@pytest.mark.parametrize("factor", FACTORS)
def test_a_counterpart_differs_in_one_factor_and_is_at_hand(agent, scenes, factor):
    pairs, instructions = counterparts(scenes, factor), agent.grammar.instructions
    assert len(pairs.other) > 20
    items = labelled_items(agent.grammar)
    for i, j, options in zip(pairs.scenes.instruction, pairs.other, pairs.scenes.candidates):
        a, b = items.iloc[i], items.iloc[j]
        assert a[factor] != b[factor]
        assert all(a[other] == b[other] for other in FACTORS[factor])
        there = {(instructions[o].color, instructions[o].kind) for o in options[0] if o >= 0}
        assert (b.color, b.kind) in there
        assert factor == "behaviour" or a.behaviour == b.behaviour == "approach"


@pytest.mark.parametrize("factor", FACTORS)
def test_an_instruction_and_its_counterpart_lie_in_the_same_half(agent, factor):
    """So that neither of them has a part in the subspace, which is found in the other half."""
    items = labelled_items(agent.grammar)
    half = halves(items, factor)
    assert half.mean() == 0.5
    for _, group in items.assign(half=half).groupby(list(FACTORS[factor])):
        assert group.half.nunique() == 1


def test_the_ends_of_an_exchange_are_the_instruction_and_its_counterpart(agent, scenes):
    own = Source(SAME, "bound", agent.language_embedding(agent.grammar.texts).astype(float))
    whole, none = (
        swap_table(agent, [own], scenes, swap, DESIGN).iloc[0]
        for swap in (Swap("behaviour", WHOLE), Swap("behaviour", MEANS, dose=0.0))
    )
    assert whole.natural == none.natural == pytest.approx(0, abs=1e-6)
    assert whole["rank"] == 128 and none["rank"] == 1
    part = swap_table(agent, [own], scenes, Swap("behaviour", MEANS), DESIGN).iloc[0]
    assert part.natural > 0


def test_a_searched_subspace_knows_half_of_the_instructions_and_is_orthonormal(agent):
    items = labelled_items(agent.grammar)
    known, start = halves(items, "color"), np.eye(128)[:, :2]
    basis = search_subspace(agent, known, "color", start, DESIGN)
    np.testing.assert_allclose(basis.T @ basis, np.eye(2), atol=1e-5)
    assert np.abs(basis - start).max() > 0.01
    np.testing.assert_array_equal(search_subspace(agent, known, "color", start, DESIGN), basis)


def test_agents_of_a_run_are_exchanged_in_and_counted_together(subjects, tmp_path, monkeypatch):
    monkeypatch.setenv("LVA_CORES", "1")
    monkeypatch.setattr("lva.studies.function.search.UPDATES", 2)
    table = exchange_table(exchange_in_agents(subjects, Design(episodes=1, steps=2), tmp_path, 2))
    assert (table.agents == 2).all() and table.moved.between(0, 1).all() and table.stayed.between(0, 1).all()
    own = table[table.source == SAME]
    assert set(own.subspace) == {MEANS, SEARCHED, RANDOM, WHOLE} and set(own.factor) == set(FACTORS)
    assert set(own.dose[(own.factor == "color")]) == {0, 0.25, 0.5, 0.75, 1, 1.25, 1.5}
    assert set(table.source) == {SAME, "mine", "bag of words"}


def test_a_factor_of_one_level_has_nothing_to_exchange():
    grammar = Grammar("one", {"go-to": ("go to",), "pick-up": ("take",)}, ("red", "blue"), ("ball",))
    with pytest.raises(ValueError, match="differs in kind alone; a grammar needs two levels"):
        counterparts(make_scenes(grammar, 1), "kind")
    with pytest.raises(ValueError, match="factor='size' is unknown"):
        counterparts(make_scenes(grammar, 1), "size")
