"""A run that is killed leaves no process, and resumes to what it would have been; `make faults` does it 200 times."""

import time

from trial import Trial

ONLY = "01,02"  # the campaign takes every stage


def test_a_killed_run_resumes_to_equal_hashes(tmp_path):
    whole, trial = Trial(tmp_path / "whole", ONLY), Trial(tmp_path / "killed", ONLY)
    whole.finish()
    process = trial.start()
    while not list(trial.cache.glob("tiny/agents/*/checkpoint.safetensors")):  # in the middle of stage 02
        assert process.poll() is None
        time.sleep(0.05)
    assert trial.stop(process, "KILL") == []
    trial.finish()
    assert trial.hashes() == whole.hashes()
