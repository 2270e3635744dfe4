"""A training that can be killed: weights, optimizer, metrics, traces in one safetensors file, whole or not at all.

Its header holds a hash of all of it, so that a file that was damaged or changed is not trained on.
"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pandas as pd
import torch
from safetensors import safe_open
from safetensors.torch import save_file

from lva.ground.artifacts import ArtifactError, as_json, atomic_path, config_hash, differences

FILE = "checkpoint.safetensors"
Weights = dict[str, torch.Tensor]


class Checkpoint:
    """Where a training stands.

    `rows` are its metrics so far, `traces` E_L of every instruction by the samples seen, `snapshots` all weights.
    """

    def __init__(
        self, folder: str | Path | None, made_from: dict, agent: torch.nn.Module, optimizer: torch.optim.Optimizer
    ):
        self.folder = None if folder is None else Path(folder)
        self.made_from, self.agent, self.optimizer = as_json(made_from), agent, optimizer
        self.rows: list[dict] = []
        self.traces: dict[int, torch.Tensor] = {}
        self.snapshots: dict[int, Weights] = {}

    @property
    def metrics(self) -> pd.DataFrame:
        """The rows so far as a table."""
        return pd.DataFrame(self.rows)

    def save(self, done: int) -> None:
        """Write the state after `done` batches."""
        if self.folder is None:
            return
        tensors = {f"agent.{name}": value.contiguous() for name, value in self.agent.state_dict().items()}
        for i, state in self.optimizer.state_dict()["state"].items():
            tensors |= {f"optimizer.{i}.{name}": value.contiguous() for name, value in state.items()}
        tensors |= {f"trace.{samples}": e_l for samples, e_l in self.traces.items()}
        for samples, weights in self.snapshots.items():
            tensors |= {f"snapshot.{samples}.{name}": value.contiguous() for name, value in weights.items()}
        about = {"done": str(done), "rows": json.dumps(self.rows), "made_from": json.dumps(self.made_from)}
        about["sha256"] = _digest(about, tensors)
        with atomic_path(self.folder / FILE) as path:
            save_file(tensors, path, metadata=about)

    def restore(self) -> int:
        """Take up the saved state, if there is one; return the number of batches done."""
        if self.folder is None or not (self.folder / FILE).exists():
            return 0
        path = self.folder / FILE
        about, tensors = read_checkpoint(path)
        found = json.loads(about["made_from"])
        if config_hash(found) != config_hash(self.made_from):
            differing = differences(self.made_from, found)
            raise ArtifactError(f"{path} was made from something else ({differing}); use another folder, or delete it")
        prefix = "agent."
        try:
            self.agent.load_state_dict({n.removeprefix(prefix): t for n, t in tensors.items() if n.startswith(prefix)})
        except RuntimeError as error:
            raise ArtifactError(f"{path} is of an agent built otherwise ({error}); delete it to train again") from error
        weights = [weight for group in self.optimizer.param_groups for weight in group["params"]]
        state: dict[int, dict] = {}
        for name, tensor in tensors.items():
            if name.startswith("optimizer."):
                _, i, field = name.split(".")
                # The fused optimizer goes through memory: its state must lie there as the weight does.
                laid_out = tensor if tensor.ndim == 0 else torch.empty_like(weights[int(i)]).copy_(tensor)
                state.setdefault(int(i), {})[field] = laid_out
        self.optimizer.load_state_dict(self.optimizer.state_dict() | {"state": state})
        self.rows, self.traces, self.snapshots = json.loads(about["rows"]), traces_in(tensors), snapshots_in(tensors)
        return int(about["done"])


def read_checkpoint(path: Path) -> tuple[dict[str, str], dict[str, torch.Tensor]]:
    """What a checkpoint says of itself, and its tensors."""
    remedy = "delete it to train from the beginning"
    try:
        with safe_open(path, "pt") as file:
            about, tensors = file.metadata(), {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
        expected = about.pop("sha256")
    except Exception as error:  # safetensors has an exception of its own for each kind of damage
        raise ArtifactError(f"{path} cannot be read ({error}); {remedy}") from error
    if _digest(about, tensors) != expected:
        raise ArtifactError(f"{path} does not match its hash: damaged, or changed by hand; {remedy}")
    return about, tensors


def _digest(about: dict[str, str], tensors: dict[str, torch.Tensor]) -> str:
    """The sha256 of all that a checkpoint holds, in the order of names."""
    digest = hashlib.sha256(json.dumps(about, sort_keys=True).encode())
    for name, tensor in sorted(tensors.items()):
        digest.update(f"{name} {tensor.dtype} {tuple(tensor.shape)}".encode())
        digest.update(tensor.cpu().contiguous().flatten().view(torch.uint8).numpy())
    return digest.hexdigest()


def traces_in(tensors: dict[str, torch.Tensor]) -> dict[int, torch.Tensor]:
    """E_L of every instruction by the samples seen, in order."""
    prefix = "trace."
    found = {int(name.removeprefix(prefix)): e_l for name, e_l in tensors.items() if name.startswith(prefix)}
    return dict(sorted(found.items()))


def snapshots_in(tensors: dict[str, torch.Tensor]) -> dict[int, Weights]:
    """All weights of the agent by the samples seen, in order."""
    found: dict[int, Weights] = {}
    for name, value in tensors.items():
        kind, _, rest = name.partition(".")
        if kind == "snapshot":
            samples, _, weight = rest.partition(".")
            found.setdefault(int(samples), {})[weight] = value
    return dict(sorted(found.items()))
