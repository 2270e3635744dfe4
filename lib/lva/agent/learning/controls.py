"""Which agents a run trains: the agent, once per seed, and agents that must not count as it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from lva.agent.config import AgentConfig
from lva.agent.learning.ablation import PLAIN, Variant
from lva.agent.learning.cloning import TrainConfig

CONTROLS = {
    control.name: control
    for control in (
        Variant("identity", agent={"word_init": "identity"}),  # words that differ before training
        Variant("plain", train=PLAIN),  # plain cloning, the paper's
        Variant("shuffled", train={"labels": "shuffled"}),  # taught the actions of other steps
    )
}


def agent_jobs(
    agent: AgentConfig, base: TrainConfig, seeds: Sequence[int], controls: bool = True
) -> dict[str, tuple[AgentConfig, TrainConfig]]:
    """What to train, by name, as `train_all` takes it: `seed-0`, `seed-1`, ..., and each control at the first seed."""
    if not seeds:
        raise ValueError("seeds is empty; an agent is trained for each, so give at least one")
    jobs = {f"seed-{seed}": (agent, replace(base, seed=seed)) for seed in seeds}
    if controls:
        first = replace(base, seed=seeds[0])
        jobs |= {
            name: (replace(agent, **control.agent), replace(first, **control.train))
            for name, control in CONTROLS.items()
        }
    return jobs
