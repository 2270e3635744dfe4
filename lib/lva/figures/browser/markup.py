"""The browser as HTML: texts, styles, results. Colours follow JupyterLab's theme, light or dark."""

from __future__ import annotations

import base64
from collections.abc import Collection, Mapping, Sequence
from html import escape
from pathlib import Path

from lva.figures.browser.maps import SHAPES
from lva.figures.browser.neighbours import Comparison, Ranked
from lva.figures.style import TASK_COLORS

CLICKS = Path(__file__).with_name("clicks.js")
STYLE = """
.lva-browser { color: var(--jp-ui-font-color1, #222); container-type: inline-size;
  --lva-quiet: color-mix(in srgb, var(--jp-ui-font-color1, #222) 82%, var(--jp-layout-color1, #fff)); }
.lva-browser .lva-go-to { display: none; }
.lva-browser .widget-html, .lva-browser .widget-html-content { height: auto; line-height: inherit; }
.lva-browser h2 { margin: 0 0 2px; font-size: 20px; line-height: 26px; font-weight: 600; }
.lva-browser h3 { margin: 4px 0; font-size: 16px; line-height: 22px; font-weight: 600; }
.lva-browser h4 { margin: 0 0 2px; font-size: 14px; font-weight: 600; overflow-wrap: anywhere; }
.lva-browser .lead { margin: 0 0 6px; font-size: 14px; line-height: 20px; max-width: 90ch; }
.lva-browser .columns { display: grid; gap: 12px 16px; margin-top: 10px;
  grid-template-columns: repeat(auto-fit, minmax(214px, 1fr)); }
.lva-browser .column { min-width: 0; font-size: 12px; line-height: 19px; }
.lva-browser .note { margin: 4px 0; color: var(--lva-quiet); font-size: 12px; line-height: 17px; }
.lva-browser .legend span { display: inline-block; margin-right: 12px; }
.lva-browser .summary { margin: 0; font-size: 14px; line-height: 20px; }
.lva-browser .error { margin: 0 0 10px; padding: 6px 10px; font-size: 13px; line-height: 18px;
  border-left: 4px solid var(--jp-error-color1, #c00); background: var(--jp-layout-color2, #eee); }
.lva-browser table { margin: 6px 0 0; border-collapse: collapse; color: inherit; font-size: 12px; line-height: 19px; }
.lva-browser table.near { width: 100%; }
.lva-browser tr, .lva-browser tr:nth-child(odd) { background: none; }
.lva-browser tr.shared { font-weight: 600; background: var(--jp-layout-color2, #eee); }
.lva-browser td, .lva-browser th { padding: 0 3px 0 0; text-align: left; white-space: nowrap; }
.lva-browser th { color: var(--lva-quiet); font-weight: 400; }
.lva-browser td:first-child, .lva-browser th:first-child { padding-left: 3px; }
.lva-browser .number { text-align: right; font-variant-numeric: tabular-nums; }
.lva-browser .text { width: 100%; max-width: 0; overflow: hidden; text-overflow: ellipsis; }
.lva-browser .pairs .number { padding: 1px 5px; }
.lva-browser table button { display: block; width: 100%; padding: 0; border: 0; background: none; color: inherit;
  font: inherit; text-align: left; overflow: hidden; text-overflow: ellipsis; }
.lva-browser .unseen { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
.lva-browser [data-i], .lva-browser [data-i] button { cursor: pointer; }
.lva-browser .sign { width: 12px; height: 12px; vertical-align: -2px; overflow: visible; }
.lva-browser .map { display: block; width: 100%; max-width: 360px; box-sizing: border-box; margin: 0 auto;
  border: 1px solid var(--jp-border-color2, #ccc); background: var(--jp-layout-color1, #fff); }
.lva-browser path { stroke: var(--jp-ui-font-color1, #222); stroke-width: 0; paint-order: stroke; }
.lva-browser .map .far { opacity: .3; }
.lva-browser path.shared { stroke-width: 3; }
.lva-browser path.here { stroke-width: 2; }
.lva-browser path.halo { stroke: var(--jp-layout-color1, #fff); stroke-width: 5; opacity: .8; }
.lva-browser path.here, .lva-browser path.halo { pointer-events: none; }
.lva-browser .map text { visibility: hidden; pointer-events: none; font-size: 11px; font-weight: 600;
  paint-order: stroke; fill: var(--jp-ui-font-color1, #222); stroke: var(--jp-layout-color1, #fff); stroke-width: 4; }
.lva-browser figure { margin: 8px 0 0; }
.lva-browser figure img { display: block; max-width: 100%; }
"""
POINTED_AT = '.lva-browser:has([data-i="{i}"]:is(:hover, :focus-within)) {what}[data-i="{i}"]'
LIT = {
    "path": "opacity: 1; stroke: var(--jp-brand-color1, #1976d2); stroke-width: 6;",
    "text": "visibility: visible;",
    "tr": "outline: 2px solid var(--jp-brand-color1, #1976d2); outline-offset: -2px;",
}
TITLE = "Nearest neighbours of an instruction"
LEAD = "Which instructions lie nearest to it, by cosine, in the agent's space and in those of other models?"


def style_sheet(items: int) -> str:
    """The styles, and the script that they start; pointing at an item highlights it in every list and map."""
    links = (
        f"{', '.join(POINTED_AT.format(i=i, what=what) for i in range(items))} {{ {look} }}"
        for what, look in LIT.items()
    )
    script = escape(CLICKS.read_text(encoding="utf-8"))
    return f'<style onload="{script}">{STYLE}{" ".join(links)}</style>'


def heading() -> str:
    """The title, and what the page shows."""
    return f'<h2>{TITLE}</h2><p class="lead">{LEAD}</p>'


def legend(tasks: Collection[str]) -> str:
    """What the signs mean, and what the keys do."""
    every = f"{sign(next(iter(tasks)), 'shared')} ✓ in every list"
    parts = [*(f"{sign(task)} {task}" for task in tasks), every, "✛ the instruction", "=1 equally near"]
    keys = note("Click a neighbour, in a list or a map, to go there; by keyboard ↑ ↓ and Enter.")
    return f'<p class="note legend">{" ".join(f"<span>{part}</span>" for part in parts)}</p>{keys}'


def sign(task: str, mark: str = "") -> str:
    """A task's sign: a shape and a colour."""
    path = f'<path class="{mark}" d="{SHAPES[task]}" fill="{TASK_COLORS[task]}"/>'
    return f'<svg class="sign" viewBox="-6 -6 12 12" aria-hidden="true">{path}</svg>'


def summary(text: str, comparison: Comparison) -> str:
    """How much the lists have in common, beside what chance would give."""
    parts = [f"<h3>“{escape(text)}”</h3>", f'<p class="summary"><b>{comparison}</b>.</p>']
    if len(comparison.lists) > 1:
        by_chance = f"by chance {comparison.chance:.2f}"
        if len(comparison.lists) == 2:
            parts.append(note(f"Overlap {comparison.overlap:.2f} with ties broken at random; {by_chance}."))
        else:
            parts.append(note(f"Below, the overlap of any two lists, ties broken at random; {by_chance}."))
    return "".join(parts)


def pairs_table(comparison: Comparison) -> str:
    """The overlap of every two lists; the columns are numbered, as names would not fit."""
    names = list(comparison.lists)
    titles = (
        f'<th scope="col" class="number" title="{escape(name)}">{i}<span class="unseen"> {escape(name)}</span></th>'
        for i, name in enumerate(names[:-1], 1)
    )
    rows = []
    for i, name in enumerate(names):
        shares = [comparison.pairs[other, name] for other in names[:i]]
        cells = "".join(f'<td class="number" style="background: {_tint(share)}">{share:.2f}</td>' for share in shares)
        rows.append(f'<tr><th scope="row">{i + 1} {escape(name)}</th>{cells}</tr>')
    first = '<th scope="col">overlap</th>'
    return (
        f'<table class="pairs"><thead><tr>{first}{"".join(titles)}</tr></thead><tbody>{"".join(rows)}</tbody></table>'
    )


def _tint(share: float) -> str:
    """A background that gets stronger with the share, always light enough to read on."""
    return f"color-mix(in srgb, var(--jp-brand-color1, #1976d2) {35 * share:.0f}%, transparent)"


def column(name: str, body: str) -> str:
    """One space."""
    return f'<section class="column"><h4>{escape(name)}</h4>{body}</section>'


def ranked_list(ranked: Ranked, texts: Sequence[str], tasks: Sequence[str], common: Collection[int]) -> str:
    """A list: rank, mark, sign, instruction, similarity. The first instruction can be reached by the tab key."""
    rows = []
    for item, place, similarity in zip(ranked.items.tolist(), ranked.places, ranked.similarities.tolist()):
        mark, text = ("shared" if item in common else ""), escape(texts[item])
        tick = '✓<span class="unseen">in every list</span>' if mark else "&emsp;"
        button = f'<button type="button" tabindex="{-1 if rows else 0}" title="{text}">{text}</button>'
        cells = f'<td class="number">{place}</td><td>{tick}</td><td>{sign(tasks[item], mark)}</td>'
        cells += f'<td class="text">{button}</td><td class="number">{similarity:.2f}</td>'
        rows.append(f'<tr data-i="{item}" class="{mark}">{cells}</tr>')
    titles = '<th scope="col" class="number">rank</th><td></td><td></td><th scope="col">instruction</th>'
    titles += '<th scope="col" class="number">cosine</th>'
    more = note(f"{ranked.left_out} more are as near as the last.") if ranked.left_out else ""
    return f'<table class="near"><thead><tr>{titles}</tr></thead><tbody>{"".join(rows)}</tbody></table>{more}'


def columns(parts: Mapping[str, str]) -> str:
    """The spaces, side by side as far as there is room."""
    return f'<div class="columns">{"".join(column(name, body) for name, body in parts.items())}</div>'


def note(text: str) -> str:
    """A remark in small letters."""
    return f'<p class="note">{escape(text)}</p>'


def error(text: str) -> str:
    """What is wrong, and what to do."""
    return f'<p class="error" role="alert">{escape(text)}</p>'


def film(gif: bytes, caption: str) -> str:
    """A GIF and its caption."""
    source = f"data:image/gif;base64,{base64.b64encode(gif).decode()}"
    return f'<figure><img src="{source}" alt="{escape(caption)}">{note(caption)}</figure>'
