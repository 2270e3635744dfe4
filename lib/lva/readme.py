"""The README's numbers, from the tables that the project made: `python -m lva readme` writes them, a test compares."""

from __future__ import annotations

import re
from pathlib import Path

import pandas as pd

from lva.artifacts import DATA, ROOT, ArtifactError, atomic_path

README = ROOT / "README.md"
TABLES = DATA / "results"


def update_readme(path: Path = README) -> bool:
    """Write every block anew; say whether anything changed."""
    before = path.read_text()
    after = fill_blocks(before)
    if after != before:
        with atomic_path(path) as temporary:
            temporary.write_text(after)
    return after != before


def fill_blocks(text: str) -> str:
    """Replace what stands between `<!-- name -->` and `<!-- /name -->` by that block, made from the tables."""
    for name, make in BLOCKS.items():
        pattern = re.compile(rf"(<!-- {name} -->\n).*?(<!-- /{name} -->)", re.S)
        if not pattern.search(text):
            raise ArtifactError(f"the README has no block {name!r}: add <!-- {name} --> and <!-- /{name} -->")
        text = pattern.sub(lambda found, make=make: found[1] + make() + "\n" + found[2], text)
    return text


def speed() -> str:
    """The speed of the world against its peers, from `make bench`."""
    table = pd.read_csv(TABLES / "bench_world.csv")
    lines = ["| what | lva | peer | its rate | ratio | the peer |", "|---|--:|---|--:|--:|---|"]
    for row in table[table.peer.notna()].itertuples():
        rates = f"{_short(row.lva)} {row.unit} | {row.peer} | {_short(row.peer_rate)}"
        lines.append(f"| {row.what} | {rates} | **{row.ratio:,.0f} x** | {row.peer_note} |")
    memory = table[table.unit == "GB"].iloc[0]
    note = f"{memory.what[0].upper()}{memory.what[1:]}: {memory.lva:.2f} GB, {memory.peer_note}."
    return "\n".join([*lines, "", f"{note} Measured on {table.hardware[0]}."])


def chance() -> str:
    """What a random policy achieves, from notebook 01."""
    table = pd.read_csv(TABLES / "laptop" / "random_policy.csv")
    parts = [f"{row.task.upper()} {row.success:.1%}" for row in table.itertuples()]
    return f"A policy that acts at random succeeds in {', '.join(parts)}."


def expert() -> str:
    """Lengths of the expert's episodes over those of the bot, from notebook 01."""
    table = pd.read_csv(TABLES / "laptop" / "expert_and_bot.csv")
    oracle, sighted = table.oracle_over_bot.mean(), table.sighted_over_bot.mean()
    return (
        f"In the same rooms the oracle's episodes are {oracle:.2f} times as long as those of BabyAI's bot, "
        f"the sighted expert's {sighted:.2f} times; all succeed."
    )


def agent() -> str:
    """Success of the trained agents over their seeds, from notebook 02."""
    table = pd.read_csv(TABLES / "laptop" / "success.csv")
    success = table.groupby(["task", "policy"], sort=False).success
    mean, least = success.mean().unstack(), success.min().unstack()
    lines = ["| task | sampled (worst seed) | greedy (worst seed) | at random | the paper |", "|---|--:|--:|--:|--:|"]
    for task in mean.index:
        cells = [f"**{mean[p][task]:.1%}** ({least[p][task]:.1%})" for p in ("sampled", "greedy")]
        lines.append(f"| {task.upper()} | {' | '.join(cells)} | {mean['random'][task]:.1%} | 85 - 95 % |")
    rows = pd.read_csv(TABLES / "laptop" / "ablations.csv").set_index("variant")["pick-up greedy"]
    plain, best = rows["plain cloning, the paper's"], rows["best"]
    note = f"Plain cloning, the paper's setting, reaches {plain:.1%} on PICK-UP where this one reaches {best:.1%}"
    return "\n".join([*lines, "", f"{note} (greedy, one seed each)."])


BLOCKS = {"speed": speed, "chance": chance, "expert": expert, "agent": agent}


def _short(value: float) -> str:
    """Three figures, as people say them: 12.3 M, 160 k, 272."""
    for unit, size in (("M", 1e6), ("k", 1e3)):
        if value >= size:
            return f"{value / size:.3g} {unit}"
    return f"{value:.3g}"
