"""Speed of the training: a share of what the machine can do, and a ratio to a plain loop; `make bench` calls it.

On a CPU the trunk `tiles`, against the fastest products and convolutions that the same threads can do; with a GPU
`resnet18`, against the roofline. Writes bench_agent.csv, bench_agent_peak.csv, bench_agent_step.csv and
bench_agent_success.csv (on a GPU bench_agent_gpu.csv). Takes about a quarter of an hour on a CPU, most of it for the
minutes to 95 % success.
"""

from __future__ import annotations

import copy
import tempfile
import time
from dataclasses import asdict
from pathlib import Path

import numpy as np
import pandas as pd
import torch
from accelerate import Accelerator
from harness import median_rate, write_table
from torch.nn import functional as F
from torch.profiler import ProfilerActivity, profile
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils.data import DataLoader, Dataset
from torch.utils.flop_counter import FlopCounterMode

from lva.agent import Agent, AgentConfig, TrainConfig, evaluate, new_agent, side_by_side
from lva.agent.learning.checkpoint import Checkpoint
from lva.agent.learning.cloning import Cloning
from lva.agent.learning.steps import draw_batch, make_steps
from lva.agent.vision import IMAGENET_MEAN, IMAGENET_STD
from lva.ground.jobs import default_workers
from lva.ground.provenance import hardware
from lva.world import Demos, load_grammar, make_demos
from lva.world.render import atlas

SECONDS = 12.0  # of each measurement
CHUNK = 20  # steps between two looks at the clock
HOW = {"labels": "optimal", "mirror": True}


def make_loop(demos: Demos, agent: AgentConfig, config: TrainConfig) -> Cloning:
    """The project's loop, as `train` builds it, without a folder."""
    accelerator = Accelerator(cpu=not torch.cuda.is_available())
    model = new_agent(agent).to(accelerator.device)
    optimizer = torch.optim.AdamW(model.parameters(), lr=config.learning_rate, fused=True)
    steps = make_steps(demos, config.labels)
    return Cloning(accelerator, steps, config, Checkpoint(None, {}, model, optimizer))


def ours(demos: Demos, agent: AgentConfig, config: TrainConfig, report=None) -> float:
    """Samples a second of the project's loop."""
    loop, at = make_loop(demos, agent, config), iter(range(1_000_000))

    def run() -> int:
        for _ in range(CHUNK):
            loss, _ = loop.step(next(at))
        loss.item()  # waits for a GPU
        return CHUNK * config.batch_size

    return median_rate(run, SECONDS)


class StoredFrames(Dataset):
    """RGB frames of 9.4 kB each in a file, with the words and the target of each."""

    def __init__(self, demos: Demos, file: Path):
        self.frames = np.lib.format.open_memmap(file, "w+", np.uint8, (demos.steps, 56, 56, 3))
        views = demos.frames()
        for start in range(0, demos.steps, 4096):
            self.frames[start : start + 4096] = atlas(8).render(views[start : start + 4096])
        words = demos.grammar.encode(demos.grammar.texts)
        self.words = words[np.repeat(demos.instruction, demos.lengths)]
        steps = make_steps(demos, "optimal")
        self.targets = draw_batch(steps, torch.arange(len(steps)), None)[3].numpy()

    def __len__(self) -> int:
        return len(self.frames)

    def __getitem__(self, i: int):
        return self.frames[i], self.words[i], self.targets[i]


class RGBTrunk(torch.nn.Module):
    """The trunk `tiles` of an agent, its stem applied to RGB frames as any convolution is."""

    def __init__(self, trunk):
        super().__init__()
        self.trunk, self.size = trunk, trunk.size
        mean, std = (torch.tensor(values).view(1, 3, 1, 1) for values in (IMAGENET_MEAN, IMAGENET_STD))
        self.register_buffer("mean", mean), self.register_buffer("std", std)

    def forward(self, frames):
        x = self.trunk.stem((frames.permute(0, 3, 1, 2) / 255 - self.mean) / self.std)
        x = x.permute(0, 2, 3, 1) + self.trunk.place
        for block in self.trunk.blocks:
            x = block(x)
        return x.flatten(1, 2)


class PlainLoop:
    """The loop that a tutorial would write: a DataLoader over stored frames, the same model and schedule."""

    def __init__(self, demos: Demos, agent: AgentConfig, config: TrainConfig, folder: str, workers: int = 0):
        data = StoredFrames(demos, Path(folder) / "frames.npy")
        self.loader = DataLoader(data, config.batch_size, shuffle=True, drop_last=True, num_workers=workers)
        self.config, self.model, self.batches = config, new_agent(agent), iter(self.loader)
        self.tiles = self.model.vision
        self.model.vision = RGBTrunk(self.tiles)
        self.optimizer = torch.optim.AdamW(self.model.parameters(), lr=config.learning_rate)

    def step(self, batch: int) -> torch.Tensor:
        """One batch; return its loss."""
        found = next(self.batches, None)
        if found is None:
            self.batches = iter(self.loader)
            found = next(self.batches)
        frames, words, targets = found
        for group in self.optimizer.param_groups:
            group["lr"] = self.config.rate(batch)
        self.optimizer.zero_grad()
        loss = F.cross_entropy(self.model(words, frames), targets)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(self.model.parameters(), self.config.clip)
        self.optimizer.step()
        return loss.detach()

    def acting(self) -> Agent:
        """The agent as it is now, taking views as the world gives them."""
        agent = copy.copy(self.model)
        agent._modules = self.model._modules | {"vision": self.tiles}
        return agent


def plain(demos: Demos, agent: AgentConfig, config: TrainConfig, report=None, workers: int = 0) -> float:
    """Samples a second of the plain loop."""
    with tempfile.TemporaryDirectory() as folder:
        loop, at = PlainLoop(demos, agent, config, folder, workers), iter(range(1_000_000))

        def run() -> int:
            for _ in range(CHUNK):
                loss = loop.step(next(at) % config.batches)
            loss.item()
            return CHUNK * config.batch_size

        return median_rate(run, SECONDS)


def together(work, *arguments) -> float:
    """The summed rate of as many processes of one thread as there are cores."""
    jobs = {str(i): arguments for i in range(default_workers())}
    return sum(side_by_side(work, jobs, len(jobs), "process", "measuring").values())


def matmul_rate(n: int, dtype: torch.dtype, report=None, device: str = "cpu") -> float:
    """FLOP/s of a large square product."""
    x, y = (torch.randn(n, n, device=device, dtype=dtype) for _ in range(2))

    def run() -> int:
        for _ in range(4):
            z = x @ y
        z.sum().item()
        return 4 * 2 * n**3

    return median_rate(run, 3.0)


def convolution_rate(channels: int = 256, side: int = 30, dtype: torch.dtype = torch.float32, report=None) -> float:
    """FLOP/s of a 3 x 3 convolution, channels last: it often beats `@`, which goes through another library."""
    x = torch.randn(16, channels, side, side, dtype=dtype).to(memory_format=torch.channels_last)
    kernel = torch.randn(channels, channels, 3, 3, dtype=dtype).to(memory_format=torch.channels_last)

    @torch.no_grad()
    def run() -> int:
        F.conv2d(x, kernel)[0, 0, 0, 0].item()
        return 2 * len(x) * channels**2 * 9 * (side - 2) ** 2

    return median_rate(run, 3.0)


PEAKS = {  # what a machine can do, at best: (how it is measured, its arguments)
    "float32 product": (matmul_rate, (2048, torch.float32)),
    "float32 convolution": (convolution_rate, (256, 30, torch.float32)),
    "bf16 product": (matmul_rate, (2048, torch.bfloat16)),
    "bf16 convolution": (convolution_rate, (256, 30, torch.bfloat16)),
}


def peaks_of(side_by_side: bool) -> dict[str, float]:
    """FLOP/s of each kind: of all threads together, or summed over processes of one thread each.

    Those of bf16 only where small products are faster than in float32: a processor that lacks it takes minutes.
    """
    has_bf16 = matmul_rate(128, torch.bfloat16) > matmul_rate(128, torch.float32)
    return {
        name: together(measure, *arguments) if side_by_side else measure(*arguments)
        for name, (measure, arguments) in PEAKS.items()
        if has_bf16 or not name.startswith("bf16")
    }


def copy_rate(device: str, n: int = 1 << 28) -> float:
    """Bytes/s read and written by a copy."""
    x, y = (torch.empty(n, dtype=torch.float32, device=device) for _ in range(2))

    def run() -> int:
        for _ in range(4):
            y.copy_(x)
        y[0].item()
        return 4 * 2 * x.nbytes

    return median_rate(run, 2.0)


class ByteCounter(TorchDispatchMode):
    """Sums the bytes that every operation reads and writes; views move none."""

    VIEWS = ("view", "reshape", "permute", "transpose", "expand", "slice", "select", "detach", "alias", "t.", "squeeze")

    def __init__(self):
        super().__init__()
        self.bytes = 0

    def __torch_dispatch__(self, func, types, args=(), kwargs=None):
        out = func(*args, **(kwargs or {}))
        if not any(name in str(func) for name in self.VIEWS):
            tensors = torch.utils._pytree.tree_leaves((args, kwargs, out))
            self.bytes += sum(t.nbytes for t in tensors if isinstance(t, torch.Tensor))
        return out


def work_of_a_step(demos: Demos, agent: AgentConfig, config: TrainConfig) -> tuple[int, int]:
    """FLOPs and bytes of one step of the project's loop."""
    loop = make_loop(demos, agent, config)
    loop.step(0)
    with FlopCounterMode(display=False) as flops:
        loop.step(1)
    with ByteCounter() as moved:
        loop.step(2)
    return flops.get_total_flops(), moved.bytes


def bench_cpu(demos: Demos) -> None:
    """The laptop's training."""
    agent, config = AgentConfig(demos.grammar.as_dict()), TrainConfig(**HOW)
    cores, hard = default_workers(), hardware()
    flops = work_of_a_step(demos, agent, config)[0] / config.batch_size
    peers = {
        "plain loop, DataLoader over stored RGB frames": max(
            plain(demos, agent, config, workers=w) for w in (0, cores)
        ),
        f"the same, {cores} of them side by side": together(plain, demos, agent, config),
    }
    ways = {
        f"{cores} agents side by side, one thread each": (together(ours, demos, agent, config), peaks_of(True)),
        f"one agent, {cores} threads": (ours(demos, agent, config), peaks_of(False)),
    }
    rows, measured = [], []
    for what, (rate, peaks) in ways.items():
        best, best_bf16 = (
            max((peaks[name] for name in peaks if name.startswith(kind)), default=np.nan)
            for kind in ("float32", "bf16")
        )
        measured += [
            {"what": what, "peak": name} | _giga(gflop_per_s=peaks[name]) | {"hardware": hard} for name in peaks
        ]
        for peer, theirs in peers.items():
            row = {"what": f"training, {what}", "samples_per_s": round(rate), "mflop_per_sample": round(flops / 1e6, 2)}
            row |= _giga(gflop_per_s=rate * flops, peak_gflop_per_s=best, bf16_peak_gflop_per_s=best_bf16)
            row |= {"share_of_peak": round(rate * flops / best, 3), "peer": peer, "peer_rate": round(theirs)}
            rows.append(row | {"ratio": round(rate / theirs, 2), "hardware": hard})
    write_table(rows, "bench_agent")
    write_table(measured, "bench_agent_peak")


def _giga(**rates: float) -> dict[str, float]:
    return {name: round(rate / 1e9, 1) for name, rate in rates.items()}


def where_a_step_goes(demos: Demos, steps: int = 60) -> None:
    """Time and share of peak of convolutions, of other products, and of the rest: one agent, one thread.

    The peak is measured before and after; the last row is all of a step, and what share of the peak it would reach if
    only convolutions and products took time.
    """
    agent, config, threads = AgentConfig(demos.grammar.as_dict()), TrainConfig(**HOW), torch.get_num_threads()
    torch.set_num_threads(1)
    loop = make_loop(demos, agent, config)
    loop.step(0)
    before = convolution_rate()
    with profile(activities=[ProfilerActivity.CPU]) as times:
        for batch in range(1, steps + 1):
            loop.step(batch)
    peak = (before + convolution_rate()) / 2
    with FlopCounterMode(display=False) as counter:
        loop.step(0)
    torch.set_num_threads(threads)
    parts = pd.DataFrame(0.0, ["convolutions", "other products", "the rest"], ["ms", "mflop"])
    for event in times.key_averages():
        parts.loc[_part(event.key), "ms"] += event.self_cpu_time_total / 1e3 / steps
    for operation, flops in counter.get_flop_counts()["Global"].items():
        parts.loc[_part(str(operation)), "mflop"] += flops / 1e6
    parts.loc["a whole step"] = parts.sum()
    parts["share_of_time"] = parts.ms / parts.ms["a whole step"]
    parts["share_of_peak"] = parts.mflop / parts.ms * 1e9 / peak
    products = parts.loc[["convolutions", "other products"]].sum()
    parts["bound"] = np.where(parts.index == "a whole step", products.mflop / products.ms * 1e9 / peak, np.nan)
    table = parts.round(3).rename_axis("part").reset_index().assign(peak_gflop_per_s=round(peak / 1e9, 1))
    write_table(table.assign(hardware=hardware()).to_dict("records"), "bench_agent_step")


def _part(operation: str) -> str:
    """Which part of a step an operation belongs to."""
    if "convolution" in operation:
        return "convolutions"
    name = operation.removeprefix("aten::").removeprefix("aten.").split(".")[0]
    return "other products" if name in ("mm", "addmm", "bmm") or "scaled_dot_product" in name else "the rest"


def bench_success(demos: Demos, every: int = 20_000, episodes: int = 5) -> None:
    """Success in unseen rooms by minutes of training, one agent on all threads: of the plain loop, and of ours."""
    agent, config = AgentConfig(demos.grammar.as_dict()), TrainConfig(**HOW)
    with tempfile.TemporaryDirectory() as folder:
        before, after = PlainLoop(demos, agent, config, folder), make_loop(demos, agent, config)
        rows = [
            *_course("plain", before.step, before.acting, config, every, episodes),
            *_course("lva", after.step, lambda: after.checkpoint.agent, config, every, episodes),
        ]
    write_table(rows, "bench_agent_success")


def _course(loop: str, step, acting, config: TrainConfig, every: int, episodes: int) -> list[dict]:
    """Success whenever so many samples have been seen, and the minutes of training until then."""
    seconds, rows = 0.0, []
    for batch in range(config.batches):
        began = time.perf_counter()
        step(batch)
        seconds += time.perf_counter() - began
        if (batch + 1) % (every // config.batch_size) and batch + 1 < config.batches:
            continue
        success = evaluate(acting(), episodes, seed=1, decodings=("sampled",)).by_task
        sampled = success[success.policy == "sampled"].set_index("task").success.round(3)
        row = {"loop": loop, "samples": (batch + 1) * config.batch_size, "minutes": round(seconds / 60, 2)}
        rows.append(row | sampled.to_dict() | {"hardware": hardware()})
    return rows


def bench_gpu(demos: Demos) -> None:
    """The paper's training: ResNet-18 in bf16, rendering included, against the larger of its two bounds."""
    agent = AgentConfig(demos.grammar.as_dict(), trunk="resnet18")
    flop_rate, byte_rate = matmul_rate(8192, torch.bfloat16, device="cuda"), copy_rate("cuda")
    rows = []
    for batch_size in (512, 2048):
        config = TrainConfig(**asdict(TrainConfig()) | HOW | {"batch_size": batch_size, "precision": "bf16"})
        flops, moved = work_of_a_step(demos, agent, config)
        bound = max(flops / flop_rate, moved / byte_rate)
        rate = ours(demos, agent, config)
        row = {"what": "training, resnet18, bf16", "batch_size": batch_size, "samples_per_s": round(rate)}
        row |= {"tflop_per_step": round(flops / 1e12, 3), "gb_per_step": round(moved / 1e9, 3)}
        row |= {"measured_tflop_per_s": round(flop_rate / 1e12), "measured_gb_per_s": round(byte_rate / 1e9)}
        share = bound * rate / batch_size
        rows.append(row | {"share_of_roofline": round(share, 3), "hardware": torch.cuda.get_device_name()})
    write_table(rows, "bench_agent_gpu")


def main() -> None:
    """Measure what this machine has."""
    demonstrations = make_demos(load_grammar("paper"), 10_000, progress=False)
    if torch.cuda.is_available():
        bench_gpu(demonstrations)
    else:
        print("no GPU: the resnet18 path is not measured")
        bench_cpu(demonstrations)
        where_a_step_goes(demonstrations)
        bench_success(demonstrations)


if __name__ == "__main__":
    import bench_agent  # by its name: other processes import what they are to measure

    bench_agent.main()
