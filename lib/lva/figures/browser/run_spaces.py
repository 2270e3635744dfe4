"""The spaces of a finished run, and a browser for them."""

from __future__ import annotations

import numpy as np

from lva.agent import Run, load_index
from lva.figures.browser.widget import Browser, Reader
from lva.ground.runs import open_run
from lva.models import Embeddings, embedder, load_run_embeddings
from lva.spaces import bag_of_words
from lva.world import Demos

AGENT, WORDS = "agent", "bag of words"
PRETRAINED = ("hub", "package", "gguf")  # where references come from that know more words than a grammar has


def open_browser(run: str = "laptop") -> Browser:
    """The browser of a run's spaces; its films show the agent of the first seed."""
    first, references = load_run_spaces(run)
    agent = first.agent
    embed = {AGENT: lambda text: agent.language_embedding([text])[0]}
    for name, embedding in references.items():
        place, embed_one = embedding.reference.place, embedder(embedding.reference)
        if place != "file":
            embed[name] = Reader(embed_one) if place in PRETRAINED else embed_one
    level = Demos.load(open_run(run).path / "demos.npz").level
    spaces = spaces_of(first, references)
    return Browser(agent.grammar, spaces, embed=embed, agent=agent, level=level)


def load_run_spaces(run: str) -> tuple[Run, dict[str, Embeddings]]:
    """The first agent of a run, and the embeddings of its references without the untrained ones."""
    folder = open_run(run)
    first = next(iter(load_index(folder.path / "agents.json").values()))
    embeddings = load_run_embeddings(folder, first.agent.grammar.texts)
    return first, {name: e for name, e in embeddings.items() if not e.reference.is_untrained}


def spaces_of(first: Run, references: dict[str, Embeddings]) -> dict[str, np.ndarray]:
    """Name -> (n, d): the agent, the references, and a bag of words, which each of them should beat."""
    spaces = {AGENT: first.embedding} | {name: embedding.headline for name, embedding in references.items()}
    return spaces | {WORDS: bag_of_words(first.agent.grammar.texts)}
