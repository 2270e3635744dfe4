"""The browser: an instruction's neighbours in several spaces: lists, maps, and a film of the agent.

The widget only shows; the neighbours come from `lva.figures.browser.neighbours`.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache, partial
from typing import Any

import ipywidgets as widgets
import numpy as np
from numpy.typing import ArrayLike

from lva.agent import Agent, agent_policy
from lva.alignment.checks import Array
from lva.figures.browser import markup
from lva.figures.browser.maps import Marks, lay_out_all, map_svg
from lva.figures.browser.neighbours import Comparison, check_spaces, compare, hear
from lva.figures.film import record_film, save_gif
from lva.models import ReferenceUnavailable
from lva.world import Grammar, GrammarError, Level, World, rollout
from lva.world.rooms import EVALUATION

Embedder = Callable[[str], np.ndarray]  # a sentence -> (d,)
K, MOST = 15, 30  # neighbours: at first, as in the paper's P@15, and at most
TILE = 16  # pixels of a film
ROW = {"grid_gap": "8px 18px", "align_items": "flex-start", "flex_flow": "row wrap"}
NO_PLACE = markup.note("No place for new sentences: only the grammar's own were embedded here.")


@dataclass(frozen=True)
class Reader:
    """An embedder that knows more words than a grammar has."""

    embed: Embedder

    def __call__(self, text: str) -> np.ndarray:
        return self.embed(text)


class Browser:
    """Pick or type an instruction, pick spaces and k: neighbours, what the spaces share, maps, and a film.

    `spaces`: name -> (n, d), rows in the order of `grammar.texts`. `embed`: name -> a function that embeds a new
    sentence in that space, a `Reader` of any words. The film shows `agent` in the held-out room
    in which `evaluate(agent, seed=seed)` tries the instruction, of a sentence of other words the one that is heard.
    """

    def __init__(
        self,
        grammar: Grammar,
        spaces: Mapping[str, ArrayLike],
        *,
        embed: Mapping[str, Embedder] | None = None,
        agent: Agent | None = None,
        level: Level | None = None,
        seed: int = 0,
    ):
        self.grammar, self.spaces = grammar, check_spaces(spaces, len(grammar.texts))
        self.embed = checked(embed or {}, self.spaces, grammar.texts[0])
        self.readers = [name for name, embedder in (embed or {}).items() if isinstance(embedder, Reader)]
        self.tasks = [instruction.task for instruction in grammar.instructions]
        self.layouts = lay_out_all(self.spaces)
        self.film_of = film_maker(grammar, agent, level, seed)
        self.text = grammar.texts[0]  # the sentence that is shown
        self._make_controls()
        self._make_results()
        parts = widgets.HBox([self.controls, self.shown], layout=ROW)
        self.box = widgets.VBox([widgets.HTML(markup.heading()), parts])
        self.box.add_class("lva-browser")
        self._show(self.text)

    def _repr_mimebundle_(self, **kwargs: Any) -> Any:
        return self.box._repr_mimebundle_(**kwargs)

    def _make_controls(self) -> None:
        """Text field, slider and boxes: JupyterLab keeps the arrow keys of lists and menus for its own use."""
        n = len(self.grammar.texts)
        plain = {"layout": {"width": "auto", "margin": "0 0 6px"}, "style": {"description_width": "70px"}}
        self.instruction = widgets.Combobox(  # empty but for what is being typed, so that it offers all instructions
            options=self.grammar.texts,
            continuous_update=False,
            description="instruction",
            placeholder="pick or type one",
            **plain,
        )
        self.k = widgets.IntSlider(min(K, n - 1), 1, min(MOST, n - 1), description="k nearest", **plain)
        self.chosen = {
            name: widgets.Checkbox(i < 2, description=name, indent=False, layout={"width": "auto", "margin": "0"})
            for i, name in enumerate(self.spaces)
        }
        self.instruction.observe(self._enter, "value")
        for control in (self.k, *self.chosen.values()):
            control.observe(lambda _change: self._show(self.text), "value")
        heard = f". Other words are heard by {' or '.join(self.readers)}" if self.readers else ""
        hint = markup.note(f"One of the {n} instructions, or another sentence of their words{heard}.")
        self.problem, self.film = widgets.HTML(), widgets.HTML()
        boxes = widgets.VBox(list(self.chosen.values()), layout={"margin": "0 0 6px"})
        legend = widgets.HTML(markup.legend(self.grammar.phrases))
        spaces = widgets.HTML("<h3>Spaces</h3>")
        parts = [self.instruction, self.problem, widgets.HTML(hint), self.k, spaces, boxes, legend, self.film]
        self.controls = widgets.VBox(parts, layout={"flex": "0 1 256px"})

    def _make_results(self) -> None:
        """Summary and lists; and a hidden field, into which the page writes the row of the neighbour to go to."""
        self.summary, self.results, self.go_to = widgets.HTML(), widgets.HTML(), widgets.Text()
        self.summary.add_class("lva-summary")
        self.results.add_class("lva-results")
        self.go_to.add_class("lva-go-to")
        self.go_to.observe(self._go_to, "value")
        sheet = widgets.HTML(markup.style_sheet(len(self.grammar.texts)))
        parts = [self.summary, self.results, self.go_to, sheet]  # the sheet, with its script, comes last
        self.shown = widgets.VBox(parts, layout={"flex": "1 1 440px", "min_width": "0"})

    def _enter(self, change: dict) -> None:
        """Show the sentence that was picked or typed and empty the field; a sentence with an error stays in it."""
        text = spelled(change["new"], self.grammar)
        if text and self._show(text):
            self.instruction.value = ""

    def _go_to(self, change: dict) -> None:
        if change["new"]:
            self._show(self.grammar.texts[int(change["new"])])
            self.go_to.value = ""

    def _show(self, text: str) -> bool:
        """Draw everything for a sentence; if that fails, say why beside the field and leave the rest as it is."""
        try:
            strange = refusal(text, self.grammar)
            if strange and not self.readers:
                raise strange
            self.summary.value, self.results.value = self._compare(text, strange)
            self.film.value = self._hear(text) if strange else self.film_of(text)  # last: it takes longest
        except GrammarError as error:
            self.problem.value = markup.error(str(error))
            return False
        except Exception as error:  # of an embedder, say; JupyterLab does not show what a callback raises
            self.problem.value = markup.error(f"{type(error).__name__}: {error}")
            raise
        self.text, self.problem.value = text, ""
        return True

    def _hear(self, text: str) -> str:
        """The film of the instruction that is heard in a sentence of other words, and how sure that is."""
        reader = max(self.readers, key=lambda name: self.chosen[name].value)  # the first, if none of them is chosen
        vector = self._vector(reader, text, None)
        if isinstance(vector, str):
            return vector
        heard = hear(vector, self.spaces[reader])
        instruction = self.grammar.texts[heard.item]
        return markup.note(f"{reader} hears “{instruction}”, {heard}.") + self.film_of(instruction)

    def _compare(self, text: str, strange: GrammarError | None) -> tuple[str, str]:
        item = self.grammar.texts.index(text) if text in self.grammar.by_text else None
        asked = [name for name, box in self.chosen.items() if box.value]
        vectors = {
            name: markup.note(f"No place for it: {strange}")
            if strange and name not in self.readers
            else self._vector(name, text, item)
            for name in asked
        }
        known = {name: vector for name, vector in vectors.items() if not isinstance(vector, str)}
        comparison = compare(self.spaces, known, self.k.value, item)
        parts = {
            name: vector if isinstance(vector, str) else self._column(name, vector, item, comparison)
            for name, vector in vectors.items()
        }
        pairs = markup.pairs_table(comparison) if len(known) > 2 else ""
        return markup.summary(text, comparison), pairs + markup.columns(parts)

    def _column(self, name: str, vector: Array, item: int | None, comparison: Comparison) -> str:
        layout, ranked, texts = self.layouts[name], comparison.lists[name], self.grammar.texts
        marks = Marks(item, set(ranked.items.tolist()), comparison.shared)
        drawn = map_svg(layout, texts, self.tasks, marks, layout.place(vector), f"map of {name}")
        share = markup.note(f"{layout.explained:.0%} of the variance")
        return drawn + share + markup.ranked_list(ranked, texts, self.tasks, comparison.shared)

    def _vector(self, name: str, text: str, item: int | None) -> Array | str:
        """Where the sentence is in a space; for a new one that the space cannot place, a note that says why."""
        if item is not None:
            return self.spaces[name][item]
        try:
            return np.asarray(self.embed[name](text), dtype=np.float64) if name in self.embed else NO_PLACE
        except ReferenceUnavailable as error:
            return markup.note(f"No place for new sentences: {error}")


def spelled(text: str, grammar: Grammar) -> str:
    """What was typed, in the grammar's own letters: stray spaces and upper case do not matter."""
    words = {word.lower(): word for word in grammar.vocabulary}
    return " ".join(words.get(word.lower(), word) for word in text.split())


def refusal(text: str, grammar: Grammar) -> GrammarError | None:
    """What the grammar has against a sentence, if anything."""
    try:
        grammar.encode(text)
    except GrammarError as error:
        return error
    return None


def checked(embed: Mapping[str, Embedder], spaces: Mapping[str, Array], known: str) -> dict[str, Embedder]:
    """The embedders, each checked before its first new sentence: it must put `known` where row 0 of its space is."""
    for name in embed:
        if name not in spaces:
            raise ValueError(f"embed has {name!r}, which is none of the spaces {', '.join(map(repr, spaces))}")

    @cache
    def check(name: str) -> None:
        own, placed = spaces[name][0], np.asarray(embed[name](known), dtype=np.float64)
        if placed.shape != own.shape or not np.allclose(placed, own, rtol=0, atol=1e-3 * np.abs(own).max()):
            raise ValueError(
                f"embed[{name!r}] puts {known!r} elsewhere than row 0 of the space; "
                f"embed with the same model, layer and pooling"
            )

    def place(name: str, text: str) -> np.ndarray:
        check(name)
        return embed[name](text)

    return {name: partial(place, name) for name in embed}


def film_maker(grammar: Grammar, agent: Agent | None, level: Level | None, seed: int) -> Callable[[str], str]:
    """Let the agent act once on every instruction; return a function that makes the film of a sentence when asked."""
    if agent is None:
        return lambda text: markup.note("No film: the browser was opened without an agent.")
    if agent.grammar.texts != grammar.texts:
        raise ValueError(f"the agent is of {agent.grammar!r}, the spaces of {grammar!r}; give one of the same grammar")
    world = World.reset(grammar.instructions, EVALUATION.numbers(seed, len(grammar.texts)), level)
    episodes = rollout(world, agent_policy(agent))

    @cache
    def film_of(text: str) -> str:
        if text not in grammar.by_text:
            return markup.note(f"No film: only the {len(grammar.texts)} instructions of the grammar have a room.")
        index = grammar.texts.index(text)
        steps = int(episodes.lengths[index])
        film, gif = record_film(world, index, episodes.actions[index][:steps], grammar, level, TILE), io.BytesIO()
        save_gif(film, gif)
        verdict = f"done in {steps} actions" if episodes.success[index] else f"not done within {steps} actions"
        return markup.film(gif.getvalue(), f"The agent, “{text}”: {verdict}. Left the room, right what it sees.")

    return film_of
