"""Parts of the alignment table, each reshaped to answer one question."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from lva.report.tables.headline import headline_measure


def ladder_table(ladder: pd.DataFrame, measure: str | None = None) -> pd.DataFrame:
    """Return one measure of `lva.alignment.ladder`: one row per rung, one column per target, in their order.

    measure: the P@k of the widest neighbourhood by default.
    """
    rows = ladder[ladder.measure == (measure or headline_measure(ladder))]
    square = rows.pivot(index="rung", columns="target", values="value")
    square = square.reindex(index=ladder.rung.unique(), columns=ladder.target.unique())
    return square.rename_axis(index=None, columns=None)


def retrieval_table(alignment: pd.DataFrame, references: Sequence[str], agent: str = "agent") -> pd.DataFrame:
    """Return retrieval from the agent into each reference and back, with 95 % intervals: one row per reference."""
    rows = alignment[alignment.measure.str.startswith("retrieval@")]
    columns = ["value", "low", "high"]
    into = rows[rows.a == agent].set_index("b")[columns].add_prefix(f"{agent} to model, ")
    back = rows[rows.b == agent].set_index("a")[columns].add_prefix(f"model to {agent}, ")
    return into.join(back).loc[list(references)].rename_axis("reference")


def ceiling_view(ceilings: pd.DataFrame, results: pd.DataFrame) -> pd.DataFrame:
    """Return `lva.alignment.ceiling_table` with one row per reference, the agent's own value and the words' first."""
    measure = ceilings.measure.iloc[0]
    own = results[results.measure == measure].set_index("reference")[["value", "baseline_value"]]
    most = ceilings.pivot(index="space", columns="knows", values="value")[list(ceilings.knows.unique())]
    joined = own.rename(columns={"value": "agent", "baseline_value": "words alone"}).join(most, how="inner")
    return joined.rename_axis(index="reference", columns=None)


def partial_table(alignment: pd.DataFrame, references: Sequence[str], agent: str = "agent") -> pd.DataFrame:
    """Return CKA and RSA of the agent with each reference, and what is left of them given all spaces of words."""
    rows = alignment[(alignment.a == agent) & alignment.b.isin(references) & alignment.measure.isin(["cka", "rsa"])]
    named = rows[["b", "measure", "value", "partial", "partial_p"]].sort_values(
        ["measure", "b"], kind="stable", ignore_index=True
    )
    return named.rename(columns={"b": "reference", "partial": "given words", "partial_p": "p"})


def metric_view(metrics: pd.DataFrame) -> pd.DataFrame:
    """Return `lva.alignment.metric_table` with one row per reference and one column per metric, raw and centred."""
    centred = metrics.centred.map({False: "", True: ", centred"})
    wide = metrics.assign(choice=metrics.metric + centred)
    return wide.pivot_table("value", "reference", "choice", sort=False).rename_axis(index=None, columns=None)


def calibrated_view(calibrated: pd.DataFrame) -> pd.DataFrame:
    """Return `lva.alignment.calibrated_table` with one row per reference, for the P@k of the widest neighbourhood.

    Above chance and above shared words, for the read-out fixed before and for the largest of all; and what the read-out
    chosen on one half of the instructions has on the other.
    """
    at = calibrated[calibrated.measure == headline_measure(calibrated)]
    wide = at.pivot_table("calibrated", "reference", ["null", "choice"], sort=False)
    wide.columns = [f"above {null}, {choice} read-out" for null, choice in wide.columns]
    largest = at[(at.choice == "largest") & (at.null == at.null.iloc[0])].set_index("reference")
    columns = {"of": "read-outs", "value": "largest value", "other_half": "chosen on half, on the other"}
    return largest[list(columns)].rename(columns=columns).join(wide)


def ablation_table(ablations: pd.DataFrame, scores: pd.DataFrame) -> pd.DataFrame:
    """Return success and P@k of every ablation: one row per variant, a column per task and per reference.

    ablations: of `lva.agent.ablate`; scores: of `lva.alignment.ladder`, rungs the variants, targets the references.
    """
    success = ablations.set_index("variant").filter(regex=" sampled$")
    return success.join(ladder_table(scores)).rename_axis(index=None, columns=None)
