"""The table of references: what each is, what it learnt from, and how well it learnt."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from lva.models import FAMILIES, Embeddings


def families_of(references: pd.DataFrame) -> dict[str, str]:
    """The family of each trained reference of the table, including those that were not run."""
    trained = references[references.untrained_of.fillna("") == ""]
    return trained.set_index("reference").family.to_dict()


def describe_references(
    status: pd.DataFrame, embeddings: Mapping[str, Embeddings], validation: pd.DataFrame
) -> pd.DataFrame:
    """Complete the rows of `embed_references`: class, parameters, objective, experience, validation."""
    shown = validation.drop_duplicates("model").set_index("model")
    rows = []
    for row in status.itertuples():
        about = embeddings[row.reference].about if row.reference in embeddings else {}
        family = FAMILIES.get(row.reference)
        learnt = shown.loc[row.reference] if row.reference in shown.index else None
        rows.append(
            {
                "class": about.get("class", ""),
                "parameters": about.get("parameters"),
                "objective": family.objective if family else "",
                "experience": family.experience if family else "",
                "validation": "" if learnt is None else f"{learnt.measure} {learnt.value:.3g}",
                "without a model": "" if learnt is None else f"{learnt.baseline:.3g} ({learnt.baseline_name})",
            }
        )
    table = pd.concat([status.reset_index(drop=True), pd.DataFrame(rows)], axis=1)
    return table.astype({"parameters": "Int64"})
