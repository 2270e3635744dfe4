"""The browser on what a run has left in the cache."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from lva.agent import Run, load_index
from lva.figures.browser.widget import Browser
from lva.ground.artifacts import CACHE, RESULTS
from lva.models import Embeddings, embedder, load_embeddings
from lva.models.references.reference import UNTRAINED
from lva.spaces import bag_of_words
from lva.world import Demos

AGENT, WORDS = "agent", "bag of words"


def open_browser(run: str = "laptop") -> Browser:
    """The browser of a run's spaces, with the agent of the first seed to be watched."""
    first, references = load_run_spaces(run)
    agent = first.agent
    embed = {AGENT: lambda text: agent.language_embedding([text])[0]}
    embed |= {name: embedder(found.reference) for name, found in references.items() if found.reference.place != "file"}
    level = Demos.load(CACHE / run / "demos.npz").level
    return Browser(agent.grammar, spaces_of(first, references), embed=embed, agent=agent, level=level)


def load_run_spaces(run: str) -> tuple[Run, dict[str, Embeddings]]:
    """The first agent of a run, and the references that it has embeddings of, but for the untrained ones."""
    first = next(iter(load_index(CACHE / run / "agents.json").values()))
    status = pd.read_csv(RESULTS / run / "references.csv", keep_default_na=False)
    names = [name for name in status[status.status == "ok"].reference if not name.endswith(UNTRAINED)]
    return first, load_embeddings(names, first.agent.grammar.texts, Path(CACHE / run / "embeddings"))


def spaces_of(first: Run, references: dict[str, Embeddings]) -> dict[str, np.ndarray]:
    """Name -> (n, d): the agent, the references, and the bag of words that any of them must beat."""
    spaces = {AGENT: first.embedding} | {name: found.headline for name, found in references.items()}
    return spaces | {WORDS: bag_of_words(first.agent.grammar.texts)}
