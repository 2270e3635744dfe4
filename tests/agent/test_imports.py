"""A machine that only trains needs torch and the world, and nothing that draws, runs notebooks or exports."""

import os
import subprocess
import sys

TRAIN = """
import sys

class Block:
    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] in {blocked}:
            raise ModuleNotFoundError(f"no module named {{name}}")

sys.meta_path.insert(0, Block())
from lva.agent import AgentConfig, TrainConfig, evaluate, train
from lva.world import load_grammar, make_demos
demos = make_demos(load_grammar("paper"), 108, progress=False)
for precision in ("no", "bf16"):
    config = TrainConfig(samples=128, batch_size=64, precision=precision)
    run = train(demos, AgentConfig(width=8, blocks=1), config, sys.argv[1] + precision, progress=False)
evaluate(run.agent, 1)
"""
BLOCKED = ("IPython", "ipywidgets", "matplotlib", "minari", "papermill", "seaborn")


def test_training_needs_nothing_that_draws_or_runs_notebooks(tmp_path):
    command = [sys.executable, "-c", TRAIN.format(blocked=set(BLOCKED)), os.fspath(tmp_path / "run-")]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=600)
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "run-no/README.md").exists() and (tmp_path / "run-bf16/README.md").exists()
