"""The blocks of README and docs that are filled from the published runs."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd

from lva.alignment.tables.course import NOTHING
from lva.ground import paths
from lva.ground.paper import LLMS, SUCCESS_TEXT, reported_values
from lva.models.training.swaps import OTHER, SYNONYM, UNTRAINED
from lva.report.claims import SURE
from lva.report.readings.alignment import read_peak
from lva.report.readings.references import read_swaps
from lva.report.tables.beside import rivals_table
from lva.report.tables.certainty import certainty_view, corrected_together, found_in_runs
from lva.report.tables.results import readout_view
from lva.report.tables.views import calibrated_view, ceiling_view
from lva.report.wording import number_text, p_text, percent_text, range_text

MAIN = "laptop"
RUNS = {
    "laptop": "grammar `paper`, narrated texts",
    "natural": "grammar `natural`: unrelated synonyms, and the article",
    "described": "grammar `paper`, texts that only describe rooms",
}
HEADLINE = "P@15"
REAL = "gemma-3-270m"  # a language model that was not trained here


def claim() -> str:
    """The main finding, in a few sentences."""
    at = _headline(_table("results"))
    reported = reported_values("paper").query("b == 'llama'").iloc[0]
    return (
        f"**Here the trained agent shares {range_text(at.value.min(), at.value.max())} of its nearest neighbours with "
        f"{len(at)} other models (P@15; chance {number_text(at.null_mean.mean())}; the paper: "
        f"{range_text(reported.low, reported.high)} with language models). Spaces that know only the words share "
        f"{range_text(at.baseline_value.min(), at.baseline_value.max())}.** {_course()} {_known()}"
    )


def _course() -> str:
    """How the overlap with the language models changes during training."""
    table = _table("agreement")
    llms = table[(table.x == "samples") & table.reference.map(_families()).isin(LLMS)]
    mean = llms.groupby("at").value.mean()
    return (
        f"During training the overlap with language models peaks at {number_text(mean.max())}, after "
        f"{mean.idxmax():,} of {mean.index[-1]:,} samples, and ends at {number_text(mean.iloc[-1])}{_real(table)}. "
        f"At the peak the agents succeed in {_success_at(mean.idxmax())}, and {_without_phrase()}."
    )


def _success_at(samples: int) -> str:
    """Success of each task when so many samples had been seen, or at the nearest moment that was tried."""
    course = _table("success_course")
    nearest = (course.samples - samples).abs()
    at = course[nearest == nearest.min()].groupby("task", sort=False).success.mean()
    return ", ".join(f"{task} {percent_text(share)}" for task, share in at.items())


def _without_phrase() -> str:
    """What is left of the peak when the part of the phrase is taken out of the embeddings."""
    table = _table("peak")
    rows = table[(table.x == "samples") & table.reference.map(_families()).isin(LLMS)]
    left = rows.pivot_table("value", "at", "removed").sort_values(NOTHING, kind="stable").iloc[-1]
    return f"without what tells phrases apart it would be {number_text(left['phrase'])}"


def _real(agreement: pd.DataFrame) -> str:
    """The same of the language model that was not trained here."""
    rows = agreement[(agreement.x == "samples") & (agreement.reference == REAL)]
    mean = rows.groupby("at").value.mean()
    return f"; with the real {REAL} at {number_text(mean.max())} and {number_text(mean.iloc[-1])}" if len(mean) else ""


def _known() -> str:
    """What the language models trained here know of synonyms, by what they predict."""
    nats = _table("swaps")
    nats = nats[~nats.model.str.endswith(UNTRAINED)].groupby("swap").nats.mean()
    return (
        f"Yet what the language models trained here predict treats synonyms alike: swapping one in costs "
        f"{nats[SYNONYM]:z.1f} nats, another task {number_text(nats[OTHER], '.1f')}."
    )


def times() -> str:
    """How long `make reproduce` took, where it was measured."""
    table = pd.read_csv(paths.published_results() / "bench_reproduce.csv")
    each = [f"{row.minutes:.0f} minutes ({row.note})" for row in table.itertuples()]
    return f"`make reproduce` took {', '.join(each)}, installation apart, on {table.hardware.iloc[-1]}."


def results() -> str:
    """The main table of results."""
    rows = _headline(_table("results"), ran=False)
    head = "| model | agent | reported | untrained agent | words alone | beyond words | P@1 |"
    lines = [head, "|---|--:|--:|--:|--:|--:|--:|"]
    first = _table("results").query("measure == 'P@1'").set_index("reference").value
    for row in rows.itertuples():
        paper = range_text(row.paper_low, row.paper_high) if pd.notna(row.paper_low) else ""
        if pd.isna(row.value):
            lines.append(f"| {row.reference} | not run | {paper} | | | | |")
            continue
        beyond = f"{number_text(row.relabel_excess, '+.2f')} ({p_text(row.relabel_p)})"
        cells = [f"**{number_text(row.value)}**", paper, number_text(row.untrained), number_text(row.baseline_value)]
        lines.append(f"| {' | '.join([row.reference, *cells, beyond, number_text(first[row.reference])])} |")
    return "\n".join(lines)


def measures() -> str:
    """Every measure of every reference."""
    table = _table("results")
    names = table.measure.unique()
    lines = [f"| model | {' | '.join(names)} | nearest words |", "|---|" + "--:|" * len(names) + "---|"]
    for name, rows in table.groupby("reference", sort=False):
        at = rows.set_index("measure")
        if at.value.notna().any():
            values = " | ".join(number_text(at.value[measure]) for measure in names)
            lines.append(f"| {name} | {values} | {at.loc[HEADLINE].baseline} |")
    return "\n".join(lines)


def ceilings() -> str:
    """The most that a space could share which knows less of an instruction than it says."""
    return _markdown(ceiling_view(_table("ceilings"), _table("results")))


def readouts() -> str:
    """How like a label of the phrase every model is at its last layer, by pooling, trained and not."""
    return _markdown(readout_view(_table("readouts").fillna({"untrained_of": ""})))


def rivals() -> str:
    """What must not come as close to each model as the trained agent, and how close it comes."""
    return _markdown(rivals_table(_table("results"), _table("ladder")))


def found() -> str:
    """What passes the relabelling null by any measure, p corrected over all references and runs."""
    return _markdown(found_in_runs({name: _table("results", name) for name in RUNS}), "run", "---|")


def partial() -> str:
    """What is left of CKA and RSA with every model when all spaces of words are partialled out."""
    found = pd.concat([_table("results", name).assign(run=name) for name in RUNS])
    found = found[found.partial.notna()]
    table = found.pivot_table("partial", "reference", ["run", "measure"], sort=False)
    table.columns = [f"{run}: {measure}" for run, measure in table.columns]
    return _markdown(table)


def certainty() -> str:
    """Intervals for other seeds, phrases, colours and kinds."""
    return _if_published("certainty", lambda table: _markdown(certainty_view(table), "model", "---|"))


def calibrated() -> str:
    """Alignment above both nulls, for the read-out fixed before and for the largest of all."""
    return _if_published("calibrated", lambda table: _markdown(calibrated_view(table)))


def peak() -> str:
    """What the highest overlap with the language models during training is due to."""
    return _if_published("peak", lambda table: read_peak(table, _families()))


def synonym_choice() -> str:
    """How often each space holds a synonym to be nearer than an equally long alternative."""

    def block(_: pd.DataFrame) -> str:
        runs = [run for run in RUNS if _is_published("synonym_choice", run)]
        rates = {run: _table("synonym_choice", run).groupby("space", sort=False).rate.mean() for run in runs}
        return _markdown(
            pd.DataFrame(rates).rename_axis("space").sort_values(MAIN, ascending=False, kind="stable"), "space"
        )

    return _if_published("synonym_choice", block)


def swaps() -> str:
    """What a synonym and another task cost each language model, in nats."""
    return _if_published("swaps", read_swaps)


def _if_published(name: str, block: Callable[[pd.DataFrame], str]) -> str:
    """A block from a table, or a line that the published run does not have it yet."""
    if not _is_published(name):
        return f"*The published run does not have the table `{name}` yet.*"
    return block(_table(name))


def _is_published(name: str, run: str = MAIN) -> bool:
    return (paths.published_results() / run / f"{name}.csv").exists()


def _families() -> pd.Series:
    return _table("results").drop_duplicates("reference").set_index("reference").family


def success_line() -> str:
    """Success of the trained agents, in a sentence."""
    mean, worst = _success()
    table = _table("success").query("policy == 'sampled'")
    tasks = ", ".join(
        f"{task} {percent_text(mean['sampled'][task], 1)} (told nothing {percent_text(mean['floor'][task], 1)})"
        for task in mean.index
    )
    return (
        f"These agents succeed in unseen rooms: {tasks}, mean of {table.seed.nunique()} seeds; the worst seed and task "
        f"has {percent_text(worst['sampled'].min(), 1)}, the paper's {SUCCESS_TEXT}."
    )


def success_table() -> str:
    """Success of the trained agents over their seeds."""
    mean, worst = _success()
    head = "| task | sampled (worst seed) | greedy (worst seed) | floor, told nothing | at random | the paper |"
    lines = [head, "|---|--:|--:|--:|--:|--:|"]
    for task in mean.index:
        cells = [
            f"**{percent_text(mean[p][task], 1)}** ({percent_text(worst[p][task], 1)})" for p in ("sampled", "greedy")
        ]
        cells += [percent_text(mean[p][task], 1) for p in ("floor", "random")]
        lines.append(f"| {task} | {' | '.join(cells)} | {SUCCESS_TEXT} |")
    return "\n".join(lines)


def chance() -> str:
    """What a random policy achieves."""
    table = _table("random_policy")
    parts = [f"{row.task} {percent_text(row.success, 1)}" for row in table.itertuples()]
    return (
        f"In rooms of demonstrations, {table.episodes[0]:,} for each task, a policy that acts at random succeeds in "
        f"{', '.join(parts)}."
    )


def expert() -> str:
    """Lengths of the expert's episodes over those of BabyAI's bot."""
    table = _table("expert_and_bot")
    oracle, sighted = table.oracle_over_bot.mean(), table.sighted_over_bot.mean()
    return (
        f"In the same rooms the oracle's episodes are {oracle:.2f} times as long as those of BabyAI's bot, "
        f"the sighted expert's {sighted:.2f} times; all succeed."
    )


def verdicts() -> str:
    """The claims with their verdicts."""
    rows = [f"| **{row.claim}.** {row.rule} | {row[3]} | {row.numbers} |" for row in _table("verdicts").itertuples()]
    return "\n".join(["| claim, and the rule that decides it | in this run | numbers |", "|---|---|---|", *rows])


def runs() -> str:
    """Every published run: other grammars, other texts."""
    lines = [
        f"| run | agent's P@15 | words alone | beyond words, q < {SURE} | nearest is the synonym: agent, words alone |",
        "|---|--:|--:|--:|--:|",
    ]
    together = corrected_together({name: _table("results", name) for name in RUNS}).query("measure == @HEADLINE")
    for name, what in RUNS.items():
        at, synonyms = _headline(_table("results", name)), _table("synonyms", name)
        rate = synonyms.groupby("space").rate.mean()
        lexical = rate[synonyms.space[synonyms.kind == "words"].unique()]
        ends = [range_text(values.min(), values.max()) for values in (at.value, at.baseline_value)]
        q = together[together.run == name].q
        more = f"{(q < SURE).sum()} of {len(q)}"
        chance = percent_text(synonyms.chance.mean())
        ranges = f"{percent_text(lexical.min())} to {percent_text(lexical.max())}, {chance} by chance"
        synonym = f"{percent_text(rate['agent'])}, {ranges}"
        lines.append(f"| `{name}`: {what} | {' | '.join(ends)} | {more} | {synonym} |")
    return "\n".join(lines)


def _markdown(table: pd.DataFrame, rows: str = "model", align: str = "--:|") -> str:
    """A table, one line per row."""
    lines = [f"| {rows} | {' | '.join(table)} |", "|---|" + align * table.shape[1]]
    lines += [f"| {name} | {' | '.join(map(_cell, row))} |" for name, *row in table.itertuples()]
    return "\n".join(lines)


def _cell(value: str | float) -> str:
    """Counts as they are, other numbers in two decimals, nothing for nan."""
    if isinstance(value, str | int):
        return str(value)
    return "" if pd.isna(value) else number_text(value)


def _table(name: str, run: str = MAIN) -> pd.DataFrame:
    return pd.read_csv(paths.published_results() / run / f"{name}.csv")


def _headline(results: pd.DataFrame, ran: bool = True) -> pd.DataFrame:
    """The rows of the headline measure, of references that were run unless told otherwise."""
    at = results[results.measure == HEADLINE]
    return at[at.value.notna()] if ran else at


def _success() -> tuple[pd.DataFrame, pd.DataFrame]:
    """Mean and lowest success over seeds: rows tasks, columns policies."""
    success = _table("success").groupby(["task", "policy"], sort=False).success
    return success.mean().unstack(), success.min().unstack()
