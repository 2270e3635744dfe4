"""The browser's words and looks: results in, HTML out. Colours follow JupyterLab's theme, light or dark."""

from __future__ import annotations

import base64
from collections.abc import Collection, Mapping, Sequence
from html import escape

from lva.figures.browser.maps import SHAPES
from lva.figures.browser.neighbours import Comparison, Ranked
from lva.figures.style import TASK_COLORS

STYLE = """
.lva-browser { color: var(--jp-ui-font-color1, #222); }
.lva-browser .columns { display: grid; gap: 12px 16px; margin-top: 10px;
  grid-template-columns: repeat(auto-fit, minmax(214px, 1fr)); }
.lva-browser .column { min-width: 0; font-size: 12px; line-height: 19px; }
.lva-browser h4 { margin: 0 0 2px; font-size: 14px; font-weight: 600; overflow-wrap: anywhere; }
.lva-browser .note { margin: 4px 0; color: var(--jp-ui-font-color2, #666); font-size: 11.5px; line-height: 16px; }
.lva-browser .legend span { display: inline-block; margin-right: 12px; }
.lva-browser .summary { margin: 0; font-size: 14px; line-height: 20px; }
.lva-browser .error { margin: 0 0 10px; padding: 6px 10px; font-size: 13px; line-height: 18px;
  border-left: 4px solid var(--jp-error-color1, #c00); background: var(--jp-layout-color2, #eee); }
.lva-browser table { width: 100%; margin: 6px 0 0; border-collapse: collapse; color: inherit; font-size: inherit; }
.lva-browser tr, .lva-browser tr:nth-child(odd) { background: none; }
.lva-browser tr.shared { font-weight: 600; background: var(--jp-layout-color2, #eee); }
.lva-browser td { padding: 0 3px 0 0; text-align: left; white-space: nowrap; }
.lva-browser td:first-child { padding-left: 3px; }
.lva-browser td.number { text-align: right; font-variant-numeric: tabular-nums; }
.lva-browser td.text { width: 100%; max-width: 0; overflow: hidden; text-overflow: ellipsis; }
.lva-browser .sign { width: 12px; height: 12px; vertical-align: -2px; overflow: visible; }
.lva-browser .map { display: block; width: 100%; max-width: 360px; box-sizing: border-box; margin: 0 auto;
  border: 1px solid var(--jp-border-color2, #ccc); background: var(--jp-layout-color1, #fff); }
.lva-browser path { stroke: var(--jp-ui-font-color1, #222); stroke-width: 0; paint-order: stroke; }
.lva-browser .map .far { opacity: .3; }
.lva-browser path.shared { stroke-width: 3; }
.lva-browser path.here { stroke-width: 2; }
.lva-browser path.halo { stroke: var(--jp-layout-color1, #fff); stroke-width: 5; opacity: .8; }
.lva-browser .map text { visibility: hidden; pointer-events: none; font-size: 11px; font-weight: 600;
  paint-order: stroke; fill: var(--jp-ui-font-color1, #222); stroke: var(--jp-layout-color1, #fff); stroke-width: 4; }
.lva-browser figure { margin: 8px 0 0; }
.lva-browser figure img { display: block; max-width: 100%; }
"""
POINTED_AT = '.lva-browser:has([data-i="{i}"]:is(:hover, :focus)) {what}[data-i="{i}"]'
LIT = {
    "path": "opacity: 1; stroke: var(--jp-brand-color1, #1976d2); stroke-width: 6;",
    "text": "visibility: visible;",
    "tr": "outline: 2px solid var(--jp-brand-color1, #1976d2); outline-offset: -2px;",
}


def style_sheet(items: int) -> str:
    """The styles; an item that is pointed at in one place, or has the focus, lights up in every list and map."""
    links = (
        f"{', '.join(POINTED_AT.format(i=i, what=what) for i in range(items))} {{ {look} }}"
        for what, look in LIT.items()
    )
    return f"<style>{STYLE}{' '.join(links)}</style>"


def legend(tasks: Collection[str]) -> str:
    """What the signs mean."""
    every = f"{sign(next(iter(tasks)), 'shared')} ✓ in every list"
    parts = [*(f"{sign(task)} {task}" for task in tasks), every, "✛ the instruction", "=1 equally near"]
    return f'<p class="note legend">{" ".join(f"<span>{part}</span>" for part in parts)}</p>'


def sign(task: str, mark: str = "") -> str:
    """A task's sign: a shape and a colour."""
    path = f'<path class="{mark}" d="{SHAPES[task]}" fill="{TASK_COLORS[task]}"/>'
    return f'<svg class="sign" viewBox="-6 -6 12 12" aria-hidden="true">{path}</svg>'


def summary(text: str, found: Comparison) -> str:
    """How much the lists have in common, beside what chance would give."""
    line = f'<p class="summary">“{escape(text)}”: <b>{found}</b>.</p>'
    if len(found.lists) < 2:
        return line
    return line + note(f"Overlap {found.overlap:.2f} with ties drawn by lot; by chance {found.chance:.2g}.")


def column(name: str, body: str) -> str:
    """One space."""
    return f'<section class="column"><h4>{escape(name)}</h4>{body}</section>'


def ranked_list(ranked: Ranked, texts: Sequence[str], tasks: Sequence[str], common: Collection[int]) -> str:
    """A list: rank, mark, sign, instruction, similarity."""
    rows = []
    for item, place, similarity in zip(ranked.items.tolist(), ranked.places, ranked.similarities.tolist()):
        mark, text = ("shared" if item in common else ""), escape(texts[item])
        cells = f'<td class="number">{place}</td><td>{"✓" if mark else "&emsp;"}</td>'
        cells += f'<td>{sign(tasks[item], mark)}</td><td class="text" title="{text}">{text}</td>'
        rows.append(
            f'<tr data-i="{item}" class="{mark}" tabindex="0">{cells}<td class="number">{similarity:.2f}</td></tr>'
        )
    more = f'<p class="note">{ranked.left_out} more are as near as the last.</p>' if ranked.left_out else ""
    return f"<table>{''.join(rows)}</table>{more}"


def columns(parts: Mapping[str, str]) -> str:
    """The spaces, side by side as far as there is room."""
    return f'<div class="columns">{"".join(column(name, body) for name, body in parts.items())}</div>'


def note(text: str) -> str:
    """A line in passing."""
    return f'<p class="note">{escape(text)}</p>'


def error(text: str) -> str:
    """What is wrong, and what to do."""
    return f'<p class="error" role="alert">{escape(text)}</p>'


def film(gif: bytes, caption: str) -> str:
    """A moving picture and what it shows."""
    source = f"data:image/gif;base64,{base64.b64encode(gif).decode()}"
    return f'<figure><img src="{source}" alt="{escape(caption)}">{note(caption)}</figure>'
