"""What pays: the same training with one thing changed at a time."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

import pandas as pd

from lva.agent.config import AgentConfig
from lva.agent.evaluation import evaluate
from lva.agent.loop import TrainConfig
from lva.agent.parallel import side_by_side
from lva.agent.runs import save_index
from lva.agent.training import train
from lva.artifacts import config_hash, is_current, save_artifact
from lva.world import Grammar, make_demos

MADE_BY = "02_train_agent"
BEST = {"labels": "optimal", "mirror": True}
PLAIN = {"labels": "expert", "mirror": False}


@dataclass(frozen=True)
class Variant:
    """One training: what is changed, in which part."""

    name: str
    demos: dict[str, Any] = field(default_factory=dict)  # arguments of make_demos
    agent: dict[str, Any] = field(default_factory=dict)  # fields of AgentConfig
    train: dict[str, Any] = field(default_factory=dict)  # fields of TrainConfig

    def configs(self, grammar: Grammar, base: TrainConfig) -> tuple[AgentConfig, TrainConfig]:
        """The agent and the training with what this variant changes."""
        return AgentConfig(grammar=grammar.as_dict(), **self.agent), replace(base, **self.train)


VARIANTS = (
    Variant("best", train=BEST),
    Variant("plain cloning, the paper's", train=PLAIN),
    Variant("all optimal actions, no mirror", train=BEST | {"mirror": False}),
    Variant("one action, mirror", train=PLAIN | {"mirror": True}),
    Variant("sighted expert, one action, mirror", {"expert": "sighted"}, train=PLAIN | {"mirror": True}),
    Variant("previous action as input", agent={"previous_action": True}, train=BEST),
    Variant("E_L normalised before the attention", agent={"normalize": "both"}, train=BEST),
    Variant("nothing normalised before the attention", agent={"normalize": "none"}, train=BEST),
    Variant("identity words", agent={"word_init": "identity"}, train=BEST),
    Variant("random words", agent={"word_init": "random"}, train=BEST),
    Variant("actions of other steps", train=BEST | {"labels": "shuffled"}),
    Variant("1 k demonstrations", {"n": 1_000}, train=BEST),
    Variant("5 k demonstrations", {"n": 5_000}, train=BEST),
    Variant("20 k demonstrations", {"n": 20_000}, train=BEST),
)


def ablate(
    grammar: Grammar,
    folder: Path,
    demonstrations: int = 100_000,
    base: TrainConfig | None = None,
    variants: tuple[Variant, ...] = VARIANTS,
    episodes: int = 20,
    workers: int | None = None,
) -> pd.DataFrame:
    """Train and evaluate every variant, one row each; those found finished in `folder` are not trained again.

    Beside each row its agent is kept, in a folder of the variant's name, and a training that was interrupted goes on;
    `ablations.json` there is their index.
    """
    base, files, jobs = base or TrainConfig(), {}, {}
    for variant in variants:
        agent, how = variant.configs(grammar, base)
        demos = {"n": demonstrations} | variant.demos
        config = {"demos": demos, "agent": asdict(agent), "train": asdict(how), "episodes": episodes}
        name = re.sub("[^a-z0-9]+", "-", variant.name.lower())
        files[variant.name] = file = Path(folder) / f"{name}-{config_hash(config)}.csv"
        if not is_current(file, config=config, made_by=MADE_BY):
            jobs[variant.name] = (variant, grammar, demonstrations, base, episodes, file, config)
    side_by_side(_run_and_save, jobs, base.samples * len(jobs), "sample", f"{len(jobs)} ablations", workers)
    save_index({name: file.with_suffix("") for name, file in files.items()}, Path(folder) / "ablations.json")
    return pd.concat([pd.read_csv(file) for file in files.values()], ignore_index=True)


def run_variant(
    variant: Variant,
    grammar: Grammar,
    demonstrations: int,
    base: TrainConfig,
    episodes: int,
    folder: Path | None = None,
    report: Callable[[int], None] | None = None,
) -> dict:
    """One variant's row: its settings, its minutes, its success by task and decoding."""
    demos = make_demos(grammar, **({"n": demonstrations, "seed": 0} | variant.demos), progress=False)
    agent, config = variant.configs(grammar, base)
    run = train(demos, agent, config, folder, progress=False, report=report)
    tasks = evaluate(run.agent, episodes).by_task
    success = {
        f"{row.task} {row.policy}": row.success for row in tasks.itertuples() if row.policy in ("greedy", "sampled")
    }
    settings = {
        "expert": demos.expert,
        "demonstrations": len(demos),
        "labels": config.labels,
        "mirror": config.mirror,
        "word_init": agent.word_init.split(":")[0],
        "samples": config.samples,
        "seed": config.seed,
    }
    return {"variant": variant.name, **settings, "minutes": round(run.metrics.seconds.iloc[-1] / 60, 2), **success}


def _run_and_save(variant, grammar, demonstrations, base, episodes, file, config, report) -> None:
    row = pd.DataFrame([run_variant(variant, grammar, demonstrations, base, episodes, file.with_suffix(""), report)])
    save_artifact(file, lambda path: row.to_csv(path, index=False), config=config, made_by=MADE_BY)
