"""The instructions: a grammar is data, and everything downstream follows it."""

from __future__ import annotations

import difflib
import os
import tomllib
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from functools import cached_property
from itertools import product
from pathlib import Path

import numpy as np

from lva.ground import paths
from lva.world.kernels.constants import COLOR_TO_IDX
from lva.world.tasks import RECORD_OF, TASKS

KINDS = ("ball", "box", "key", "door")
MOST = 65_535  # instructions: demonstrations number them in 16 bits


class GrammarError(ValueError):
    """A grammar, or a text that should belong to one, is not usable; the message says what to change."""


@dataclass(frozen=True)
class Instruction:
    """One sentence, and what it means."""

    text: str
    task: str  # one of TASKS
    phrase: str  # the words that name the task
    color: str
    kind: str  # one of KINDS


@dataclass(frozen=True)
class Grammar:
    """Every phrase x colour x kind, in this order; `article` stands before the colour."""

    name: str
    phrases: dict[str, tuple[str, ...]]  # task -> its synonymous phrases, in the order of TASKS
    colors: tuple[str, ...]
    kinds: tuple[str, ...]
    article: str = ""

    def __post_init__(self):
        for field, known in (("phrases", TASKS), ("colors", tuple(COLOR_TO_IDX)), ("kinds", KINDS)):
            _check_names(self.name, field, tuple(getattr(self, field)), known)
        in_order = {task: self.phrases[task] for task in TASKS if task in self.phrases}
        object.__setattr__(self, "phrases", in_order)  # JSON sorts keys, and word numbers must not depend on that
        phrases = [phrase for synonyms in self.phrases.values() for phrase in synonyms]
        if len(phrases) * len(self.colors) * len(self.kinds) > MOST:
            raise GrammarError(f"grammar {self.name!r} has more than {MOST:,} instructions; drop some of its phrases")
        if not all(self.phrases.values()) or not all(phrase.split() for phrase in phrases):
            raise GrammarError(f"grammar {self.name!r}: every task needs at least one phrase with a word in it")
        if len(set(phrases)) < len(phrases):
            raise GrammarError(f"grammar {self.name!r}: the phrases {phrases} repeat; each must be written once")
        taking = [task for task in self.phrases if RECORD_OF[task].ending == "taken"]
        if "door" in self.kinds and taking:
            raise GrammarError(f"grammar {self.name!r}: a door cannot be picked up; drop `door` or `{taking[0]}`")
        if len(self.by_text) < len(self.instructions):
            raise GrammarError(f"grammar {self.name!r}: two of its instructions have the same words")

    @cached_property
    def instructions(self) -> tuple[Instruction, ...]:
        """Every instruction; task varies slowest, kind fastest."""
        return tuple(
            Instruction(" ".join(f"{phrase} {self.article} {color} {kind}".split()), task, phrase, color, kind)
            for task, synonyms in self.phrases.items()
            for phrase, color, kind in product(synonyms, self.colors, self.kinds)
        )

    @cached_property
    def texts(self) -> tuple[str, ...]:
        """The sentences alone, in the order of `instructions`."""
        return tuple(instruction.text for instruction in self.instructions)

    @cached_property
    def by_text(self) -> dict[str, Instruction]:
        return {instruction.text: instruction for instruction in self.instructions}

    @cached_property
    def vocabulary(self) -> tuple[str, ...]:
        """The words, in order of first appearance; word `i` is encoded as `i + 1`."""
        return tuple(dict.fromkeys(word for text in self.texts for word in text.split()))

    @cached_property
    def length(self) -> int:
        """Words in the longest instruction."""
        return max(len(text.split()) for text in self.texts)

    def encode(self, texts: str | Iterable[str]) -> np.ndarray:
        """Turn sentences into word numbers.

        Returns (n, length) int64, each in 1..len(vocabulary); 0 pads on the right.
        """
        texts = [texts] if isinstance(texts, str) else list(texts)
        number = {word: i + 1 for i, word in enumerate(self.vocabulary)}
        codes = np.zeros((len(texts), self.length), dtype=np.int64)
        for row, text in zip(codes, texts):
            words = text.split()
            unknown = [word for word in words if word not in number]
            if unknown:
                raise GrammarError(
                    f"unknown word {unknown[0]!r} in {text!r}; the vocabulary is: {' '.join(self.vocabulary)}"
                )
            if not 0 < len(words) <= self.length:
                raise GrammarError(f"{text!r} has {len(words)} words; grammar {self.name!r} has 1 to {self.length}")
            row[: len(words)] = [number[word] for word in words]
        return codes

    def instruction(self, text: str) -> Instruction:
        """Look a sentence up."""
        self.encode(text)
        found = self.by_text.get(" ".join(text.split()))
        if found is None:
            nearest = difflib.get_close_matches(text, self.texts, n=1, cutoff=0)[0]
            raise GrammarError(f"{text!r} is no instruction of grammar {self.name!r}; the nearest is {nearest!r}")
        return found

    def as_dict(self) -> dict:
        """The grammar as plain data, as a TOML file holds it."""
        return asdict(self)

    def __repr__(self) -> str:
        return f"Grammar({self.name!r}: {len(self.instructions)} instructions, {len(self.vocabulary)} words)"


def load_grammar(name_or_path: str | Path) -> Grammar:
    """Load `paper`, `natural`, or a TOML file of your own, its path from here or from the root of the project."""
    own = Path(name_or_path).suffix == ".toml"
    path = paths.find(name_or_path) if own else paths.data() / "grammars" / f"{name_or_path}.toml"
    if not os.path.exists(path):  # False too for what cannot be a path
        known = ", ".join(sorted(p.stem for p in (paths.data() / "grammars").glob("*.toml")))
        raise GrammarError(f"no grammar {str(name_or_path)!r}; there are {known}, or give the path of a .toml file")
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise GrammarError(f"{path} is not a TOML file: {error}") from error
    return grammar_from_dict(data, default_name=path.stem)


def grammar_from_dict(data: dict, default_name: str = "unnamed") -> Grammar:
    """Build a grammar from plain data: `phrases`, `colors`, `kinds`, and optionally `name` and `article`."""
    name = data.get("name", default_name)
    unknown = set(data) - {"name", "phrases", "colors", "kinds", "article"}
    missing = {"phrases", "colors", "kinds"} - set(data)
    if unknown or missing:
        raise GrammarError(f"grammar {name!r}: missing fields {sorted(missing)}, unknown fields {sorted(unknown)}")
    if not isinstance(data["phrases"], dict):
        raise GrammarError(f"grammar {name!r}: `phrases` must be a table of task = [phrases]")
    lists = {"colors": data["colors"], "kinds": data["kinds"]}
    lists |= {f"the phrases of {task}": synonyms for task, synonyms in data["phrases"].items()}
    for what, listed in lists.items():
        if not isinstance(listed, list | tuple) or not all(isinstance(one, str) for one in listed):
            raise GrammarError(f"grammar {name!r}: {what} are {listed!r}; expected a list of texts")
    for field in {"name", "article"} & set(data):
        if not isinstance(data[field], str):
            raise GrammarError(f"grammar {name!r}: {field} is {data[field]!r}; expected a text")
    phrases = {task: tuple(synonyms) for task, synonyms in data["phrases"].items()}
    return Grammar(name, phrases, tuple(data["colors"]), tuple(data["kinds"]), data.get("article", ""))


def _check_names(grammar: str, field: str, names: tuple[str, ...], known: tuple[str, ...]) -> None:
    if not names:
        raise GrammarError(f"grammar {grammar!r}: {field} is empty; give at least one of {', '.join(known)}")
    for name in names:
        if name not in known:
            raise GrammarError(f"grammar {grammar!r}: unknown {name!r} in {field}; known are {', '.join(known)}")
    if len(set(names)) < len(names):
        raise GrammarError(f"grammar {grammar!r}: {field} {list(names)} has duplicates; each must be written once")
