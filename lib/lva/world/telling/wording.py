"""The words of the texts and captions: for everything that is said, the ways of saying it.

No way holds a word of the grammar's phrases. What the models learn of `go to` must come from what happens when it
is said, not from its words turning up in what is said of the world.
"""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

from lva.world.language import Grammar, GrammarError
from lva.world.tasks import RECORDS

ARTICLES = {"a", "the"}  # they say nothing of an action: a phrase may hold them
SIDES = ("left", "right")
NUMBERS = (  # as many as a room has steps
    *("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"),
    *("thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen", "twenty", "twenty one"),
    *("twenty two", "twenty three"),
)
SCENE = {
    "who": ("you", "i", "we"),
    "unit": ("step steps", "cell cells", "pace paces"),
    "nothing": ("nothing is in view", "{who} see nothing", "there is nothing in sight"),
    "list": ("there is {things}", "in view : {things}", "{who} see {things}", "in sight : {things}", "{things}"),
    "clause": ("{thing} is {place}", "{place} is {thing}", "{place} : {thing}"),
    "next": ("right ahead", "directly ahead", "just in front", "one {unit} ahead"),
    "ahead": ("{steps_ahead} ahead", "{steps_ahead} straight ahead", "{steps_ahead} in front", "straight ahead"),
    "beside": ("{steps_aside} {side}", "{steps_aside} on the {side}", "on the {side}"),
    "aslant": (
        "{steps_ahead} ahead and {aside} {side}",
        "{steps_ahead} ahead and {aside} on the {side}",
        "{steps_aside} {side} and {ahead} ahead",
        "ahead on the {side}",
        "on the {side}",
    ),
    "held": ("in hand", "in the hand", "held"),
}
ASKING = {
    "asked": (
        "a sign says : {instruction}",
        "someone asks : {instruction}",
        "a voice calls : {instruction}",
        "a note reads : {instruction}",
        "the task : {instruction}",
        "please {instruction}",
    ),
}
DOING = {
    "turn left": ("turn left", "rotate left", "face left"),
    "turn right": ("turn right", "rotate right", "face right"),
    "turn around": ("turn around", "turn back", "face about"),
    "walk": ("walk {steps}", "walk {steps} ahead", "move {steps} forward", "move ahead {steps}", "advance {steps}"),
    "take": ("take {target}", "lift {target}", "collect {target}"),
    "wait": ("wait", "stand still", "stay put"),
    "doing": ("{actions}", "{who} {actions}"),
    "join": (" , ", " and ", " , then ", " and then "),
    "now": ("now", "then", "after that"),
}
OUTCOME = {task.name: task.outcome for task in RECORDS} | {
    "finally": ("now", "in the end", "at last"),
}
WAYS = {word: (word,) for word in (*SIDES, *NUMBERS)} | SCENE | ASKING | DOING | OUTCOME


class Wording:
    """The ways that a grammar leaves: those without a word of its phrases."""

    def __init__(self, grammar: Grammar):
        phrases = [phrase for synonyms in grammar.phrases.values() for phrase in synonyms]
        avoided = {word for phrase in phrases for word in phrase.lower().split()} - ARTICLES
        self.ways = {what: tuple(way for way in ways if avoided.isdisjoint(way.split())) for what, ways in WAYS.items()}
        for what, ways in self.ways.items():
            if not ways:
                raise GrammarError(
                    f"grammar {grammar.name!r}: its phrases leave no way of saying {what!r}, as each shares a word "
                    f"with them ({'; '.join(WAYS[what])}); change the phrase or add a way to lva.world.telling.wording"
                )

    def teller(self, random: Random) -> Teller:
        """Someone to tell one text: the person and the unit of length stay the same throughout."""
        unit, units = random.choice(self.ways["unit"]).split()
        return Teller(self.ways, random, random.choice(self.ways["who"]), unit, units)


@dataclass(frozen=True)
class Teller:
    """Chooses the words of one text."""

    ways: dict[str, tuple[str, ...]]
    random: Random  # a scalar choice costs a tenth of numpy's
    who: str
    unit: str
    units: str

    def say(self, what: str, **parts: str) -> str:
        """One of the ways of saying something, its gaps filled."""
        way = self.random.choice(self.ways[what])
        return way.format(who=self.who, unit=self.unit, units=self.units, **parts)

    def chance(self, share: float) -> bool:
        """True in this share of calls."""
        return self.random.random() < share

    def steps(self, number: int) -> str:
        """A length: `one step`, `two steps`."""
        return f"{NUMBERS[number]} {self.unit if number == 1 else self.units}"
