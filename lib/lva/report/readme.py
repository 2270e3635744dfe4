"""The README's numbers, from the tables that the project made: `python -m lva readme` writes them, a test compares."""

from __future__ import annotations

import re
from pathlib import Path

import pandas as pd

from lva.ground import paths
from lva.ground.artifacts import ArtifactError, atomic_path

RUNS = {
    "laptop": "grammar `paper`, narrated texts",
    "natural": "grammar `natural`: `go to`, `reach`; `pick up`, `grab`; `escape from`, `avoid`; and the article",
    "described": "grammar `paper`, texts that describe rooms and say nothing of acting",
}
LLMS = ["llama-here", "qwen-here", "deepseek-here"]
WANTED = {"MiniGrid 3.2": 1500, "EnvPool 1.2.5": 60}  # ratios of step + observe
FAILED = 0.8  # success, below which the paper counts a training as failed


def update_readme(path: Path | None = None) -> bool:
    """Write every block anew; say whether anything changed."""
    path = path or paths.project() / "README.md"
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
    table = pd.read_csv(paths.published_results() / "bench_world.csv")
    lines = ["| what | lva | peer | its rate | ratio | the peer |", "|---|--:|---|--:|--:|---|"]
    for row in table[table.peer.notna()].itertuples():
        rates = f"{_short(row.lva)} {row.unit} | {row.peer} | {_short(row.peer_rate)}"
        lines.append(f"| {row.what} | {rates} | **{row.ratio:,.0f} x** | {row.peer_note} |")
    memory = table[table.unit == "GB"].iloc[0]
    note = f"{memory.what[0].upper()}{memory.what[1:]}: {memory.lva:.2f} GB, {memory.peer_note}."
    return "\n".join([*lines, "", f"{note} Measured on {table.hardware[0]}.", "", _wanted(table)])


def _wanted(table: pd.DataFrame) -> str:
    """Which targets this run of the benchmark reached."""
    rates = table[table.to_reach.notna() & (table.unit != "GB")].drop_duplicates("what")
    asked = {f"{_short(row.to_reach)} {row.unit} ({row.what})": row.lva >= row.to_reach for row in rates.itertuples()}
    steps = table[table.what == "step + observe"].set_index("peer").ratio
    asked |= {f"{wanted:,} times {peer}": steps[peer] >= wanted for peer, wanted in WANTED.items()}
    reached = ", ".join(name for name, found in asked.items() if found) or "nothing"
    missed = ", ".join(name for name, found in asked.items() if not found) or "nothing"
    return f"Of what was wanted on two cores this run reached {reached}; it missed {missed}."


def times() -> str:
    """How long the notebooks took."""
    table = _table("laptop", "stages")
    each = ", ".join(f"{row.stage[:2]} {row.minutes:.1f}" for row in table.itertuples())
    return (
        f"Minutes that the notebooks took: {each}; {table.minutes.sum():.0f} in all, on {table.hardware[0]} "
        f"(Python {table.python[0]}, torch {table.torch[0]}, transformers {table.transformers[0]})."
    )


def chance() -> str:
    """What a random policy achieves, from notebook 01."""
    table = _table("laptop", "random_policy")
    parts = [f"{row.task.upper()} {row.success:.1%}" for row in table.itertuples()]
    return f"A policy that acts at random succeeds in {', '.join(parts)}."


def expert() -> str:
    """Lengths of the expert's episodes over those of the bot, from notebook 01."""
    table = _table("laptop", "expert_and_bot")
    oracle, sighted = table.oracle_over_bot.mean(), table.sighted_over_bot.mean()
    return (
        f"In the same rooms the oracle's episodes are {oracle:.2f} times as long as those of BabyAI's bot, "
        f"the sighted expert's {sighted:.2f} times; all succeed."
    )


def agent() -> str:
    """Success of the trained agents over their seeds, from notebook 02."""
    table = _table("laptop", "success")
    success = table.groupby(["task", "policy"], sort=False).success
    mean, least = success.mean().unstack(), success.min().unstack()
    lines = ["| task | sampled (worst seed) | greedy (worst seed) | at random | the paper |", "|---|--:|--:|--:|--:|"]
    for task in mean.index:
        cells = [f"**{mean[p][task]:.1%}** ({least[p][task]:.1%})" for p in ("sampled", "greedy")]
        lines.append(f"| {task.upper()} | {' | '.join(cells)} | {mean['random'][task]:.1%} | 85 - 95 % |")
    rows = _table("laptop", "ablations").set_index("variant")["pick-up greedy"]
    plain, best = rows["plain cloning, the paper's"], rows["best"]
    sampled = table[table.policy == "sampled"]
    failed = sampled[sampled.success < FAILED].seed.nunique()
    notes = [
        f"Plain cloning, the paper's setting, reaches {plain:.1%} on PICK-UP where this one reaches {best:.1%} "
        f"(greedy, one seed each).",
        f"{failed} of {sampled.seed.nunique()} seeds stay below {FAILED:.0%} in a task, sampled: by the paper's sign "
        f"a training that failed, and it is among the seeds of every number here.",
    ]
    return "\n".join([*lines, "", *notes[: 1 + bool(failed)]])


def claim() -> str:
    """The answer in one sentence, whichever way it came out, from notebook 04."""
    results = _table("laptop", "results")
    at = results[(results.measure == "P@15") & results.value.notna()]
    above, below = (at.gain_low > 0).sum(), (at.gain_high < 0).sum()
    return (
        f"**The agent's neighbourhoods overlap with those of {len(at)} other models by {at.value.min():.2f} to "
        f"{at.value.max():.2f} (P@15; chance {at.null_mean.mean():.2f}, untrained {at.untrained.min():.2f} to "
        f"{at.untrained.max():.2f}), but spaces made of the words alone overlap with them by "
        f"{at.baseline_value.min():.2f} to {at.baseline_value.max():.2f}: the agent is ahead of the best of these for "
        f"{above} of the {len(at)} models and behind it for {below}.**\n\n{_synonyms()}\n\n{_course()}"
    )


def _synonyms() -> str:
    """What the agent learnt of meaning, where synonyms share no word."""
    table = _table("natural", "synonyms")
    rate, lexical = table.groupby("space").rate.mean(), table[table.kind == "lexical"].groupby("space").rate.mean()
    return (
        f"Which phrases mean the same? Where synonyms share no word (grammar `natural`), the nearest other wording of "
        f"an instruction is its synonym {rate['agent']:.0%} of the time for the agent, {rate['agent untrained']:.0%} "
        f"before it learnt to act, at most {lexical.max():.0%} for a space of words, {rate[LLMS].min():.0%} to "
        f"{rate[LLMS].max():.0%} for the language models trained here, {rate['minilm']:.0%} for a pretrained encoder."
    )


def _course() -> str:
    """How the overlap with the language models went along the training of the agent, and what E_L was made of then."""
    table, made_of = (_table("laptop", name) for name in ("agreement", "composition"))
    llms = table[(table.x == "samples") & table.reference.isin(LLMS)]
    mean = llms.groupby("at").value.mean()
    task = made_of[(made_of.x == "samples") & (made_of.factor == "task")].groupby("at").share.mean()
    tried = _table("laptop", "success").query("policy == 'sampled' and task == 'pick-up'")
    said = pd.read_csv(paths.data() / "reported.csv").query("b == 'llama'").low.iloc[0]
    height = "as high as the paper reports, " if mean.max() >= said else ""
    return (
        f"Along the training the overlap with the three language models goes from {mean.iloc[0]:.2f} to "
        f"{mean.max():.2f} after {mean.idxmax():,} samples, {height}when {task[mean.idxmax()]:.0%} of the variance of "
        f"its embeddings lies between the tasks; at the end, after {mean.index[-1]:,}, it is {mean.iloc[-1]:.2f}, when "
        f"{task.iloc[-1]:.0%} does and PICK-UP succeeds in {tried.success.mean():.1%} of the rooms. How alike two "
        f"spaces are depends on the moment at which they are compared."
    )


def results() -> str:
    """The table people come for, from notebook 04."""
    table = _table("laptop", "results")
    measures = table.measure.unique()
    head = f"| reference | {' | '.join(measures)} | paper's P@15 | untrained | best lexical | more than words, P@15 |"
    lines = [head, "|---|" + "--:|" * (len(measures) + 4)]
    for name, rows in table.groupby("reference", sort=False):
        at = rows.set_index("measure")
        if at.value.isna().all():
            lines.append(f"| {name} |{' – |' * len(measures)} {_paper(at.loc['P@15'])} | not run | | |")
            continue
        row = at.loc["P@15"]
        values = " | ".join(f"{at.value[m]:.2f}" if m != "P@15" else f"**{row.value:.2f}**" for m in measures)
        excess = f"{row.relabel_excess:+.2f} (p = {row.relabel_p:.2g})"
        beside = f"{_paper(row)} | {row.untrained:.2f} | {row.baseline_value:.2f} ({row.baseline}) | {excess}"
        lines.append(f"| {name} | {values} | {beside} |")
    return "\n".join(lines)


def runs() -> str:
    """The same with another grammar and other texts, from notebook 04 of each run."""
    lines = [
        "| run | agent's P@15 | best lexical | more than words, p < 0.05 | finds the synonym: agent, best lexical |",
        "|---|--:|--:|--:|--:|",
    ]
    for name, what in RUNS.items():
        results, synonyms = (_table(name, table) for table in ("results", "synonyms"))
        at = results[(results.measure == "P@15") & results.value.notna()]
        rate = synonyms.groupby("space").rate.mean()
        lexical = rate[synonyms.space[synonyms.kind == "lexical"].unique()]
        ends = [f"{values.min():.2f} – {values.max():.2f}" for values in (at.value, at.baseline_value)]
        more = f"{(at.relabel_p < 0.05).sum()} of {len(at)}"
        found = f"{rate['agent']:.0%}, {lexical.max():.0%} ({lexical.idxmax()})"
        lines.append(f"| `{name}`: {what} | {' | '.join(ends)} | {more} | {found} |")
    return "\n".join(lines)


def verdicts() -> str:
    """The claims and what became of them, from notebook 04."""
    table = _table("laptop", "verdicts")
    rows = [f"| {row.claim} | {row[2]} | {row.numbers} |" for row in table.itertuples()]
    return "\n".join(["| claim | in this run | numbers |", "|---|---|---|", *rows])


def nulls() -> str:
    """The speed of the null models against their peers, from `make bench`."""
    table = pd.read_csv(paths.published_results() / "bench_alignment.csv")
    lines = ["| what, n = 108, d = 128, one thread | seconds | peer | its seconds | ratio |", "|---|--:|---|--:|--:|"]
    for row in table[table.peer.notna() & (table.d == 128)].itertuples():
        rest = f"{row.peer} | {row.peer_seconds:,.2f} | **{row.ratio:,.0f} x**"
        lines.append(f"| {row.job} | {row.seconds:.3f} | {rest} |")
    return "\n".join([*lines, "", f"Measured on {table.hardware[0]}."])


def training() -> str:
    """The speed of the agent's training, from `make bench`."""
    table = pd.read_csv(paths.published_results() / "bench_agent.csv")
    lines = [
        "| what | samples/s | share of the cores' peak | peer | its samples/s | ratio |",
        "|---|--:|--:|---|--:|--:|",
    ]
    for row in table.itertuples():
        rates = f"{row.samples_per_s:,} | {row.share_of_peak:.0%} | {row.peer} | {row.peer_rate:,}"
        lines.append(f"| {row.what} | {rates} | **{row.ratio:.1f} x** |")
    most = table.samples_per_s / table.share_of_peak / table.peer_rate
    note = (
        f"A loop that used the cores to their last cycle would be {most.max():.1f} times as fast as the slower peer; "
        f"the five times that we had wanted cannot be had."
    )
    return "\n".join([*lines, "", f"{note} Measured on {table.hardware[0]}."])


BLOCKS = {
    "claim": claim,
    "times": times,
    "results": results,
    "verdicts": verdicts,
    "runs": runs,
    "speed": speed,
    "training": training,
    "nulls": nulls,
    "chance": chance,
    "expert": expert,
    "agent": agent,
}


def _table(run: str, name: str) -> pd.DataFrame:
    """A published table."""
    return pd.read_csv(paths.published_results() / run / f"{name}.csv")


def _paper(row: pd.Series) -> str:
    return f"{row.paper_low:.2f} – {row.paper_high:.2f}" if pd.notna(row.paper_low) else ""


def _short(value: float) -> str:
    """Three figures, as people say them: 12.3 M, 160 k, 272."""
    for unit, size in (("M", 1e6), ("k", 1e3)):
        if value >= size:
            return f"{value / size:.3g} {unit}"
    return f"{value:.3g}"
