"""Tables as notebooks show them: words to the left, numbers to the right, p never as zero."""

from __future__ import annotations

import pandas as pd
from pandas.api.types import is_numeric_dtype
from pandas.io.formats.style import Styler

from lva.report.wording import p_text

LEFT = {"text-align": "left"}


def show_table(table: pd.DataFrame, precision: int = 2, index: bool = False) -> Styler:
    """Style a table for a notebook; columns called p, or p of something, hold p values."""
    words = [column for column in table if not is_numeric_dtype(table[column])]
    p_values = [column for column in table if is_p(str(column))]
    heads = [{"selector": f"th.col{table.columns.get_loc(column)}", "props": "text-align: left"} for column in words]
    styled = table.style.format(precision=precision, na_rep="–").format(_p_cell, subset=p_values)
    styled = styled.set_properties(subset=words, **LEFT).set_table_styles(heads)
    return styled if index else styled.hide(axis="index")


def is_p(column: str) -> bool:
    """Whether a column's name says that it holds p values: `p`, `p, corrected`, `partial_p`."""
    return column.partition(",")[0] == "p" or column.endswith("_p")


def _p_cell(p: float) -> str:
    return "–" if pd.isna(p) else p_text(p).removeprefix("p = ").removeprefix("p ")
