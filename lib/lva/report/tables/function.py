"""The numbers of the study of function, as its figures and sentences want them."""

from __future__ import annotations

import pandas as pd

HELD_OUT = {  # scheme -> what is held out, in words
    "items": "instructions",
    "pairs": "pairs of colour and kind",
    "phrase": "phrases",
    "color": "colours",
    "kind": "kinds",
    "task": "tasks",
}
GROUPS = ("reference", "words", "static", "behaviour", "bound")  # as rows are ordered
ENDS = ("the same agent", "its mean")  # 1 and 0 of the scale


def driving_rows(driving: pd.DataFrame) -> pd.DataFrame:
    """The ridge maps by scheme: scheme, row, group, look, function, sd; a twin stands in the row of its reference.

    look: `trained`, `untrained`, or the control. `sd` over agents is on the scale of `function`.
    """
    table = driving[(driving.mapping == "ridge") & driving.scheme.isin(list(HELD_OUT)) & ~driving.source.isin(ENDS)]
    row = table.source.str.removesuffix(" untrained")
    group = table.kind.replace("untrained", "reference")
    look = table.control.where(table.control != "", "trained").mask(table.kind == "untrained", "untrained")
    scale = table.function / (table.score - _floor(driving).reindex(table.scheme).to_numpy())
    found = table.assign(row=row, group=group, look=look, sd=table.sd * scale)
    order = found.group.map({name: i for i, name in enumerate(GROUPS)})
    return found.assign(order=order).sort_values("order", kind="stable")[
        ["scheme", "row", "group", "look", "function", "sd", "score"]
    ]


def best_words(driving: pd.DataFrame) -> pd.Series:
    """The best that words alone do, by scheme, on the scale of `function`."""
    words = driving[(driving.kind == "words") & (driving.mapping == "ridge")]
    return words.groupby("scheme", sort=False).function.max()


def _floor(driving: pd.DataFrame) -> pd.Series:
    ends = driving[(driving.source == ENDS[1]) & (driving.mapping == "ridge")]
    return ends.set_index("scheme").score


def own_exchange(exchange: pd.DataFrame) -> pd.DataFrame:
    """What was exchanged in the agent's own E_L, whole subspaces at full dose."""
    own = exchange[(exchange.source == ENDS[0]) & (exchange.dose == 1)]
    full = own.groupby(["factor", "subspace"])["rank"].transform("max")
    return own[own["rank"] == full]


def mapped_exchange(exchange: pd.DataFrame) -> pd.DataFrame:
    """What was exchanged in other spaces before they were mapped, at full dose."""
    return exchange[(exchange.source != ENDS[0]) & (exchange.dose == 1)]


def dose_curve(exchange: pd.DataFrame, factor: str = "color", subspace: str = "means of levels") -> pd.DataFrame:
    """Moved and stayed by dose, of the whole subspace of a factor in E_L."""
    own = exchange[(exchange.source == ENDS[0]) & (exchange.factor == factor) & (exchange.subspace == subspace)]
    return own[own["rank"] == own["rank"].max()].sort_values("dose", kind="stable")
