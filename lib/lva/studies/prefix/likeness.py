"""What each space of the study is like: labels of what the instructions are about, the agent, behaviour, words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd
from numpy.typing import NDArray

from lva.alignment import Measures, ladder, overlap_mean, precision_at_k
from lva.spaces import bag_of_words, factor_spaces
from lva.spaces.words import FACTORS
from lva.studies.prefix.kernel import fit_weight, prefix_space
from lva.studies.prefix.orders import FIRST, ORDERS, say
from lva.studies.prefix.readouts import MEAN, USUAL
from lva.studies.prefix.spaces import LIFTED, TRAINED, Draws, Key
from lva.world import Grammar

HEADLINE, KS = "P@15", (5, 10, 15, 25)
MEASURES, NEIGHBOURS = Measures(k_max=max(KS)), Measures(kinds=("precision",))
SHOWN = (*(f"P@{k}" for k in KS), "cka", "rsa")
AGENT_PEAK, AGENT_COMPETENT = "agent at its peak", "agent competent"
WORDS, PREFIX = "words alone", "prefix alone"
Targets = Mapping[str, Sequence[NDArray]]
Every = Mapping[str, Draws]  # model -> its spaces


def labels(grammar: Grammar) -> dict[str, tuple[NDArray, ...]]:
    """One-hots of task, phrase, colour and kind."""
    every = factor_spaces(grammar).draws
    return {name: every[name] for name in FACTORS}


def likeness_table(every: Every, targets: Targets) -> pd.DataFrame:
    """Mean over draws of each measure of each space with each target, with the extremes over draws.

    Columns: order, model, weights, mask, readout, target, measure, value, low, high. The usual read-outs of the first
    order get every k and the measures without neighbourhoods, all other spaces the headline.
    """
    rungs = {(model, *key): xs for model, spaces in every.items() for key, xs in spaces.items()}
    full = {rung: xs for rung, xs in rungs.items() if (rung[1], rung[4] in USUAL) == (FIRST, True)}
    rest = {rung: xs for rung, xs in rungs.items() if rung not in full}
    tables = [ladder(full, dict(targets), MEASURES, SHOWN), ladder(rest, dict(targets), NEIGHBOURS, [HEADLINE])]
    table = pd.concat(tables, ignore_index=True)
    table[["model", *Key._fields]] = pd.DataFrame(table.rung.tolist(), index=table.index)
    return table[["order", "model", "weights", "mask", "readout", "target", "measure", "value", "low", "high"]]


def ties_table(grammar: Grammar, targets: Targets) -> pd.DataFrame:
    """What P@k with each target can be: its ceiling under ties, chance, words alone, and the prefixes alone.

    Columns: target, k, ceiling, chance, words, prefix. The ceiling is what the target shares with itself under
    independent random ties (mean over pairs of draws): less than 1 where neighbours tie.
    """
    sentences = say(grammar, FIRST)
    rivals = {"words": bag_of_words(grammar.texts), "prefix": prefix_space(sentences, 1.0)}
    rows = []
    for target, draws in targets.items():
        for k in KS:
            others = {name: _mean_precision([x], draws, k) for name, x in rivals.items()}
            rows.append({"target": target, "k": k, "ceiling": _mean_precision(draws, draws, k)} | others)
    table = pd.DataFrame(rows)
    table.insert(3, "chance", [overlap_mean(len(sentences), k) for k in table.k])
    return table


def weights_table(every: Every, grammar: Grammar) -> pd.DataFrame:
    """The weight of prefixes against words, fitted to the mean over tokens in the first order: one row per draw.

    Columns: model, weights, mask, draw, weight, correlation.
    """
    sentences = say(grammar, FIRST)
    rows = [
        (model, key.weights, key.mask, draw, *fit_weight(x, sentences))
        for model, spaces in every.items()
        for key, draws in spaces.items()
        if (key.order, key.readout) == (FIRST, MEAN)
        for draw, x in enumerate(draws)
    ]
    return pd.DataFrame(rows, columns=["model", "weights", "mask", "draw", "weight", "correlation"])


def predictions_table(likeness: pd.DataFrame, weights: pd.DataFrame, grammar: Grammar) -> pd.DataFrame:
    """P@15 of trained models by the mean in every other order, measured and predicted from the first order.

    Columns: model, order, target, measured, one weight, words alone, prefix alone, order ignored. The last predicts
    that all is as in the first order.
    """
    targets = labels(grammar)
    means = likeness[(likeness.readout == MEAN) & (likeness.measure == HEADLINE) & likeness.target.isin(targets)]
    own = means[(means.weights == TRAINED) & (means["mask"] != LIFTED)]
    value = own.set_index(["model", "order", "target"]).value
    fitted = weights[(weights.weights == TRAINED) & (weights["mask"] != LIFTED)].set_index("model").weight
    rows = []
    for order in ORDERS:
        if order == FIRST:
            continue
        sentences = say(grammar, order)
        by_weight = {w: _with_labels(prefix_space(sentences, w), targets) for w in {0.0, 1.0, *fitted}}
        rows += [
            {"model": model, "order": order, "target": target, "measured": value[model, order, target]}
            | {"one weight": by_weight[w][target], WORDS: by_weight[0.0][target], PREFIX: by_weight[1.0][target]}
            | {"order ignored": value[model, FIRST, target]}
            for model, w in fitted.items()
            for target in targets
        ]
    return pd.DataFrame(rows)


def errors_of(predictions: pd.DataFrame) -> pd.DataFrame:
    """The mean absolute error of each way to predict, per model."""
    ways = predictions.columns[4:]
    off = predictions[ways].sub(predictions.measured, axis=0).abs()
    return off.groupby(predictions.model, sort=False).mean()


def _with_labels(x: NDArray, targets: Targets) -> dict[str, float]:
    k = int(HEADLINE.removeprefix("P@"))
    return {name: _mean_precision([x], draws, k) for name, draws in targets.items()}


def _mean_precision(some: Sequence[NDArray], others: Sequence[NDArray], k: int) -> float:
    """Mean P@k over all pairs; of several draws with themselves over pairs of different ones."""
    same = some is others and len(some) > 1
    pairs = [(x, y) for i, x in enumerate(some) for j, y in enumerate(others) if not (same and i == j)]
    return sum(precision_at_k(x, y, k) for x, y in pairs) / len(pairs)
