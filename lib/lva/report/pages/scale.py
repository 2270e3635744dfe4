"""The block of docs/paper-scale.md: agents of the paper's size, trained on a GPU."""

from __future__ import annotations

import pandas as pd

from lva.ground import paths
from lva.report.wording import percent_text

LLMS = ("llama-here", "qwen-here", "deepseek-here")
MOMENTS = 8  # rows of the course
POLICIES = {"sampled": "agent", "greedy": "agent, greedy", "floor": "agent told nothing", "random": "random actions"}


def scale() -> str:
    """What was trained, its success, its overlap with the models during training, and the speed."""
    training = _read("scale").iloc[0]
    about = (
        f"{training.agents} agents, {training.demonstrations:,} demonstrations, {training.samples:,} samples each, "
        f"{training.minutes:.1f} minutes for all on {training.hardware}: {training.samples_per_s:,.0f} samples/s, "
        f"{percent_text(training.share_of_peak)} of the bf16 peak of its matrix product."
    )
    return "\n\n".join([about, _success(), _course(), _speed()])


def _success() -> str:
    rates = _read("scale_success").groupby(["policy", "task"], sort=False).success.mean().unstack("task")
    lines = ["| succeeds in unseen rooms | " + " | ".join(rates) + " |", "|---" + "|--:" * rates.shape[1] + "|"]
    lines += [
        f"| {words} | " + " | ".join(percent_text(rate) for rate in rates.loc[policy]) + " |"
        for policy, words in POLICIES.items()
    ]
    return "\n".join(lines)


def _course() -> str:
    course = _read("scale_course").groupby(["at", "reference"]).value.mean().unstack()
    task = _read("scale_composition").query("factor == 'task'").groupby("at").share.mean()
    llms = course[list(LLMS)].mean(axis=1)
    shown = {0, int(llms.idxmax()), *course.index[:: len(course) // (MOMENTS - 2)], course.index[-1]}
    others = [name for name in course if name not in LLMS]
    lines = ["| samples | E_L is the task | language models | " + " | ".join(others) + " |"]
    lines.append("|--:|--:|--:" + "|--:" * len(others) + "|")
    for at in sorted(shown):
        values = " | ".join(f"{value:.2f}" for value in (llms[at], *course.loc[at, others]))
        lines.append(f"| {at:,} | {percent_text(task[at])} | {values} |")
    return "\n".join(lines)


def _speed() -> str:
    rows = _read("bench_agent_gpu")
    rates = ", ".join(
        f"{row.samples_per_s:,} samples/s in batches of {row.batch_size:,} ({percent_text(row.share_of_roofline)})"
        for row in rows.itertuples()
    )
    return f"One agent alone on {rows.hardware[0]}, and its share of what the roofline allows: {rates}."


def _read(name: str) -> pd.DataFrame:
    return pd.read_csv(paths.published_results() / f"{name}.csv")
