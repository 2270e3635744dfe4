"""The block about readings of the paper, filled from the published study of notebook 06."""

from __future__ import annotations

import pandas as pd

from lva.ground import paths
from lva.ground.paper import ALIGNMENT, SUCCESS
from lva.report.tables.multiverse import checkpoints, language_models
from lva.report.tables.references import families_of
from lva.report.wording import number_text, percent_text

MAIN = "laptop"
NOT_YET = "This study is not published yet; `make studies` runs it."
UNDECIDED = "fresh seeds, which decide, are not trained yet"
BASES = {"default": "tell four other objects apart", "distractors: 0": "find the one thing in the room"}


def what_it_takes() -> str:
    """What agents of both bases have at the end, and how many checkpoints lie where the paper's agents do."""
    if not (paths.published_results() / MAIN / "box.csv").exists():
        return NOT_YET
    dots, reached = _dots(), _table("reached")
    ends = dots[dots.ended].groupby("reading").mean(numeric_only=True)
    shares, able = ends.value.map(number_text), ends.success_own.map(percent_text)
    four, none = (f"**{shares[name]}** where they must {what}" for name, what in BASES.items())
    worst = [able[name] for name in BASES]
    near = dots.value.between(ALIGNMENT[0], 1)
    inside = {rooms: (near & (dots[f"success_{rooms}"] >= SUCCESS[0])).sum() for rooms in ("own", "crowded")}
    decided = (reached.verdict != "too few seeds").any()
    hits = reached[reached.verdict == "reached"].reading.unique()
    verdict = f"by the rule, over fresh seeds, {', '.join(hits) or 'no reading'} reached it" if decided else UNDECIDED
    return (
        f"Agents end sharing with language models {four} (worst task {worst[0]}) and {none} ({worst[1]}). The paper's "
        f"success and likeness meet at {inside['own']} of {len(dots)} moments of "
        f"{dots.groupby(['reading', 'seed']).ngroups} agents in rooms like those of their training, at "
        f"{inside['crowded']} among four other objects; {verdict}."
    )


def readings() -> str:
    """What the study says, and every reading of it."""
    said = what_it_takes()
    return said if said == NOT_YET else f"{said}\n\n{_every_reading()}"


def _every_reading() -> str:
    """Every reading: what its agents can do, and how near they are to language models, at the end and at most."""
    head = "| reading | agents | success | among four others | P@15 at the end | highest | share of objects in E_L |"
    lines = [head, "|---|--:|--:|--:|--:|--:|--:|"]
    for name, at in _dots().groupby("reading", sort=False):
        end = at[at.ended].mean(numeric_only=True)
        highest = at.groupby("samples").value.mean().max()
        cells = [percent_text(end.success_own), percent_text(end.success_crowded), number_text(end.value)]
        cells += [number_text(highest), percent_text(end.object)]
        lines.append(f"| {name} | {at.seed.nunique()} | {' | '.join(cells)} |")
    return "\n".join(lines)


def _dots() -> pd.DataFrame:
    models = language_models(families_of(_table("references")))
    return checkpoints(_table("box"), _table("readings"), models)


def _table(name: str) -> pd.DataFrame:
    return pd.read_csv(paths.published_results() / MAIN / f"{name}.csv")
