"""The tables on spaces whose answer is known: models that are the hypothesis, with a weight of their own."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from lva.alignment import Moment, precision_at_k
from lva.ground.tables import check_table
from lva.spaces.words import bag_of_words, one_hot
from lva.studies.prefix import errors_of, findings_table, follow, prefix_space, say, verdict
from lva.studies.prefix.course import by_moment, course_table, peak_of
from lva.studies.prefix.likeness import (
    AGENT_COMPETENT,
    AGENT_PEAK,
    labels,
    likeness_table,
    predictions_table,
    ties_table,
    weights_table,
)
from lva.studies.prefix.orders import FIRST, ORDERS
from lva.studies.prefix.readouts import ENTERS, LAST, MEAN
from lva.studies.prefix.spaces import BOTH, CAUSAL, LIFTED, RANDOM, TRAINED, Key
from lva.studies.prefix.subjects import DECODER, ENCODER
from lva.studies.prefix.verdicts import FALLS, PREDICTIONS, STANDS, Evidence
from lva.world import load_grammar

PAPER = load_grammar("paper")
OBJECTS = [f"{i.color} {i.kind}" for i in PAPER.instructions]
PHRASE = labels(PAPER)["phrase"]
GENERATOR = np.random.default_rng(0)


def noisy(x: np.ndarray, size: float = 1e-4) -> np.ndarray:
    """Ties broken at random, as they are in a model."""
    return x + size * GENERATOR.normal(size=x.shape)


def follows(weight: float, masked: bool = True) -> dict:
    """A model that is the hypothesis: by its weight while masked, else a bag of words."""
    spaces = {}
    for order in ORDERS:
        for weights in (TRAINED, RANDOM):
            own = CAUSAL if masked else BOTH
            sentences = say(PAPER, order)
            draws = 1 if weights == TRAINED else 2
            means = tuple(noisy(prefix_space(sentences, weight if masked else 0.0)) for _ in range(draws))
            spaces[Key(order, weights, own, MEAN)] = means
            spaces[Key(order, weights, own, LAST)] = tuple(noisy(one_hot(OBJECTS)) for _ in range(draws))
            spaces[Key(order, weights, own, ENTERS)] = tuple(noisy(prefix_space(sentences, 0.0)) for _ in range(draws))
    lifted = {replaced._replace(mask=LIFTED): spaces[replaced._replace(readout=ENTERS)] for replaced in spaces}
    return spaces | (lifted if masked else {})


@pytest.fixture(scope="module")
def every():
    models = {"llama-here": 0.9, "clip-here": 0.96, DECODER: 0.9}
    return {name: follows(w) for name, w in models.items()} | {ENCODER: follows(0, False)}


@pytest.fixture(scope="module")
def moments():
    """The agent starts as a bag of words, is a label of the phrase, and ends as one of objects."""
    phrase, object_ = PHRASE[0], one_hot(OBJECTS)
    course = {0: bag_of_words(PAPER.texts), 10: phrase, 20: object_}
    return [Moment("samples", at, f"seed-{seed}", noisy(x)) for seed in (0, 1) for at, x in course.items()]


@pytest.fixture(scope="module")
def evidence(every, moments):
    names = list(every)
    roles = {"causal": [name != ENCODER for name in names]}
    roles["generative"] = [name in ("llama-here", DECODER) for name in names]
    models = pd.DataFrame({"model": names, **roles, "note": ""})
    at = by_moment(moments)
    targets = labels(PAPER) | {AGENT_PEAK: at[10], AGENT_COMPETENT: at[20]}
    likeness, weights = likeness_table(every, targets), weights_table(every, PAPER)
    predictions = predictions_table(likeness, weights, PAPER)
    course = course_table(every, moments, PHRASE[0])
    peak = peak_of(every, list(models.model[models.causal]), at)
    return Evidence(models, likeness, ties_table(PAPER, targets), predictions, course, peak)


def test_likeness_is_precision(every, evidence):
    x = every["llama-here"][Key(FIRST, TRAINED, CAUSAL, MEAN)][0]
    for k in (5, 25):
        found = evidence.value("llama-here", evidence.own("llama-here"), measure=f"P@{k}")
        assert found == pytest.approx(precision_at_k(x, PHRASE[0], k))
    twins = every["llama-here"][Key(FIRST, RANDOM, CAUSAL, MEAN)]
    found = evidence.value("llama-here", evidence.own("llama-here", weights=RANDOM))
    assert found == pytest.approx(np.mean([precision_at_k(x, PHRASE[0], 15) for x in twins]))


def test_a_label_shares_with_itself_what_ties_allow(evidence):
    """17 others of a phrase's 18 fill the 15 places: 15 / 17; 5 places: 5 / 17."""
    ceilings = evidence.ties.set_index(["target", "k"]).ceiling
    assert ceilings["phrase", 15] == pytest.approx(15 / 17)
    assert ceilings["phrase", 5] == pytest.approx(5 / 17)


def test_the_weight_is_found(every):
    fitted = weights_table(every, PAPER).query("weights == 'trained' and mask == 'causal'").set_index("model").weight
    assert fitted["llama-here"] == pytest.approx(0.9, abs=0.03)
    assert fitted["clip-here"] == pytest.approx(0.96, abs=0.03)


def test_what_is_the_hypothesis_is_predicted_by_it(evidence):
    errors = errors_of(evidence.predictions).loc["llama-here"]
    assert errors["one weight"] < 0.03 < 0.1 < min(errors["words alone"], errors["order ignored"])


def test_the_peak_is_where_the_agent_is_a_label_of_the_phrase(evidence):
    assert evidence.peak == 10
    along = follow(evidence.course).set_index("at").spearman
    assert along[10] > 0.7 and along[20] < 0.3


def test_where_the_hypothesis_is_true_it_stands(evidence):
    findings = findings_table(evidence)
    assert set(findings.prediction) == set(range(1, len(PREDICTIONS) + 1))
    core = findings[findings.prediction.isin([1, 2, 3, 5, 7, 8, 9, 10])]
    assert core.holds.all(), core[~core.holds]
    assert verdict(findings) == STANDS


def test_where_the_second_copy_is_still_a_label_it_falls(evidence):
    likeness = evidence.likeness.copy()
    likeness.loc[likeness.order.eq("said twice") & likeness.target.eq("phrase"), "value"] = 0.85
    assert verdict(findings_table(replace(evidence, likeness=likeness))) == FALLS


def test_a_space_that_is_no_model_of_order_is_not_predicted(every):
    """Order-free spaces have the same values in all orders: the rival wins."""
    blind = {key: every["llama-here"][key._replace(order=FIRST)] for key in every["llama-here"]}
    likeness = likeness_table({"llama-here": blind}, labels(PAPER))
    predictions = predictions_table(likeness, weights_table({"llama-here": blind}, PAPER), PAPER)
    errors = errors_of(predictions).loc["llama-here"]
    assert errors["order ignored"] == 0 < errors["one weight"]


@pytest.mark.parametrize("name", ["likeness", "ties", "predictions"])
def test_tables_have_their_schemas(evidence, name):
    check_table(f"prefix_{name}", getattr(evidence, name))
