"""The blocks of docs/benchmarks.md that are filled from `make bench`."""

from __future__ import annotations

import pandas as pd

from lva.ground import paths
from lva.report.wording import percent_text, short_number
from lva.world import TASKS

GOAL = 0.95  # of success
TARGETS = {"MiniGrid 3.2": 1500, "EnvPool 1.2.5": 60}  # ratios of step + observe


def speed() -> str:
    """The speed of the world against its peers."""
    table = _bench("world")
    lines = ["| what | lva | on one core | peer | its rate | ratio | the peer |", "|---|--:|--:|---|--:|--:|---|"]
    for row in table[table.peer.notna()].itertuples():
        ours = f"{short_number(row.lva)} {row.unit} | {short_number(row.lva_one_core)}"
        rates = f"{ours} | {row.peer} | {short_number(row.peer_rate)}"
        lines.append(f"| {row.what} | {rates} | **{row.ratio:,.0f} x** | {row.peer_note} |")
    memory = table[table.unit == "GB"].iloc[0]
    note = f"{memory.what[0].upper()}{memory.what[1:]}: {memory.lva:.2f} GB, {memory.peer_note}."
    return "\n".join([*lines, "", f"{note} Measured on {table.hardware[0]}.", "", _targets(table)])


def _targets(table: pd.DataFrame) -> str:
    """Which targets this run of the benchmark reached."""
    rates = table[table.to_reach.notna() & (table.unit != "GB")].drop_duplicates("what")
    reached = {
        f"{short_number(row.to_reach)} {row.unit} ({row.what})": bool(row.lva >= row.to_reach)
        for row in rates.itertuples()
    }
    steps = table[table.what == "step + observe"].set_index("peer").ratio
    reached |= {f"{target:,} times {peer}": bool(steps[peer] >= target) for peer, target in TARGETS.items()}
    yes, no = (", ".join(name for name, met in reached.items() if met is hit) or "none" for hit in (True, False))
    return f"Targets on two cores, reached: {yes}; missed: {no}."


def nulls() -> str:
    """The speed of the null models against their peers."""
    table = _bench("alignment")
    lines = ["| what, n = 108, d = 128, one thread | seconds | peer | its seconds | ratio |", "|---|--:|---|--:|--:|"]
    for row in table[table.peer.notna() & (table.d == 128)].itertuples():
        rest = f"{row.peer} | {row.peer_seconds:,.2f} | **{row.ratio:,.0f} x**"
        lines.append(f"| {row.job} | {row.seconds:.3f} | {rest} |")
    return "\n".join([*lines, "", f"Measured on {table.hardware[0]}."])


def training() -> str:
    """The speed of the agent's training."""
    table = _bench("agent")
    lines = ["| what | samples/s | share of peak | peer | its samples/s | ratio |", "|---|--:|--:|---|--:|--:|"]
    for row in table.itertuples():
        rates = f"{row.samples_per_s:,} | {percent_text(row.share_of_peak)} | {row.peer} | {row.peer_rate:,}"
        lines.append(f"| {row.what} | {rates} | **{row.ratio:.1f} x** |")
    return "\n".join([*lines, "", f"Measured on {table.hardware[0]}."])


def success() -> str:
    """How long one agent needs to 95 % success in each task, by the plain loop and by ours."""
    course = _bench("agent_success")
    head = f"| one agent alone on all cores, to {percent_text(GOAL)} success, sampled | plain loop | lva | ratio |"
    lines = [head, "|---|--:|--:|--:|"]
    for task in (task for task in TASKS if task in course):
        minutes, cells = {}, []
        for loop in ("plain", "lva"):
            rows = course[course.loop == loop]
            reached = rows[rows[task] >= GOAL]
            if reached.empty:
                cells.append(f"not reached; {percent_text(rows[task].iloc[-1])} after {rows.minutes.iloc[-1]:.1f} min")
            else:
                minutes[loop] = reached.minutes.iloc[0]
                cells.append(f"{minutes[loop]:.1f} min ({short_number(reached.samples.iloc[0])} samples)")
        ratio = f"**{minutes['plain'] / minutes['lva']:.1f} x**" if len(minutes) == 2 else ""
        lines.append(f"| {task} | {' | '.join(cells)} | {ratio} |")
    return "\n".join([*lines, "", f"Measured on {course.hardware[0]}."])


def step() -> str:
    """Where the time of a step goes, and the share of peak that its products alone would allow."""
    table = _bench("agent_step")
    lines = ["| part of a step, one thread | ms | share of its time | share of peak |", "|---|--:|--:|--:|"]
    for row in table.itertuples():
        peak = percent_text(row.share_of_peak) if row.mflop else ""
        lines.append(f"| {row.part} | {row.ms:.1f} | {percent_text(row.share_of_time)} | {peak} |")
    bound = percent_text(table.bound.dropna().iloc[0])
    note = f"If nothing but convolutions and products took time, the share would be {bound}"
    return "\n".join([*lines, "", f"{note}. Measured on {table.hardware[0]}."])


def _bench(name: str) -> pd.DataFrame:
    return pd.read_csv(paths.published_results() / f"bench_{name}.csv")
