"""What the paper leaves open, or what could have been otherwise: options of a training, and the readings made of them.

A reading names the options in which it differs from the default run of this project.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from lva.agent import Variant

Choice = str | int | float | bool
Change = tuple[str, Mapping[str, Any]]  # a part of a training (level, demos, agent, train), and fields of it

STATIC_WORDS = "pretrained:data/vectors/wordllama-words.npz"
OPTIONS: Mapping[str, Mapping[Choice, Change]] = {  # option -> its choices, that of the default run first
    "distractors": {n: ("level", {"distractors": n}) for n in (4, 0, 1, 2, 8)},
    "lookalikes": {here: ("level", {"lookalikes": here}) for here in (True, False)},
    "words": {
        **{init: ("agent", {"word_init": init}) for init in ("identical", "identity", "random")},
        "static vectors": ("agent", {"word_init": STATIC_WORDS}),
    },
    "attends": {who: ("agent", {"attends": who}) for who in ("sentence", "words")},
    "pooling": {how: ("agent", {"pooling": how}) for how in ("mean", "last", "query")},
    "E_L passed on": {on: ("agent", {"pass_on": on}) for on in (True, False)},
    "normalised": {what: ("agent", {"normalize": what}) for what in ("tokens", "both", "none")},
    "labels": {whose: ("train", {"labels": whose}) for whose in ("optimal", "expert")},
    "mirror": {on: ("train", {"mirror": on}) for on in (True, False)},
    "expert": {who: ("demos", {"expert": who}) for who in ("oracle", "sighted")},
    "previous action": {told: ("agent", {"previous_action": told}) for told in (False, True)},
    "demonstrations": {n: ("demos", {"n": n}) for n in (100_000, 20_000, 5_000, 1_000)},
    "language rate": {rate: ("train", {"language_rate": rate}) for rate in (1, 0.1, 0)},
    "trunk": {"tiles": ("agent", {}), "resnet18": ("agent", {"trunk": "resnet18", "width": 4})},
}
DEFAULT = {option: next(iter(choices)) for option, choices in OPTIONS.items()}
BASES = ({}, {"distractors": 0})  # what else is in the room: four objects, or nothing
FRESH = (1, 2, 3, 4, 5)  # seeds that decide; seed 0 only nominates
PRODUCTS = 12  # readings drawn at random from the product of all options


@dataclass(frozen=True)
class Reading:
    """One training: what it chooses other than the default, and its seed."""

    chosen: Mapping[str, Choice]
    seed: int = 0

    def __post_init__(self):
        for option, choice in self.chosen.items():
            if option not in OPTIONS:
                raise ValueError(f"there is no option {option!r}; choose from {', '.join(OPTIONS)}")
            if choice not in OPTIONS[option]:
                raise ValueError(f"{option}={choice!r} is none of {', '.join(map(str, OPTIONS[option]))}")

    @property
    def name(self) -> str:
        """What it chooses, in words, the same for every seed."""
        return ", ".join(f"{option}: {choice}" for option, choice in self.chosen.items()) or "default"

    @property
    def choices(self) -> dict[str, Choice]:
        """Every option, chosen or left at its default."""
        return DEFAULT | dict(self.chosen)

    def variant(self) -> Variant:
        """The same for `ablate` and its like."""
        parts: dict[str, dict[str, Any]] = {"level": {}, "demos": {}, "agent": {}, "train": {"seed": self.seed}}
        for option, choice in self.chosen.items():
            part, fields = OPTIONS[option][choice]
            parts[part] |= fields
        return Variant(self.name, parts["demos"] | {"level": parts["level"]}, parts["agent"], parts["train"])


def base_readings() -> list[Reading]:
    """The two bases, for a first look."""
    return [Reading(base) for base in BASES]


def few_readings() -> list[Reading]:
    """Those that matter most: how many distractors, and whether words start alike."""
    choices = [{"distractors": n, "words": init} for init in ("identical", "identity") for n in OPTIONS["distractors"]]
    return [Reading(_without_defaults(chosen)) for chosen in choices]


def fresh_readings() -> list[Reading]:
    """What decides: the two bases with fresh seeds, beside every number of distractors, and words that start apart."""
    beside = [{"distractors": n} for n in OPTIONS["distractors"]] + [{"words": "identity"}]
    once = [Reading(_without_defaults(chosen)) for chosen in beside]
    return [*once, *(Reading(base, seed) for seed in FRESH for base in BASES)]


def core_readings() -> list[Reading]:
    """Both of these."""
    return _distinct([*few_readings(), *fresh_readings()])


def single_readings() -> list[Reading]:
    """Those, and each option alone from each base."""
    return _distinct([*core_readings(), *(one for base in BASES for one in _one_at_a_time(Reading(base)))])


def all_readings() -> list[Reading]:
    """The study: those, rooms between the bases with fresh seeds, and a random sample of the product."""
    between = [Reading({"distractors": n}, seed) for n in (1, 2) for seed in FRESH]
    return _distinct([*single_readings(), *between, *_products(PRODUCTS)])


SETS = {
    "bases": base_readings,
    "few": few_readings,
    "fresh": fresh_readings,
    "core": core_readings,
    "single": single_readings,
    "all": all_readings,
}


def _distinct(readings: list[Reading]) -> list[Reading]:
    return list({(one.name, one.seed): one for one in readings}.values())


def _one_at_a_time(base: Reading) -> Iterator[Reading]:
    for option, choices in OPTIONS.items():
        if option in base.chosen or (option == "lookalikes" and base.choices["distractors"] == 0):
            continue
        for choice in list(choices)[1:]:
            yield Reading({**base.chosen, option: choice})


def _products(n: int) -> list[Reading]:
    """Readings in which every option is drawn by itself; those that cannot be are drawn again."""
    draw, found = np.random.default_rng(0), []
    while len(found) < n:
        chosen = {option: list(choices)[draw.integers(len(choices))] for option, choices in OPTIONS.items()}
        if chosen["attends"] == "sentence" or chosen["pooling"] == "mean":
            found.append(Reading(_without_defaults(chosen)))
    return found


def _without_defaults(chosen: Mapping[str, Choice]) -> dict[str, Choice]:
    return {option: choice for option, choice in chosen.items() if choice != DEFAULT[option]}
