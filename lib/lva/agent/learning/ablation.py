"""What pays: the same training with one thing changed at a time."""

from __future__ import annotations

import re
from dataclasses import asdict, dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Any

import pandas as pd

from lva.agent.config import AgentConfig
from lva.agent.evaluation import DECODINGS, evaluate
from lva.agent.learning.cloning import TrainConfig, train
from lva.agent.learning.runs import save_index
from lva.ground.artifacts import config_hash, is_current, save_artifact
from lva.ground.code import code_of_module
from lva.ground.jobs import side_by_side
from lva.world import Demos, make_demos

MADE_BY = "02_train_agent"
BEST = {"labels": "optimal", "mirror": True}
PLAIN = {"labels": "expert", "mirror": False}
ROW = "success.csv"  # in the folder of each


@dataclass(frozen=True)
class Trial:
    """The unseen rooms in which every variant is tried, as `evaluate` takes them."""

    episodes: int = 20  # per instruction
    seed: int = 0


@dataclass(frozen=True)
class Variant:
    """One training: what is changed, in which part."""

    name: str
    demos: dict[str, Any] = field(default_factory=dict)  # arguments of make_demos
    agent: dict[str, Any] = field(default_factory=dict)  # fields of AgentConfig
    train: dict[str, Any] = field(default_factory=dict)  # fields of TrainConfig

    def made_from(self, demos: Demos, agent: AgentConfig, base: TrainConfig) -> dict[str, Any]:
        """Demonstrations, agent and training with what this variant changes."""
        own = {"n": len(demos), "seed": demos.seed, "expert": demos.expert, "level": demos.level}
        return {"demos": own | self.demos, "agent": replace(agent, **self.agent), "train": replace(base, **self.train)}


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


def pretrained_words(model: str, path: Path) -> Variant:
    """Words that start as the vectors of a model, saved by `lva.models.save_word_vectors`."""
    return Variant(f"words of {model}", agent={"word_init": f"pretrained:{path}"}, train=BEST)


def ablate(
    demos: Demos,
    agent: AgentConfig,
    base: TrainConfig,
    folder: Path,
    variants: tuple[Variant, ...] = VARIANTS,
    trial: Trial = Trial(),
) -> pd.DataFrame:
    """Train and evaluate every variant of a training, one row each; those found finished are not trained again.

    In `folder` each agent is kept, a folder named after its variant, and a training that was interrupted resumes;
    `ablations.json` there is their index.
    """
    folders, jobs = {}, {}
    for variant in variants:
        made_from = variant.made_from(demos, agent, base)
        name = re.sub("[^a-z0-9]+", "-", variant.name.lower())
        folders[variant.name] = at = Path(folder) / f"{name}-{config_hash(made_from)}"
        if not is_current(at / ROW, config=_evaluated(trial), made_by=MADE_BY):
            jobs[variant.name] = (variant.name, made_from, at, trial)
    side_by_side(_run_and_save, jobs, base.samples * len(jobs), "sample", f"{len(jobs)} ablations")
    save_index(folders, Path(folder) / "ablations.json")
    return pd.concat([pd.read_csv(at / ROW) for at in folders.values()], ignore_index=True)


def _run_and_save(name, made_from, folder, trial, report) -> None:
    """One variant: train it, and save the row of its settings, its minutes, its success by task and decoding."""
    agent, config = made_from["agent"], made_from["train"]
    demos = make_demos(agent.language, **made_from["demos"], progress=False)
    run = train(demos, agent, config, folder, progress=report)
    tasks = evaluate(run.agent, trial.episodes, trial.seed, demos.level).by_task
    row = {
        "variant": name,
        "expert": demos.expert,
        "demonstrations": len(demos),
        "labels": config.labels,
        "mirror": config.mirror,
        "word_init": agent.word_init.split(":")[0],
        "samples": config.samples,
        "seed": config.seed,
        "minutes": round(run.metrics.seconds.iloc[-1] / 60, 2),
    }
    row |= {f"{at.task} {at.policy}": at.success for at in tasks.itertuples() if at.policy in DECODINGS}
    table = pd.DataFrame([row])
    write, made_with = partial(table.to_csv, index=False), _evaluated(trial)
    save_artifact(folder / ROW, write, config=made_with, made_by=MADE_BY)


def _evaluated(trial: Trial) -> dict[str, Any]:
    """What decides the row of a variant, apart from its own settings."""
    return asdict(trial) | {"code": code_of_module(__name__)}
