"""The numbers in README and docs, from the published tables. `python -m lva readme` writes them, a test compares."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from pathlib import Path

from lva.ground import paths
from lva.ground.artifacts import ArtifactError, atomic_path
from lva.report.pages import benchmarks, function, prefix, readings, reliability, results, scale, sweeps, transfer
from lva.report.pages.calibration import calibration_block

Blocks = Mapping[str, Callable[[], str]]
PAGES: Mapping[str, Blocks] = {  # file -> the blocks that must be in it
    "README.md": {
        "claim": results.claim,
        "readings": readings.what_it_takes,
        "times": results.times,
        "results": results.results,
        "success": results.success_line,
    },
    "docs/results.md": {
        "readings": readings.readings,
        "agent": results.success_table,
        "chance": results.chance,
        "rivals": results.rivals,
        "certainty": results.certainty,
        "measures": results.measures,
        "found": results.found,
        "partial": results.partial,
        "calibrated": results.calibrated,
        "peak": results.peak,
        "synonyms": results.synonym_choice,
        "swaps": results.swaps,
        "ceilings": results.ceilings,
        "readouts": results.readouts,
        "verdicts": results.verdicts,
        "runs": results.runs,
    },
    "docs/benchmarks.md": {
        "speed": benchmarks.speed,
        "expert": results.expert,
        "training": benchmarks.training,
        "step": benchmarks.step,
        "success": benchmarks.success,
        "nulls": benchmarks.nulls,
    },
    "docs/calibration.md": {"calibration": calibration_block},
    "docs/paper-scale.md": {"scale": scale.scale},
    "docs/prefix.md": {
        "about": prefix.about,
        "verdicts": prefix.verdicts,
        "course": prefix.course,
        "readouts": prefix.readouts,
        "geometry": prefix.geometry,
        "positions": prefix.positions,
        "orders": prefix.orders,
        "twins": prefix.twins,
        "weights": prefix.weights,
        "ties": prefix.ties,
    },
    "docs/function.md": {
        "observer": function.observer,
        "carried": function.carried,
        "maps": function.maps,
        "exchange": function.exchange,
        "predictors": function.predictors,
        "unrelated": function.unrelated,
    },
    "docs/transfer.md": {
        "verdicts": transfer.verdicts,
        "held_out": transfer.held_out,
        "tasks": transfer.tasks,
        "curves": transfer.curves,
        "needed": transfer.needed,
    },
    "docs/reliability.md": {"calls": reliability.calls, "damage": reliability.damage, "kills": reliability.kills},
    "docs/cluster.md": {"sweep": sweeps.sweep, "thousand": sweeps.thousand},
}


def update_pages(root: Path | None = None) -> list[Path]:
    """Rewrite every block of every page; return the pages that changed."""
    root = root or paths.project()
    changed = []
    for name, blocks in PAGES.items():
        path = root / name
        before = path.read_text(encoding="utf-8")
        after = fill_blocks(before, blocks, name)
        if after != before:
            with atomic_path(path) as temporary:
                temporary.write_text(after, encoding="utf-8")
            changed.append(path)
    return changed


def fill_blocks(text: str, blocks: Blocks, name: str = "the page") -> str:
    """Replace what stands between `<!-- name -->` and `<!-- /name -->` by that block."""
    for block, make in blocks.items():
        pattern = re.compile(rf"(<!-- {block} -->\n).*?(<!-- /{block} -->)", re.S)
        if not pattern.search(text):
            raise ArtifactError(f"{name} has no block {block!r}: add <!-- {block} --> and <!-- /{block} -->")
        text = pattern.sub(lambda match, make=make: match[1] + make() + "\n" + match[2], text)
    return text
