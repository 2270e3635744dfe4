"""The blocks of docs/cluster.md: what a sweep was measured to do, and what a large one would cost."""

from __future__ import annotations

import math

import pandas as pd
import yaml

from lva.ground import paths

AGENTS, NODES = 1000, 100
PROFILE = "laptop"


def sweep() -> str:
    """The measured sweeps."""
    table = _read("bench_sweep")
    lines = ["| sweep | runs | workers killed | failed | runs a minute | ratio | same tables |"]
    lines.append("|---|--:|--:|--:|--:|--:|---|")
    for row in table.itertuples():
        rate = f"{row.runs_per_minute:.1f} | **{row.speed_up:.2f} x**"
        same = "yes" if row.same_tables else "no"
        lines.append(f"| {row.what} | {row.runs} | {row.killed} | {row.failed} | {rate} | {same} |")
    return "\n".join([*lines, "", f"Measured on {table.hardware[0]}."])


def thousand() -> str:
    """What 1,000 agents on 100 nodes would take and move."""
    samples = yaml.safe_load((paths.notebooks() / f"params/{PROFILE}.yaml").read_text(encoding="utf-8"))["samples"]
    training = _read("bench_agent").iloc[0]  # two agents side by side, one thread each
    minutes = samples / (training.samples_per_s / 2) / 60
    size = _read("bench_sweep_size").set_index("what").bytes
    moved = sum(value for what, value in size.items() if "disk" not in what)
    kept = sum(value for what, value in size.items() if "disk" in what)
    alone = 60 / _read("bench_sweep").runs_per_minute.iloc[0]
    each = math.ceil(AGENTS / NODES)
    lines = [
        "| what | for one agent | for all |",
        "|---|--:|--:|",
        f"| training on one core ({samples:,} samples) | {minutes:.1f} min | {AGENTS * minutes / 60:.0f} core hours |",
        f"| a small notebook from start to end | {alone:.1f} s | {AGENTS * alone / 3600:.1f} core hours |",
        f"| through the scheduler: the run and its outcome | {_bytes(moved)} | {_bytes(AGENTS * moved)} |",
        f"| on the shared disk: demonstrations and agent | {_bytes(kept)} | {_bytes(AGENTS * kept)} |",
    ]
    text = (
        f"{NODES} nodes that give {each} cores each train all of them in {minutes:.1f} minutes, as long as one takes; "
        f"with one core each in {each * minutes:.0f} minutes. Data moves only as files; the scheduler sees "
        f"{AGENTS:,} messages each way."
    )
    return "\n".join([*lines, "", text])


def _bytes(size: float) -> str:
    unit, scale = next((u, s) for u, s in (("GB", 1e9), ("MB", 1e6), ("kB", 1e3), ("bytes", 1)) if size >= s)
    return f"{size / scale:.3g} {unit}"


def _read(name: str) -> pd.DataFrame:
    return pd.read_csv(paths.published_results() / f"{name}.csv")
