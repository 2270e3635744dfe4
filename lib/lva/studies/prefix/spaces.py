"""Every space of the study: a model, trained or with random weights, in an order, read out in a way."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from lva.ground.artifacts import check_artifact, is_current, save_artifact
from lva.ground.code import code_of_module
from lva.models.references.embeddings import write_npz
from lva.studies.prefix.orders import FIRST, OBJECT_FIRST, ORDERS, TWICE, say
from lva.studies.prefix.readouts import ENTERS, MEAN, READOUTS, USUAL, read_out
from lva.studies.prefix.states import States, token_states
from lva.studies.prefix.subjects import Subject, twin
from lva.world import Grammar

MADE_BY = "studies.prefix"
OF_TWINS = (FIRST, OBJECT_FIRST, TWICE)  # the orders in which models with random weights are asked
TRAINED, RANDOM = "trained", "random"
CAUSAL, LIFTED, BOTH = "causal", "lifted", "both ways"  # the mask


class Key(NamedTuple):
    """What tells the spaces of one model apart."""

    order: str
    weights: str
    mask: str
    readout: str


Draws = dict[Key, tuple[NDArray, ...]]


def spaces_of(subject: Subject, grammar: Grammar, draws: int, folder: Path) -> Draws:
    """Every space of one model, from a file in `folder` if it is of this model, these sentences and this code."""
    path = folder / f"{subject.file_name}.npz"
    orders = {order: [sentence.text for sentence in say(grammar, order)] for order in ORDERS}
    made_from = {"reference": subject.reference.what(), "content": subject.content(), "orders": orders}
    made_from |= {"draws": draws, "code": code_of_module(__name__)}
    if not is_current(path, config=made_from, made_by=MADE_BY):
        spaces = _all_weights(subject, grammar, draws)
        arrays = {"|".join([*key, str(i)]): x for key, xs in spaces.items() for i, x in enumerate(xs)}
        save_artifact(path, lambda file: write_npz(file, arrays), config=made_from, made_by=MADE_BY)
    check_artifact(path, made_by=MADE_BY)
    return _read(path)


def _all_weights(subject: Subject, grammar: Grammar, draws: int) -> Draws:
    spaces: dict[Key, list[NDArray]] = {}
    model = subject.load()
    for seed in (None, *range(draws)):
        one = model if seed is None else twin(model, seed)
        orders, weights = (ORDERS, TRAINED) if seed is None else (OF_TWINS, RANDOM)
        for order, mask in _said_and_masked(subject, orders):
            for readout, x in _read_outs(token_states(one, say(grammar, order), mask == LIFTED), order):
                spaces.setdefault(Key(order, weights, mask, readout), []).append(x)
    return {key: tuple(xs) for key, xs in spaces.items()}


def _read_outs(states: States, order: str) -> Iterator[tuple[str, NDArray]]:
    """All read-outs of what is said in the first order, the usual ones of the others."""
    for readout in READOUTS if order == FIRST else USUAL:
        yield readout, read_out(states.last, readout)
    yield ENTERS, read_out(states.enters, MEAN)


def _said_and_masked(subject: Subject, orders: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Every order with the model's own mask; of causal models the first order with the mask lifted too."""
    for order in orders:
        yield order, CAUSAL if subject.causal else BOTH
        if subject.causal and order == FIRST:
            yield order, LIFTED


def _read(path: Path) -> Draws:
    spaces: dict[Key, list[NDArray]] = {}
    with np.load(path, allow_pickle=False) as file:
        for name in file.files:  # in the order of the draws
            spaces.setdefault(Key(*name.split("|")[:-1]), []).append(file[name])
    return {key: tuple(xs) for key, xs in spaces.items()}
