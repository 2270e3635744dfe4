"""The agent at the paper's size on an accelerator: the trunk ResNet-18, a million demonstrations, several seeds.

Plain cloning of one expert action, as the paper describes it; the `tiles` trunk of the laptop beside it. Writes
success, speed and E_L along the training to a folder:

    python tests/benchmarks/train_at_scale.py FOLDER --samples 10_000_000
"""

from __future__ import annotations

import argparse
import time
from pathlib import Path

import numpy as np
import pandas as pd
import torch
from torch.utils.flop_counter import FlopCounterMode

from lva.agent import AgentConfig, TrainConfig, evaluate, new_agent, train_all
from lva.ground.provenance import hardware
from lva.world import load_grammar, make_demos

DEMONSTRATIONS = 1_000_000
PEAK_SIZE = 8192  # of the square product in bf16 that the share of peak is taken against


def jobs(samples: int, seeds: int, batch_size: int) -> dict[str, tuple[AgentConfig, TrainConfig]]:
    """Every agent that is trained, by its name."""
    found = {}
    for trunk in ("resnet18", "tiles"):
        for seed in range(seeds):
            how = TrainConfig(samples=samples, batch_size=batch_size, precision="bf16", seed=seed)
            found[f"{trunk}-{seed}"] = (AgentConfig(trunk=trunk), how)
    return found


def flops_per_sample(config: AgentConfig, batch: int = 64) -> float:
    """Operations of one sample, forward and backward."""
    agent = new_agent(config)
    words = torch.from_numpy(agent.grammar.encode(agent.grammar.texts))
    instruction, previous = torch.zeros(batch, dtype=torch.long), torch.full((batch,), 6)
    with FlopCounterMode(display=False) as counter:
        agent(words, torch.zeros(batch, 7, 7, dtype=torch.long), instruction, previous).sum().backward()
    return counter.get_total_flops() / batch


def peak() -> float:
    """Operations a second of a large product in bf16; nan without a GPU."""
    if not torch.cuda.is_available():
        return float("nan")
    a = torch.randn(PEAK_SIZE, PEAK_SIZE, device="cuda", dtype=torch.bfloat16)
    for _ in range(5):
        a @ a
    torch.cuda.synchronize()
    began = time.perf_counter()
    for _ in range(20):
        a @ a
    torch.cuda.synchronize()
    return 20 * 2 * PEAK_SIZE**3 / (time.perf_counter() - began)


def main() -> None:
    """Train, evaluate, write."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("folder", type=Path)
    asked.add_argument("--samples", type=int, default=10_000_000)
    asked.add_argument("--demonstrations", type=int, default=DEMONSTRATIONS)
    asked.add_argument("--seeds", type=int, default=3)
    asked.add_argument("--batch-size", type=int, default=1024)
    asked.add_argument("--workers", type=int, default=3, help="trainings that share the GPU")
    asked.add_argument("--episodes", type=int, default=20, help="per instruction, in unseen rooms")
    asked = asked.parse_args()
    asked.folder.mkdir(parents=True, exist_ok=True)
    began = time.perf_counter()
    demos = make_demos(load_grammar("paper"), asked.demonstrations)
    print(f"{demos!r} after {time.perf_counter() - began:.0f} s", flush=True)
    best = peak()
    machine = f"{torch.cuda.get_device_name()}; torch {torch.__version__}" if torch.cuda.is_available() else hardware()
    rows, tables, traces = [], [], {}
    for trunk in ("resnet18", "tiles"):
        wanted = {n: j for n, j in jobs(asked.samples, asked.seeds, asked.batch_size).items() if n.startswith(trunk)}
        started = time.perf_counter()
        runs = train_all(demos, wanted, asked.folder / "agents", workers=asked.workers)
        seconds = time.perf_counter() - started
        seen = sum(run.metrics.samples.iloc[-1] for run in runs.values())
        operations = flops_per_sample(AgentConfig(trunk=trunk))
        row = {"trunk": trunk, "agents": len(runs), "samples": asked.samples, "demonstrations": asked.demonstrations}
        row |= {"batch_size": asked.batch_size, "minutes": seconds / 60, "samples_per_s": seen / seconds}
        row |= {"mflop_per_sample": operations / 1e6, "share_of_peak": seen / seconds * operations / best}
        rows.append(row | {"hardware": machine})
        print(pd.DataFrame(rows).to_string(), flush=True)
        pd.DataFrame(rows).to_csv(asked.folder / "scale.csv", index=False)
        for name, run in runs.items():
            traces |= {f"{name}/{at}": e_l.numpy().astype(np.float16) for at, e_l in run.traces.items()}
        np.savez_compressed(asked.folder / "scale_traces.npz", **traces)
        for name, run in runs.items():
            agent = run.agent.to("cuda" if torch.cuda.is_available() else "cpu")
            found = evaluate(agent, asked.episodes).by_task
            tables.append(found.assign(trunk=trunk, seed=int(name.split("-")[1])))
            print(name, found[["policy", "task", "success"]].to_string(), flush=True)
            pd.concat(tables).to_csv(asked.folder / "scale_success.csv", index=False)


if __name__ == "__main__":
    main()
