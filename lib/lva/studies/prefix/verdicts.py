"""The predictions of docs/prefix.md, each with its rule, and what the numbers make of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import pandas as pd

from lva.spaces.words import FACTORS
from lva.studies.prefix.course import SPEARMAN, follow
from lva.studies.prefix.likeness import AGENT_COMPETENT, HEADLINE, KS, WORDS, errors_of
from lva.studies.prefix.orders import FIRST, LONG_OBJECT, LONG_PHRASE_LAST, OBJECT_FIRST, TWICE
from lva.studies.prefix.readouts import ENTERS, LAST, MEAN, USUAL
from lva.studies.prefix.spaces import BOTH, CAUSAL, LIFTED, RANDOM, TRAINED, Key
from lva.studies.prefix.subjects import DECODER, ENCODER

CLIP, PHRASE = "clip-here", "phrase"
CORE = (1, 2, 3, 5, 6, 7, 8)  # predictions that decide, with 10
STANDS, IN_PART, FALLS = "stands", "stands in part", "falls"


class Finding(NamedTuple):
    """One number that decides one prediction for one model, and whether it does as was predicted."""

    about: str
    number: float
    holds: bool


@dataclass(frozen=True, eq=False)
class Evidence:
    """The tables of the study."""

    models: pd.DataFrame
    likeness: pd.DataFrame
    ties: pd.DataFrame
    predictions: pd.DataFrame
    course: pd.DataFrame
    peak: int  # samples that the agent had seen at its peak

    def those(self, **fields: bool) -> list[str]:
        """The models that are, or are not, causal or generative."""
        chosen = self.models[self.models.note == ""]
        for field, wanted in fields.items():
            chosen = chosen[chosen[field] == wanted]
        return list(chosen.model)

    def own(self, model: str, order: str = FIRST, readout: str = MEAN, weights: str = TRAINED) -> Key:
        """A space with the model's own mask."""
        return Key(order, weights, CAUSAL if model in self.those(causal=True) else BOTH, readout)

    def value(self, model: str, key: Key, target: str = PHRASE, measure: str = HEADLINE) -> float:
        """One number of the table of likeness."""
        return self._values[(model, *key, target, measure)]

    @cached_property
    def _values(self) -> Mapping[tuple, float]:
        columns = ["model", *Key._fields, "target", "measure"]
        return self.likeness.set_index(columns).value.to_dict()


def labels_of_the_phrase(e: Evidence) -> list[Finding]:
    found = []
    for model in e.those(causal=True):
        of = {target: e.value(model, e.own(model), target) for target in FACTORS}
        found.append(Finding(model, of[PHRASE], of[PHRASE] >= 0.75 and of[PHRASE] == max(of.values())))
    return found


def untrained_too(e: Evidence) -> list[Finding]:
    off = {m: e.value(m, e.own(m, weights=RANDOM)) - e.value(m, e.own(m)) for m in e.those(causal=True)}
    return [Finding(model, by, abs(by) <= 0.10) for model, by in off.items()]


def not_by_the_last(e: Evidence) -> list[Finding]:
    found = []
    for model in e.those(causal=True):
        mean, last = e.value(model, e.own(model)), e.value(model, e.own(model, readout=LAST))
        found.append(Finding(model, last, last <= 0.50 and mean - last >= 0.25))
    return found


def not_both_ways(e: Evidence) -> list[Finding]:
    least = min(e.value(model, e.own(model)) for model in e.those(causal=True))
    both = {model: e.value(model, e.own(model)) for model in e.those(causal=False)}
    return [Finding(model, value, value <= 0.65 and value < least) for model, value in both.items()]


def not_said_twice(e: Evidence) -> list[Finding]:
    words = e.ties.set_index(["target", "k"]).words[PHRASE, 15]
    found = []
    for model in e.those(causal=True):
        once, twice = e.value(model, e.own(model)), e.value(model, e.own(model, TWICE))
        found.append(Finding(model, twice, once - twice >= 0.15 and twice <= words + 0.10))
    return found


def not_object_first(e: Evidence) -> list[Finding]:
    found = []
    for model in e.those(causal=True):
        first, other = e.own(model), e.own(model, OBJECT_FIRST)
        phrase, rises = e.value(model, other), e.value(model, other, "color") > e.value(model, first, "color")
        found.append(Finding(model, phrase, phrase <= 0.55 and rises))
    return found


def not_with_the_mask_lifted(e: Evidence) -> list[Finding]:
    falls = {m: e.value(m, e.own(m)) - e.value(m, Key(FIRST, TRAINED, LIFTED, MEAN)) for m in e.those(causal=True)}
    return [Finding(model, by, by >= 0.15) for model, by in falls.items()]


def place_not_share(e: Evidence) -> list[Finding]:
    ahead = {
        m: e.value(m, e.own(m, LONG_OBJECT)) - e.value(m, e.own(m, LONG_PHRASE_LAST)) for m in e.those(causal=True)
    }
    return [Finding(model, by, by > 0) for model, by in ahead.items()]


def not_the_words_that_enter(e: Evidence) -> list[Finding]:
    enters = {model: e.value(model, e.own(model, readout=ENTERS)) for model in e.those(causal=True)}
    return [Finding(model, value, value <= 0.65) for model, value in enters.items()]


def one_weight_predicts(e: Evidence) -> list[Finding]:
    errors = errors_of(e.predictions)
    found = []
    for model in e.those(causal=True):
        own = errors.loc[model]
        mine = own["one weight"]
        found.append(Finding(model, mine, mine <= 0.10 and mine < min(own[WORDS], own["order ignored"])))
    return found


def only_at_the_peak(e: Evidence) -> list[Finding]:
    along = follow(e.course).set_index("at")[SPEARMAN]
    peak, end = along[e.peak], along.iloc[-1]
    return [Finding("at the peak", peak, peak >= 0.7), Finding("at the end", end, end <= 0.3)]


def nothing_left_of_generative(e: Evidence) -> list[Finding]:
    found = []
    for readout in USUAL:
        groups = {}
        for generative in (True, False):
            members = e.those(generative=generative)
            trained, random = (
                pd.Series({m: e.value(m, e.own(m, readout=readout, weights=w), AGENT_COMPETENT) for m in members})
                for w in (TRAINED, RANDOM)
            )
            groups[generative] = trained.mean(), (trained - random).mean()
        (trained, gained), (others, others_gained) = groups[True], groups[False]
        ahead, more = trained - others, gained - others_gained
        found.append(Finding(f"{readout}, generative minus others", ahead, ahead <= 0.05))
        found.append(Finding(f"{readout}, gain by training minus that of others", more, more <= 0))
    return found


def one_model_two_readouts(e: Evidence) -> list[Finding]:
    pairs = {
        "CLIP, mean minus last": ((CLIP, MEAN), (CLIP, LAST), 0.25),
        "BLIP, decoder minus encoder": ((DECODER, MEAN), (ENCODER, MEAN), 0.15),
    }
    found = []
    for about, (*both, least) in pairs.items():
        if {model for model, _ in both} <= set(e.those()):
            more, less = (e.value(model, e.own(model, readout=readout)) for model, readout in both)
            found.append(Finding(about, more - less, more - less >= least))
    return found


def any_k(e: Evidence) -> list[Finding]:
    ceilings = e.ties.set_index(["target", "k"]).ceiling
    found = []
    for model in e.those(causal=True):
        shares = []
        for k in KS:
            of = {target: e.value(model, e.own(model), target, f"P@{k}") for target in FACTORS}
            most = max(of.values()) == of[PHRASE]
            shares.append(of[PHRASE] / ceilings[PHRASE, k] if most else 0.0)
        found.append(Finding(model, min(shares), min(shares) >= 0.85))
    return found


PREDICTIONS: dict[str, Callable[[Evidence], list[Finding]]] = {  # in the order of docs/prefix.md
    "labels of the phrase by the mean": labels_of_the_phrase,
    "so are their twins": untrained_too,
    "not by the last token": not_by_the_last,
    "not what reads both ways": not_both_ways,
    "not when said twice": not_said_twice,
    "not object first": not_object_first,
    "not with the mask lifted": not_with_the_mask_lifted,
    "place, not share of the words": place_not_share,
    "not the words that enter": not_the_words_that_enter,
    "one weight predicts other orders": one_weight_predicts,
    "follows the phrase only at the peak": only_at_the_peak,
    "nothing left of generative training": nothing_left_of_generative,
    "one model, two read-outs": one_model_two_readouts,
    "at any k": any_k,
}


def findings_table(evidence: Evidence) -> pd.DataFrame:
    """Every number that decides: prediction, name, about, number, holds."""
    rows = [(i, name, *finding) for i, (name, rule) in enumerate(PREDICTIONS.items(), 1) for finding in rule(evidence)]
    return pd.DataFrame(rows, columns=["prediction", "name", "about", "number", "holds"])


def verdict(findings: pd.DataFrame) -> str:
    """What the rule of docs/prefix.md makes of the findings."""
    holds, of = (getattr(findings.groupby("prediction").holds, name)() for name in ("sum", "count"))
    if any(holds[i] < of[i] / 2 for i in (5, 8)):
        return FALLS
    stands = all(holds[i] >= of[i] - 1 for i in CORE) and holds[10] > of[10] / 2
    return STANDS if stands else IN_PART
