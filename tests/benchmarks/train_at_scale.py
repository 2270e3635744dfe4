"""The agent at the paper's size on an accelerator: the trunk ResNet-18, a million demonstrations, several seeds.

Plain cloning of one expert action, as the paper describes it; the `tiles` trunk of the laptop beside it. Writes
success, speed and E_L along the training to a folder:

    python tests/benchmarks/train_at_scale.py FOLDER --samples 10_000_000
"""

from __future__ import annotations

import argparse
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import torch
from bench_agent import matmul_rate, work_of_a_step

from lva.agent import AgentConfig, TrainConfig, evaluate, train_all
from lva.agent.config import TRUNKS
from lva.ground.provenance import hardware
from lva.world import load_grammar, make_demos

DEMONSTRATIONS = 1_000_000
PEAK_SIZES = {"cuda": 8192, "cpu": 512}  # of the square product in bf16 that the share of peak is taken against


def main() -> None:
    """Train, evaluate, write."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("folder", type=Path)
    asked.add_argument("--samples", type=int, default=10_000_000)
    asked.add_argument("--demonstrations", type=int, default=DEMONSTRATIONS)
    asked.add_argument("--trunks", nargs="+", default=TRUNKS)
    asked.add_argument("--seeds", type=int, default=3)
    asked.add_argument("--batch-size", type=int, default=1024)
    asked.add_argument("--workers", type=int, default=3, help="trainings that share the GPU")
    asked.add_argument("--episodes", type=int, default=20, help="per instruction, in unseen rooms")
    asked = asked.parse_args()
    asked.folder.mkdir(parents=True, exist_ok=True)
    began = time.perf_counter()
    demos = make_demos(load_grammar("paper"), asked.demonstrations)
    print(f"{demos!r} after {time.perf_counter() - began:.0f} s", flush=True)
    device = "cuda" if torch.cuda.is_available() else "cpu"
    peak = matmul_rate(PEAK_SIZES[device], torch.bfloat16, device=device)
    machine = f"{torch.cuda.get_device_name()}; torch {torch.__version__}" if device == "cuda" else hardware()
    rows, tables, traces = [], [], {}
    for trunk in asked.trunks:
        agent = AgentConfig(trunk=trunk)
        how = TrainConfig(samples=asked.samples, batch_size=asked.batch_size, precision="bf16")
        jobs = {f"{trunk}-{seed}": (agent, replace(how, seed=seed)) for seed in range(asked.seeds)}
        started = time.perf_counter()
        runs = train_all(demos, jobs, asked.folder / "agents", workers=asked.workers)
        seconds = time.perf_counter() - started
        rate = sum(run.metrics.samples.iloc[-1] for run in runs.values()) / seconds
        operations = work_of_a_step(demos, agent, how)[0] / how.batch_size
        row = {"trunk": trunk, "agents": len(runs), "samples": asked.samples, "demonstrations": asked.demonstrations}
        row |= {"batch_size": asked.batch_size, "minutes": seconds / 60, "samples_per_s": rate}
        row |= {"mflop_per_sample": operations / 1e6, "share_of_peak": rate * operations / peak}
        rows.append(row | {"hardware": machine})
        print(pd.DataFrame(rows).to_string(), flush=True)
        pd.DataFrame(rows).to_csv(asked.folder / "scale.csv", index=False)
        for name, run in runs.items():
            traces |= {f"{name}/{at}": e_l.numpy().astype(np.float16) for at, e_l in run.traces.items()}
        np.savez_compressed(asked.folder / "scale_traces.npz", **traces)
        for name, run in runs.items():
            found = evaluate(run.agent.to(device), asked.episodes).by_task
            tables.append(found.assign(trunk=trunk, seed=int(name.split("-")[1])))
            print(name, found[["policy", "task", "success"]].to_string(), flush=True)
            pd.concat(tables).to_csv(asked.folder / "scale_success.csv", index=False)


if __name__ == "__main__":
    main()
