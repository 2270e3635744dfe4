"""The families that the paper finds closer, against those that it finds less close."""

import numpy as np
import pytest

from lva import report
from lva.alignment import contrast

RNG = np.random.default_rng(0)
AGENT = RNG.normal(size=(40, 8))
NOISY = AGENT + 0.3 * RNG.normal(size=AGENT.shape)
OTHER = RNG.normal(size=(40, 5))
FACTORS = {"row": np.arange(40) // 5, "column": np.arange(40) % 5}
FAMILIES = {"l": "llama", "b": "bert", "mine": "own", "not run": "clip"}


def test_the_agent_is_closer_to_the_planted_family_whichever_it_is():
    found = report.contrast_families((AGENT,), {"l": NOISY, "b": OTHER, "mine": AGENT}, FAMILIES, FACTORS)
    assert found == contrast([AGENT], [NOISY], [OTHER], FACTORS) and found["low"] > 0
    turned = report.contrast_families((AGENT,), {"l": OTHER, "b": NOISY}, FAMILIES, FACTORS)
    assert turned["difference"] == pytest.approx(-found["difference"])
    assert np.isnan(report.contrast_families((AGENT,), {"l": OTHER}, FAMILIES, FACTORS)["low"])
