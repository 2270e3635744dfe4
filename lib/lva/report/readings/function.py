"""Sentences that notebook 07 shows: what the observer can tell, which spaces carry function, and what predicts it."""

from __future__ import annotations

import pandas as pd

from lva.report.tables.function import (
    ENDS,
    HELD_OUT,
    best_words,
    dose_curve,
    driving_rows,
    mapped_exchange,
    own_exchange,
)
from lva.report.wording import number_text, p_text, percent_text, range_text, span_text

FACTORS = {"behaviour": "whether to approach or to escape", "color": "the colour", "kind": "the kind"}
APPROACHING = ("go-to", "pick-up")


def read_confusion(confusion: pd.DataFrame) -> str:
    """Say how well an observer tells from the agent's actions what it was told."""
    own = confusion[confusion.source == ENDS[0]]
    tasks = own[own.about == "task"].pivot(index="task", columns="read", values="share").fillna(0)
    objects = own[(own.about == "object") & (own["read"] == "the object")].set_index("task").share
    near = [task for task in APPROACHING if task in tasks.index]
    mixed = tasks.reindex(index=near, columns=near).to_numpy()
    told = tasks.reindex(columns=near).sum(axis=1)
    escapes = [task for task in tasks.index if task not in near]
    parts = [f"Approaching is read as approaching in {percent_text(told[near].mean())} of the episodes"]
    parts += [f"{task} as escaping in {percent_text(1 - told[task])}" for task in escapes]
    sentence = ", ".join(parts) + ". "
    if len(near) == 2:
        right = (mixed[0, 0] + mixed[1, 1]) / mixed.sum()
        sentence += f"{near[0]} and {near[1]} are told apart in {percent_text(right)} (half is chance). "
    known = {task: objects.get(task, 0.0) for task in tasks.index}
    listed = ", ".join(f"{task} {percent_text(share)}" for task, share in known.items())
    return f"{sentence}The object that was asked for is the one that is read: {listed}; one in five would be chance."


def read_carried(carried: pd.DataFrame) -> str:
    """Say by the rule which references carry function to levels that their map has not seen."""
    lines = []
    for scheme, at in carried.groupby("scheme", sort=False):
        hits, best = at[at.verdict == "carries"], at.loc[at.excess.idxmax()]
        named = ", ".join(hits.reference) if len(hits) else "none"
        few = " (too few agents for a verdict)" if at.agents.max() < 5 else ""
        ceiling = at.ceiling.iloc[0]
        power = "; no power, since it is little more" if ceiling < 0.1 else ""
        above = "" if pd.isna(ceiling) else f" Another agent: {number_text(ceiling, '+.2f')}{power}."
        lines.append(
            f"- *{HELD_OUT[scheme]}* held out: **{named}**{few}. The most is {best.reference}, "
            f"{number_text(best.excess, '+.2f')} [{range_text(best.low, best.high)}] over words alone, "
            f"{p_text(best.holm)} (Holm); the best of words alone is {best.baseline}.{above}"
        )
    return "\n".join(lines)


def read_exchange(exchange: pd.DataFrame) -> str:
    """Say what an exchange within E_L does, and what it does in other spaces."""
    own = own_exchange(exchange).pivot(index="factor", columns="subspace", values="moved")
    lines = [
        f"- {FACTORS[factor]}: {percent_text(row['means of levels'])} do what the counterpart asks, "
        f"{percent_text(row['searched'])} by a subspace that was searched for, {percent_text(row['random'])} by a "
        f"random one of the same rank, {percent_text(row['the whole vector'])} with the whole vector of the counterpart"
        for factor, row in own.iterrows()
    ]
    mapped = mapped_exchange(exchange)
    means = mapped[mapped.subspace == "means of levels"]
    for factor, some in means.groupby("factor", sort=False):
        best, words = some[some.kind == "reference"].nlargest(1, "moved").iloc[0], some[some.kind == "words"].moved
        beside = f"; bag of words {percent_text(words.iloc[0])}" if len(words) else ""
        lines.append(
            f"- {FACTORS[factor]}, exchanged in another space and mapped: at most {percent_text(best.moved)} "
            f"({best.source}){beside}"
        )
    return "\n".join(lines)


def read_predictors(predictors: pd.DataFrame) -> str:
    """Say how well each measure of likeness predicts how well a space drives the agent."""
    lines = []
    for scheme, at in predictors.groupby("scheme", sort=False):
        named = "; ".join(
            f"{row.measure} {number_text(row.correlation)} [{span_text(row.low, row.high)}]" for row in at.itertuples()
        )
        lines.append(f"- {HELD_OUT[scheme]} held out: {named}")
    first = predictors.iloc[0]
    return "\n".join([f"Over {first.readouts} read-outs of {first.references} references:", "", *lines])


def caption_driving(driving: pd.DataFrame) -> str:
    """The numbers of `plot_driving`."""
    rows, words = driving_rows(driving), best_words(driving)
    trained = rows[(rows.look == "trained") & (rows.group == "reference")]
    told = [
        f"- {HELD_OUT[scheme]} held out: references {span_text(some.function.min(), some.function.max())}, the best "
        f"{some.loc[some.function.idxmax(), 'row']}; best of words alone {number_text(words[scheme])}"
        for scheme, some in trained.groupby("scheme", sort=False)
    ]
    what = (
        "Each space drives the agent through a ridge map that has not seen what is held out; mean over "
        f"{_agents(driving)}. 0 is what the mean E_L does, 1 what the agent's own does. Crosses: rows permuted; "
        "triangles: colours, kinds and phrases renamed among themselves."
    )
    return "\n".join([what, "", *told])


def caption_exchange(exchange: pd.DataFrame) -> str:
    """The numbers of `plot_exchange`."""
    curve = dose_curve(exchange).set_index("dose")
    at = " / ".join(f"{number_text(curve.moved[d])}" for d in curve.index)
    doses = " / ".join(f"{d:g}" for d in curve.index)
    return (
        "How often the agent does what an instruction asks that differs in one factor alone, after the coordinates in "
        f"that factor's subspace were exchanged; {_agents(exchange)}. At the doses {doses} of the other colour: {at}."
    )


def caption_geometry(_geometry: pd.DataFrame, predictors: pd.DataFrame) -> str:
    """The numbers of `plot_geometry`."""
    return (
        f"{read_predictors(predictors)}\n\nAbove, each dot is one layer and pooling, hollow with random weights; "
        "below, Spearman's correlation with the score, 95 % by a bootstrap over references."
    )


def _agents(table: pd.DataFrame) -> str:
    count = int(table.agents.max())
    return f"{count} agents" if count > 1 else "one agent"
