"""The agent at moments of its learning: during training, and with fewer demonstrations."""

from __future__ import annotations

from collections.abc import Mapping

from lva.agent import CONTROLS, VARIANTS, Run, load_index
from lva.alignment import Moment
from lva.ground.runs import RunFolder

SIZES = {variant.name: variant.demos["n"] for variant in VARIANTS if "n" in variant.demos}


def moments_of_run(folder: RunFolder, runs: Mapping[str, Run]) -> list[Moment]:
    """E_L as saved during each training, and at the end of trainings with fewer demonstrations, if these were run.

    runs: the agents of the run; controls among them are left out. `x` is samples or demonstrations. Ablations count
    only if they were made in the same grammar.
    """
    traces = [(name, run.traces) for name, run in runs.items() if name not in CONTROLS]
    along = [Moment("samples", at, name, e_l.numpy()) for name, trace in traces for at, e_l in trace.items()]
    index = folder.path / "ablations" / "ablations.json"
    grammar = next(iter(runs.values())).agent.grammar
    smaller = load_index(index) if index.exists() else {}
    return along + [
        Moment("demonstrations", SIZES[name], "seed-0", run.embedding)
        for name, run in smaller.items()
        if name in SIZES and run.agent.grammar == grammar
    ]
