"""What pays: the same training with one thing changed at a time."""

from __future__ import annotations

import time
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

import pandas as pd
from tqdm.auto import tqdm

from lva.agent.config import AgentConfig
from lva.agent.evaluation import evaluate
from lva.agent.training import TrainConfig, train
from lva.artifacts import is_current, save_artifact
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


VARIANTS = (
    Variant("best", train=BEST),
    Variant("plain cloning, the paper's", train=PLAIN),
    Variant("all optimal actions, no mirror", train=BEST | {"mirror": False}),
    Variant("one action, mirror", train=PLAIN | {"mirror": True}),
    Variant("sighted expert, one action, mirror", {"expert": "sighted"}, train=PLAIN | {"mirror": True}),
    Variant("previous action as input", agent={"previous_action": True}, train=BEST),
    Variant("no normalisation before the attention", agent={"normalize": False}, train=BEST),
    Variant("identity words", agent={"word_init": "identity"}, train=BEST),
    Variant("random words", agent={"word_init": "random"}, train=BEST),
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
) -> pd.DataFrame:
    """Train and evaluate every variant, one row each; those found finished in `folder` are not trained again."""
    rows = []
    for variant in tqdm(variants, desc="ablations"):
        path = Path(folder) / f"{variant.name.replace(' ', '_').replace(',', '').replace(chr(39), '')}.csv"
        config = {
            "variant": asdict(variant),
            "base": asdict(base or TrainConfig()),
            "demonstrations": demonstrations,
            "grammar": grammar.as_dict(),
            "episodes": episodes,
        }
        if not is_current(path, config=config, made_by=MADE_BY):
            row = pd.DataFrame([run_variant(variant, grammar, demonstrations, base or TrainConfig(), episodes)])
            save_artifact(path, lambda file, row=row: row.to_csv(file, index=False), config=config, made_by=MADE_BY)
        rows.append(pd.read_csv(path))
    return pd.concat(rows, ignore_index=True)


def run_variant(variant: Variant, grammar: Grammar, demonstrations: int, base: TrainConfig, episodes: int) -> dict:
    """One variant's row: its settings, its minutes, its success by task and decoding."""
    demos = make_demos(grammar, **({"n": demonstrations, "seed": 0} | variant.demos), progress=False)
    agent, config = AgentConfig(grammar=grammar.as_dict(), **variant.agent), replace(base, **variant.train)
    began = time.perf_counter()
    run = train(demos, agent, config)
    minutes = (time.perf_counter() - began) / 60
    tasks = evaluate(run.agent, episodes).by_task
    success = {
        f"{row.task} {row.policy}": row.success for row in tasks.itertuples() if row.policy in ("greedy", "sampled")
    }
    settings = {
        "expert": demos.expert,
        "demonstrations": len(demos),
        "labels": config.labels,
        "mirror": config.mirror,
        "word_init": agent.word_init,
        "samples": config.samples,
        "seed": config.seed,
    }
    return {"variant": variant.name, **settings, "minutes": round(minutes, 2), **success}
