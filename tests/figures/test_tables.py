"""Tables in notebooks: where words and numbers stand, and how p is written."""

import re

import pandas as pd

from lva.figures import show_table

TABLE = pd.DataFrame(
    {"claim": ["alike", "unlike"], "value": [0.1234, None], "p, corrected": [0.0, 0.0453], "partial_p": [0.5, None]}
)


def cells(html):
    return re.findall(r'<td id="(\w+)".*?>(.*?)</td>', html)


def test_p_is_never_zero_and_what_is_missing_is_a_dash():
    shown = [text for _, text in cells(show_table(TABLE).to_html())]
    assert shown == ["alike", "0.12", "< 0.001", "0.50", "unlike", "–", "0.045", "–"]


def test_words_stand_on_the_left_and_numbers_do_not():
    html = show_table(TABLE).to_html()
    (rule,) = re.findall(r"([^{}]*)\{\s*text-align: left;\s*\}", html.replace("\n", " "))[-1:]
    left = [id for id, text in cells(html) if id in rule]
    assert left == [id for id, text in cells(html) if text in ("alike", "unlike")]


def test_the_index_is_shown_on_request():
    table = TABLE.set_index("claim")
    assert ">alike</th>" in show_table(table, index=True).to_html() and ">alike</th>" not in show_table(table).to_html()
