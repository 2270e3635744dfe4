"""A machine that only trains needs torch and the world, and nothing that draws, runs notebooks, exports or plays."""

import os
import subprocess
import sys

TRAIN = """
import sys
from importlib.machinery import PathFinder

class Without(PathFinder):
    @classmethod
    def find_spec(cls, name, path=None, target=None):
        return None if name.split(".")[0] in {blocked} else super().find_spec(name, path, target)

sys.meta_path = [Without if finder is PathFinder else finder for finder in sys.meta_path]
import torch
import lva.models
from lva.agent import AgentConfig, TrainConfig, evaluate, new_agent, train
from lva.world import load_grammar, make_demos, take_pictures, write_corpus
demos = make_demos(load_grammar("paper"), 108, progress=False)
for precision in ("no", "bf16"):
    config = TrainConfig(samples=128, batch_size=64, precision=precision)
    run = train(demos, AgentConfig(width=8, blocks=1), config, sys.argv[1] + precision, progress=False)
evaluate(run.agent, 1)
for tile_size in (8, 32):
    agent = new_agent(AgentConfig(trunk="resnet18", tile_size=tile_size)).eval()
    agent(torch.ones(1, agent.grammar.length, dtype=torch.long), torch.zeros(1, 7, 7, dtype=torch.long))
write_corpus(load_grammar("paper"), 108, progress=False)
take_pictures(load_grammar("paper"), 108, progress=False).images(slice(0, 9))
assert not {blocked} & set(sys.modules)
"""
BLOCKED = (
    "IPython",
    "gymnasium",
    "ipywidgets",
    "matplotlib",
    "minari",
    "minigrid",
    "papermill",
    "pygame",
    "seaborn",
)


def test_training_needs_nothing_that_draws_runs_notebooks_or_plays(tmp_path):
    command = [sys.executable, "-c", TRAIN.format(blocked=set(BLOCKED)), os.fspath(tmp_path / "run-")]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=600)
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "run-no/README.md").exists() and (tmp_path / "run-bf16/README.md").exists()
