"""The blocks of docs/prefix.md, from the published tables of the study."""

from __future__ import annotations

import pandas as pd

from lva.ground import paths
from lva.ground.runs import read_table
from lva.report.wording import number_text, percent_text
from lva.studies.prefix import errors_of, follow, verdict

RUN = "prefix"  # whose tables are shown
FIRST, MEAN, HEADLINE = "phrase first", "mean", "P@15"
TARGETS = {"phrase": "phrase", "task": "task", "color": "colour", "kind": "kind", "words alone": "words",
           "agent at its peak": "agent, peak", "agent competent": "agent, end", "behaviour": "behaviour"}  # fmt: skip
GEOMETRY = ("phrase", "agent at its peak", "agent competent", "behaviour")


def about() -> str:
    """Who was read out, and what the agents can do."""
    models = _table("models")
    read, absent = models[models.note == ""], models[models.note != ""]
    success = _table("success", study=False).query("policy == 'sampled'").groupby("task", sort=False).success.mean()
    does = ", ".join(f"{task} {percent_text(rate)}" for task, rate in success.items())
    course = _table("course")
    peak = course["at"][course.peak].iloc[0]
    missing = f" Not read: {', '.join(absent.model)}." if len(absent) else ""
    return (
        f"Causal: {'; '.join(read.model[read.causal])}. Both ways: {'; '.join(read.model[~read.causal])}.{missing} The "
        f"agents' peak is at {peak:,} of {course['at'].max():,} samples; success at the end: {does}."
    )


def verdicts() -> str:
    """What each rule makes of the numbers, and the verdict."""
    findings = _table("findings")
    lines = ["| | prediction | holds for | numbers | fails for |", "|--:|---|--:|---|---|"]
    for (number, name), some in findings.groupby(["prediction", "name"], sort=False):
        values = " ".join(number_text(value) for value in some.number)
        fails = "; ".join(some.about[~some.holds])
        lines.append(f"| {number} | {name} | {some.holds.sum()} of {len(some)} | {values} | {fails} |")
    return "\n".join([*lines, "", f"**By the rule, the hypothesis {verdict(findings)}.**"])


def readouts() -> str:
    """P@15 of every model and usual read-out with each target, said in the first order."""
    rows = _first()
    wide = rows[rows.measure == HEADLINE].pivot_table("value", KEYS, "target", sort=False)[list(TARGETS)]
    return _lines(wide.rename(columns=TARGETS))


def geometry() -> str:
    """CKA and RSA, which need no neighbourhoods."""
    rows = _first().query("measure in ('cka', 'rsa')")
    rows = rows[rows.target.isin(GEOMETRY)]
    both = rows.pivot_table("value", KEYS, ["target", "measure"], sort=False)
    text = both.map(number_text).T.groupby("target", sort=False).agg(" / ".join).T[list(GEOMETRY)]
    return _lines(text.rename(columns=TARGETS))


def positions() -> str:
    """How phrase-like every read-out of the trained models is."""
    rows = _table("likeness").query("order == @FIRST and weights == 'trained' and mask != 'lifted'")
    rows = rows[(rows.target == "phrase") & (rows.measure == HEADLINE)]
    return _lines(rows.pivot_table("value", "model", "readout", sort=False))


def orders() -> str:
    """By the mean, trained: phrase and colour in every order."""
    return _phrase_and_color("trained")


def twins() -> str:
    """The same with random weights, in the orders in which these are asked."""
    return _phrase_and_color("random")


def weights() -> str:
    """The weight of each model, and the error of each way to predict the other orders."""
    fitted = _table("weights")
    own = fitted[(fitted.weights == "trained") & (fitted["mask"] != "lifted")].set_index("model")
    twins = fitted[(fitted.weights == "random") & (fitted["mask"] != "lifted")].groupby("model").weight.mean()
    columns = {"weight": own.weight, "correlation": own.correlation, "weight of its twins": twins}
    return _lines(pd.DataFrame(columns).reindex(own.index).join(errors_of(_table("predictions"))))


def ties() -> str:
    """What P@k can be with each target."""
    table = _table("ties")
    table = table.assign(target=table.target.replace(TARGETS)).set_index(["target", "k"])
    return _lines(table.rename(columns={"ceiling": "with itself", "prefix": "prefixes alone", "words": "words alone"}))


def course() -> str:
    """The rank correlation at the peak and at the end, over all models, twins and read-outs."""
    table = _table("course")
    along, peak = follow(table), table["at"][table.peak].iloc[0]
    at_peak, end = along.spearman[along["at"] == peak].iloc[0], along.spearman.iloc[-1]
    return f"Rank correlation at the peak {number_text(at_peak)}, at the end {number_text(end)}."


KEYS = ["model", "weights", "mask", "readout"]


def _phrase_and_color(weights: str) -> str:
    rows = _table("likeness").query("readout == @MEAN and weights == @weights and mask != 'lifted'")
    rows = rows[rows.target.isin(["phrase", "color"]) & (rows.measure == HEADLINE)]
    wide = rows.pivot_table("value", "order", ["model", "target"], sort=False).map(number_text)
    return _lines(wide.T.groupby("model", sort=False).agg(" / ".join).T)


def _first() -> pd.DataFrame:
    return _table("likeness").query("order == @FIRST and readout in ('mean', 'last')")


def _lines(table: pd.DataFrame) -> str:
    """A table in Markdown, its index as the first columns."""
    names, depth = [*table.index.names, *table.columns], table.index.nlevels
    lines = [f"| {' | '.join(map(str, names))} |", "|" + "---|" * depth + "--:|" * table.shape[1]]
    for index, row in table.iterrows():
        cells = [value if isinstance(value, str) else number_text(value) for value in row]
        lines.append(f"| {' | '.join(map(str, index if depth > 1 else [index]))} | {' | '.join(cells)} |")
    return "\n".join(lines)


def _table(name: str, study: bool = True) -> pd.DataFrame:
    return read_table(paths.published_results() / RUN / f"{'prefix_' if study else ''}{name}.csv")
