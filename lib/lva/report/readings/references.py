"""Sentences that notebook 03 shows: whether the references have learnt, and what their spaces are made of."""

from __future__ import annotations

import pandas as pd

from lva.models.training.swaps import OTHER, SYNONYM, UNTRAINED
from lva.report.wording import number_text, percent_text


def read_validation(validation: pd.DataFrame) -> str:
    """Say how many of the checks are passed, and what a model that has learnt nothing would show."""
    return (
        f"{validation.passed.sum()} of {len(validation)} checks are passed. A language model that knows only which "
        f"word follows which would have the perplexity of the bigrams; a vision-language model that does not look "
        f"would caption a wrong picture as well as the right one."
    )


def read_swaps(swaps: pd.DataFrame) -> str:
    """Say what a synonym and another task cost each language model, trained and not; by `lva.models.swap_table`."""
    if swaps.empty:
        return "No synonym of this grammar has an alternative of the same length, so no swap is fair."
    cost = swaps.set_index(["model", "swap"])

    def both(model: str) -> str:
        synonym, other = (cost.loc[(model, swap)] for swap in (SYNONYM, OTHER))
        return " against ".join(f"{number_text(at.nats)} ± {number_text(at.error)}" for at in (synonym, other))

    trained = [name for name in swaps.model.unique() if not name.endswith(UNTRAINED)]
    each = "; ".join(f"{name} {both(name)} (with random weights {both(name + UNTRAINED)})" for name in trained)
    return (
        f"How many nats less likely the rest of a text is after a synonym, against an instruction of the same length "
        f"that asks for something else: {each}."
    )


def read_explained(explained: pd.DataFrame, items: pd.DataFrame) -> str:
    """Say how much of each space's variance lies between the tasks, and what a random space would have.

    explained: by `lva.alignment.factor_table`; items: by `lva.spaces.item_table`.
    """
    share = explained[explained.factor == "task"].set_index("space").share
    others = share.drop("agent")
    chance = (items.task.nunique() - 1) / (len(items) - 1)
    text = f"The task explains {percent_text(share['agent'])} of the variance of the agent's space"
    if len(others):
        low, high = (f"{percent_text(others[name])} ({name})" for name in (others.idxmin(), others.idxmax()))
        text += f", and from {low} to {high} of the references'"
    return f"{text}. In a random space it would be {percent_text(chance)}."
