"""The learning rate by hand, and a loss that stops a training."""

import pytest
import torch
from accelerate import Accelerator

from lva.ground.training import TrainingDiverged, check_finite, descend, learning_rate


def test_the_learning_rate_rises_to_its_peak_and_falls_to_zero():
    rates = [learning_rate(batch, 10, 2.0, 0.2) for batch in range(10)]
    assert rates[0] == pytest.approx(1) and rates[1] == pytest.approx(2)  # t / w = 0.1 / 0.2, then the peak
    assert rates[5] == pytest.approx(1)  # half of the cosine
    assert rates[-1] == pytest.approx(0) and rates[1:] == sorted(rates[1:], reverse=True)


def test_without_a_warm_up_it_starts_at_the_cosine():
    assert learning_rate(0, 4, 1.0, 0.0) == pytest.approx(0.5 * (1 + 2**-0.5))


@pytest.mark.parametrize("loss", [float("nan"), float("inf")])
def test_a_loss_that_is_not_finite_stops_a_training(loss):
    check_finite(3.0, "llama-here", 20, 0.1)
    with pytest.raises(TrainingDiverged, match=r"loss of llama-here is (nan|inf) at batch 20; lower learning_rate=0.1"):
        check_finite(loss, "llama-here", 20, 0.1)


def test_a_step_goes_down_the_clipped_gradient_at_its_rate():
    """The gradient of 10 w is 10; clipped to 2, at a rate of 0.25, it takes w from 1 to 0.5."""
    model = torch.nn.Linear(1, 1, bias=False)
    torch.nn.init.ones_(model.weight)
    optimizer = torch.optim.SGD(model.parameters(), lr=99)
    descend(Accelerator(cpu=True), model, optimizer, 10 * model.weight.sum(), rate=0.25, clip=2)
    assert model.weight.item() == pytest.approx(0.5)
