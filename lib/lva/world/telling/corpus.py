"""The text that language models learn from: what an agent sees, is asked and, perhaps, does, as the world writes it.

Two corpora over the same rooms. `narrated` texts tell a demonstration of the oracle: scene, instruction, actions and
outcome. `described` texts hold a scene and an instruction that nobody carries out. Every instruction is in as many
texts as any other, and all that is said of the world depends on the room and the actions, never on which of two
synonyms was used.
"""

from __future__ import annotations

from random import Random

import numpy as np
from tqdm.auto import tqdm

from lva.world.demos import make_demos
from lva.world.language import Grammar
from lva.world.levels import Level
from lva.world.rooms import TEXTS
from lva.world.telling.describe import describe
from lva.world.telling.narrate import Episode, ask, replay, tell_actions, tell_outcome
from lva.world.telling.wording import Teller, Wording

CORPORA = ("narrated", "described")
MOST = 1 << 24  # texts, or pictures, of a seed
SHOWN = 30_000  # a progress bar from so many texts on
ASKED_AT = (0, 0, 1, 1, -1)  # where the instruction stands: before the scene, after it, at the end
ACTIONS_ALONE, OUTCOME_ALONE, BREAK, LAST_LOOK = 0.1, 0.1, 0.3, 0.2  # shares of texts


def write_corpus(
    grammar: Grammar,
    documents: int,
    corpus: str = "narrated",
    seed: int = 0,
    level: Level | None = None,
    progress: bool = True,
) -> list[str]:
    """`documents` texts that the world writes, in lower case, words and punctuation marks set apart by single spaces.

    Different seeds have no room in common, nor has any with the pictures or with the agent's rooms. Text i
    depends on `seed` and i alone.
    """
    check_request(corpus, documents, seed)
    wording, random = Wording(grammar), Random(seed)
    demos = make_demos(grammar, documents, TEXTS.demo_seed(seed), level=level, progress=False)
    asked = demos.instruction if corpus == "narrated" else deal_phrases(grammar, demos.instruction)
    episodes = tqdm(replay(demos), corpus, documents, unit=" texts", disable=not progress or documents < SHOWN)
    write = narrate if corpus == "narrated" else depict
    return [
        write(episode._replace(instruction=grammar.instructions[i]), wording.teller(random))
        for episode, i in zip(episodes, asked)
    ]


def check_request(corpus: str, n: int, seed: int) -> None:
    """Raise unless so much of this corpus can be had."""
    if corpus not in CORPORA:
        raise ValueError(f"corpus={corpus!r} is unknown; choose one of {', '.join(CORPORA)}")
    if not 1 <= n <= MOST:
        raise ValueError(f"{n} texts or pictures of a seed cannot be had; ask for 1 to {MOST}, or use more seeds")
    TEXTS.check(seed)  # there are as many for pictures


def deal_phrases(grammar: Grammar, instruction: np.ndarray) -> np.ndarray:
    """Exchange the phrases of instructions, keeping what they are about, so that no room tells the task.

    With `Level(start="near")` ESCAPE-FROM starts near its target and the others do not. Here every phrase meets the
    rooms of every phrase equally often: from one round of all instructions to the next, each gets the phrase after.
    """
    round_ = np.arange(len(instruction)) // len(grammar.instructions)
    things = len(grammar.colors) * len(grammar.kinds)
    return (instruction + round_ * things) % len(grammar.instructions)


def depict(episode: Episode, teller: Teller) -> str:
    """A scene and an instruction, nothing done."""
    return join_sentences([describe(episode.views[0], teller)], ask(episode.instruction, teller), teller)


def narrate(episode: Episode, teller: Teller) -> str:
    """A scene and an instruction, what is done about it and what comes of it; one of the latter two may be missing."""
    form = teller.random.random()
    sentences = [describe(episode.views[0], teller)]
    if form >= OUTCOME_ALONE:
        sentences += tell_course(episode, teller)
    if form < 1 - ACTIONS_ALONE:
        sentences.append(tell_outcome(episode.instruction.task, episode.target, teller))
        if teller.chance(LAST_LOOK):
            sentences.append(f"{teller.say('now')} {describe(episode.views[-1], teller)}")
    return join_sentences(sentences, ask(episode.instruction, teller), teller)


def tell_course(episode: Episode, teller: Teller) -> list[str]:
    """The actions, perhaps with a look around on the way."""
    actions, target = episode.actions, episode.target
    if len(actions) < 2 or not teller.chance(BREAK):
        return [tell_actions(actions, target, teller)]
    at = teller.random.randrange(1, len(actions))
    look = f"{teller.say('now')} {describe(episode.views[at], teller)}"
    return [tell_actions(actions[:at], target, teller), look, tell_actions(actions[at:], target, teller)]


def join_sentences(sentences: list[str], asked: str, teller: Teller) -> str:
    """The sentences as one text, the instruction at one of its places."""
    at = teller.random.choice(ASKED_AT) % (len(sentences) + 1)
    return " . ".join([*sentences[:at], asked, *sentences[at:]]) + " ."
