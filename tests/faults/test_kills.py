"""A run that is killed leaves no process, and resumes to what it would have been; `make faults` does it 200 times."""

import shutil
import time

from tests.faults.trial import Trial


def test_a_killed_training_resumes_to_equal_hashes(tmp_path):
    whole, trial = Trial(tmp_path / "whole", "01,02"), Trial(tmp_path / "killed", "01,02")
    whole.finish()
    shutil.copytree(whole.cache, trial.cache)
    shutil.rmtree(trial.cache / "tiny/agents")
    (trial.cache / "tiny/notebooks/02_train_agent.ipynb").unlink()
    process = trial.start()
    while not list(trial.cache.glob("tiny/agents/*/checkpoint.safetensors")):
        assert process.poll() is None
        time.sleep(0.05)
    assert trial.stop(process, "KILL") == []
    trial.finish()
    assert trial.hashes() == whole.hashes()
