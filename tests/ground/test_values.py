"""What a value may be, and what is said of one that may not."""

import math
from dataclasses import replace

import numpy as np
import pytest

from lva.agent import AgentConfig, TrainConfig, agent_jobs
from lva.ground.values import check_value, flag, one_of, optional, real, several, text, whole
from lva.models import PretrainConfig
from lva.world import GrammarError, Level, load_grammar
from lva.world.language import grammar_from_dict


@pytest.mark.parametrize(
    ("check", "valid", "wrong", "expected"),
    [
        (whole(1), (1, 10**20, np.int64(3)), (0, 1.0, True, "1", None, math.nan), "a whole number from 1"),
        (whole(0, 9_999), (0, 9_999), (-1, 10_000), "a whole number from 0 to 9,999"),
        (real(0), (0, 0.5, np.float32(2)), (-0.1, math.inf, math.nan, "x", False), "a number from 0"),
        (real(0, above=True), (1e-9, 3), (0, -1), "a number above 0"),
        (real(0, 1, below=True), (0, 0.999), (1, 1.0), "a number from 0 below 1"),
        (flag, (True, False), (1, 0, "yes", None), "true or false"),
        (text, ("x",), ("", "  ", 3, None), "a text"),
        (one_of("a", "b"), ("a",), ("c", None, ["a"]), "one of a, b"),
        (optional(whole(1)), (None, 2), (0,), "null, or a whole number from 1"),
        (several(whole(0), least=1), ([1, 2],), ([], [1, 1], [-1], 3), "a list"),
    ],
)
def test_a_check_says_what_it_expects(check, valid, wrong, expected):
    for value in valid:
        check_value("it", value, check)
    for value in wrong:
        with pytest.raises(ValueError, match=f"it=.* is not valid; expected {expected}"):
            check_value("it", value, check)


@pytest.mark.parametrize(
    ("record", "field", "wrong"),
    [
        (TrainConfig(), "clip", (-1, 0, math.nan)),
        (TrainConfig(), "learning_rate", (0, -1, math.nan)),
        (TrainConfig(), "mirror", ("x", 1)),
        (TrainConfig(), "seed", (-1, 1.5)),
        (TrainConfig(), "samples", (1e5, 0)),
        (TrainConfig(), "traces", (-1, 2.5)),
        (AgentConfig(), "width", (0, 1.5, True)),
        (AgentConfig(), "blocks", (-1,)),
        (AgentConfig(), "heads", (0,)),
        (AgentConfig(), "pass_on", ("no",)),
        (PretrainConfig(), "clip", (0,)),
        (PretrainConfig(), "learning_rate", (0, "fast")),
        (Level(), "distractors", (-1, True)),
        (Level(), "lookalikes", ("x",)),
        (Level(), "size", (8.5, 300)),
    ],
)
def test_a_field_that_would_be_accepted_in_silence_is_refused(record, field, wrong):
    for value in wrong:
        with pytest.raises(ValueError, match=f"{field}={value!r} is not valid"):
            replace(record, **{field: value})


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"phrases": {"go-to": "reach"}}, "the phrases of go-to are 'reach'; expected a list of texts"),
        ({"phrases": {"go-to": [3]}}, "expected a list of texts"),
        ({"colors": "red"}, "colors are 'red'; expected a list of texts"),
        ({"article": 3}, "article is 3; expected a text"),
        ({"phrases": {"go-to": [f"go {i} to" for i in range(4_000)]}}, "has more than 65,535 instructions"),
    ],
)
def test_a_grammar_that_would_be_read_otherwise_than_meant(change, message):
    with pytest.raises(GrammarError, match=message):
        grammar_from_dict(load_grammar("paper").as_dict() | change)


def test_no_seeds_are_refused_before_anything_is_trained():
    with pytest.raises(ValueError, match="seeds is empty"):
        agent_jobs(AgentConfig(), TrainConfig(), [])
