"""The pictures that vision-language models learn from: the agent's view in colour, with a caption.

A picture is taken at a random step of a demonstration at which its target is in view. The caption says what is to
be seen; most give the instruction, and in the corpus `narrated` many of these what is done next or what came of it.
"""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

import numpy as np
from tqdm.auto import tqdm

from lva.world.demos import Demos, make_demos
from lva.world.kernels.codes import TRIPLE
from lva.world.kernels.sight import VIEW
from lva.world.language import Grammar
from lva.world.levels import Level, LevelError
from lva.world.render import atlas
from lva.world.rooms import PICTURES
from lva.world.telling.corpus import SHOWN, check_request, deal_phrases, join_sentences
from lva.world.telling.describe import describe
from lva.world.telling.narrate import Episode, ask, replay, tell_actions, tell_outcome
from lva.world.telling.wording import Teller, Wording
from lva.world.world import goal_code

ASKED, DONE_NEXT = 0.75, 0.6  # shares: captions with an instruction; of these, `narrated` ones with what is done
MOST_THINGS = 3  # named in a caption; one less where there is an instruction
TRIES = (2, 4, 8, 16, 32, 64, 128)  # demonstrations a picture, until the target is in view in enough of them


@dataclass(frozen=True, eq=False)
class Pictures:
    """n views with their captions."""

    views: np.ndarray  # (n, 7, 7, 3) uint8, symbolic, as World.observe gives them
    captions: tuple[str, ...]

    def images(self, index, tile_size: int = 8) -> np.ndarray:
        """Some of them in colour, by index array, mask or slice: (b, 7 t, 7 t, 3) uint8, byte-equal to MiniGrid's."""
        return atlas(tile_size).render(self.views[np.arange(len(self))[index].reshape(-1)])

    def __len__(self) -> int:
        return len(self.captions)


def take_pictures(
    grammar: Grammar,
    n: int,
    corpus: str = "narrated",
    seed: int = 0,
    level: Level | None = None,
    progress: bool = True,
) -> Pictures:
    """n views with captions in the words of `write_corpus`; the instructions have equal shares in them.

    Different seeds have no room in common, nor has any with the texts or with the agent's rooms. Picture i depends
    on `seed` and i alone.
    """
    check_request(corpus, n, seed)
    wording, random, narrated = Wording(grammar), Random(seed), corpus == "narrated"
    demos, steps = find_steps(grammar, n, seed, level, narrated)
    asked = demos.instruction if narrated else deal_phrases(grammar, demos.instruction)
    views, captions = np.empty((n, VIEW, VIEW, 3), np.uint8), []
    episodes = tqdm(replay(demos), f"{corpus} pictures", n, unit="", disable=not progress or n < SHOWN)
    for i, episode in enumerate(episodes):
        episode = episode._replace(instruction=grammar.instructions[asked[i]])
        views[i] = episode.views[steps[i]]
        captions.append(write_caption(episode, steps[i], narrated, wording.teller(random)))
    return Pictures(views, tuple(captions))


def find_steps(grammar: Grammar, n: int, seed: int, level: Level | None, narrated: bool) -> tuple[Demos, np.ndarray]:
    """n demonstrations, the instructions in turn, and a random step of each at which its target is in view.

    Step `len(actions)` is the look after the last action; it is for narrated pictures only.
    """
    instructions = len(grammar.instructions)
    for tries in TRIES:
        rounds = tries * -(-n // instructions)
        demos = make_demos(grammar, rounds * instructions, PICTURES.demo_seed(seed), level=level, progress=False)
        draws = np.random.default_rng(seed).random(len(demos))
        steps = np.array([draw_step(episode, narrated, draw) for episode, draw in zip(replay(demos), draws)])
        rank = np.cumsum(steps.reshape(rounds, instructions) >= 0, axis=0) - 1  # among those of its instruction
        number = (rank * instructions + np.arange(instructions)).reshape(-1)
        fits = np.flatnonzero((steps >= 0) & (number < n))
        if len(fits) == n:
            chosen = fits[np.argsort(number[fits], kind="stable")]
            return demos[chosen], steps[chosen]
    raise LevelError(
        f"some target of {grammar!r} was in view in too few of {len(demos)} demonstrations for {n} pictures; "
        f"lower distractors, doors or size of {demos.level}"
    )


def draw_step(episode: Episode, narrated: bool, draw: float) -> int:
    """A step with the target in view, by a number from [0, 1); -1 if there is none."""
    kind, color, _ = TRIPLE[goal_code(episode.instruction)]
    views = episode.views if narrated else episode.views[:-1]
    seen = np.flatnonzero(((views[..., 0] == kind) & (views[..., 1] == color)).any((1, 2)))
    return int(seen[int(draw * len(seen))]) if len(seen) else -1


def write_caption(episode: Episode, step: int, narrated: bool, teller: Teller) -> str:
    """What is to be seen at a step, what was asked and, in narrated ones, what is done next or came of it."""
    asked = teller.chance(ASKED)
    scene = describe(episode.views[step], teller, MOST_THINGS - asked, episode.target if asked else None)
    if not asked:
        return f"{scene} ."
    done = [tell_next(episode, step, teller)] if narrated and teller.chance(DONE_NEXT) else []
    return join_sentences([scene, *done], ask(episode.instruction, teller), teller)


def tell_next(episode: Episode, step: int, teller: Teller) -> str:
    """The next one or two things that are done, or the outcome if all is done."""
    if step == len(episode.actions):
        return tell_outcome(episode.instruction.task, episode.target, teller)
    return tell_actions(episode.actions[step:], episode.target, teller, runs=teller.random.randint(1, 2))
