"""Training: it learns, it repeats, it survives being killed, and it says what is wrong."""

import math
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from dataclasses import replace
from functools import partial

import numpy as np
import pytest
import torch
from safetensors.torch import load_file

from lva.agent import (
    Agent,
    AgentConfig,
    TrainConfig,
    TrainingDiverged,
    Trial,
    Variant,
    ablate,
    agent_jobs,
    load_agent,
    load_index,
    load_run,
    new_agent,
    save_index,
    train,
    train_all,
)
from lva.agent.learning import ablation
from lva.agent.learning.cloning import CARD_MODULE, LOG_EVERY, Cloning, likeness
from lva.ground.artifacts import ArtifactError
from lva.ground.code import code_of_module
from lva.ground.folder_artifact import check_folder
from lva.world import Level, load_grammar, make_demos

GRAMMAR = load_grammar("paper")
TINY = AgentConfig(width=8, blocks=1)
SHORT = TrainConfig(samples=64 * 120, batch_size=64, checkpoint_minutes=0)

# A run as a person starts it: killed from outside, or shared by two processes.
SCRIPT = """
import sys
from lva.agent import AgentConfig, TrainConfig, train
from lva.world import Level, load_grammar, make_demos
demos = make_demos(load_grammar("paper"), 500)
config = TrainConfig(samples=64 * 120, batch_size=64, checkpoint_minutes=0)
run = train(demos, AgentConfig(width=8, blocks=1), config, sys.argv[1], progress=False)
run.agent.save_pretrained(sys.argv[1] + "/agent")
"""


@pytest.fixture(scope="module")
def demos():
    return make_demos(GRAMMAR, 500)


@pytest.fixture(scope="module")
def weights(demos):
    """Of a run that nothing disturbed."""
    return train(demos, TINY, SHORT, progress=False).agent.state_dict()


@pytest.fixture(scope="module")
def run(demos, tmp_path_factory):
    """The same, kept in a folder that no test may change."""
    return train(demos, TINY, SHORT, tmp_path_factory.mktemp("run"), progress=False)


def assert_same(a, b):
    assert a.keys() == b.keys()
    assert all(torch.equal(a[name], b[name]) for name in a)


def start(folder, *launcher):
    command = [sys.executable, *launcher, "-c", SCRIPT, os.fspath(folder)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)


def test_it_learns(demos):
    run = train(demos, TINY, TrainConfig(samples=64 * 400, batch_size=64), progress=False)
    assert run.metrics.loss.iloc[-1] < 0.9 < math.log(6) and run.metrics.accuracy.iloc[-1] > 0.6
    assert run.metrics.samples.tolist() == [64 * LOG_EVERY * i for i in range(1, 9)]


def test_the_same_seed_gives_the_same_weights(demos, weights):
    assert_same(train(demos, TINY, SHORT, progress=False).agent.state_dict(), weights)
    other = train(demos, TINY, TrainConfig(**vars(SHORT) | {"seed": 1}), progress=False).agent.state_dict()
    assert not torch.equal(other["actions.1.weight"], weights["actions.1.weight"])


def test_a_run_that_was_killed_ends_with_the_same_weights(weights, tmp_path):
    """SIGKILL as soon as there is a checkpoint; once more right after the next; then to the end."""
    file = tmp_path / "checkpoint.safetensors"
    for _ in range(2):
        before = file.stat().st_mtime_ns if file.exists() else 0
        process, deadline = start(tmp_path), time.monotonic() + 600
        while process.poll() is None and not (file.exists() and file.stat().st_mtime_ns > before):
            assert time.monotonic() < deadline
            time.sleep(0.005)
        process.send_signal(signal.SIGKILL)
        process.wait()
    process = start(tmp_path)
    output, _ = process.communicate(timeout=600)
    assert process.returncode == 0, output
    assert_same(Agent.from_pretrained(tmp_path / "agent").state_dict(), weights)


def test_two_processes_train_the_same_agent(weights, tmp_path):
    script = tmp_path / "run.py"
    script.write_text(SCRIPT)
    options = {"num_processes": "2", "num_machines": "1", "mixed_precision": "no", "dynamo_backend": "no"}
    launch = [sys.executable, "-m", "accelerate.commands.launch", "--cpu"]
    launch += [word for name, value in options.items() for word in (f"--{name}", value)]
    launch += [os.fspath(script), os.fspath(tmp_path)]
    done = subprocess.run(launch, capture_output=True, text=True, check=False, timeout=900)
    assert done.returncode == 0, done.stdout + done.stderr
    shared = Agent.from_pretrained(tmp_path / "agent").state_dict()
    for name, value in weights.items():
        torch.testing.assert_close(shared[name], value, rtol=0.02, atol=2e-3)


def test_a_finished_run_is_not_done_again(demos, tmp_path):
    first = train(demos, TINY, SHORT, tmp_path, progress=False)
    again = train(demos, TINY, SHORT, tmp_path, progress=False)
    assert_same(again.agent.state_dict(), first.agent.state_dict())
    assert again.metrics.equals(first.metrics)  # the seconds too
    assert_same(load_agent(tmp_path).state_dict(), first.agent.state_dict())
    assert "Run(AgentConfig(grammar='paper', width=8, blocks=1), 7,680 samples" in repr(again)


@pytest.mark.parametrize("name", ["model.safetensors", "checkpoint.safetensors", "config.json", "README.md"])
def test_a_flipped_bit_anywhere_in_the_folder_is_refused(run, tmp_path, name):
    folder = shutil.copytree(run.folder, tmp_path / "agent")
    content = bytearray((folder / name).read_bytes())
    content[len(content) // 2] ^= 4
    (folder / name).write_bytes(content)
    for load in (load_agent, load_run):
        with pytest.raises(ArtifactError, match=rf"{name} does not match its sha256.*--only 02"):
            load(folder)


@pytest.mark.parametrize("name", ["checkpoint.safetensors", "config.json"])
def test_a_file_of_another_agent_is_refused(demos, run, tmp_path, name):
    other = train(demos, AgentConfig(width=16, blocks=1), SHORT, tmp_path / "other", progress=False)
    folder = shutil.copytree(run.folder, tmp_path / "agent")
    shutil.copy(other.folder / name, folder / name)
    with pytest.raises(ArtifactError, match=name):
        load_run(folder)


def test_a_folder_without_an_agent_is_refused_with_its_remedy(tmp_path):
    for load in (load_agent, load_run):
        with pytest.raises(ArtifactError, match=r"nowhere is not there; .*--only 02.* or give the folder"):
            load(tmp_path / "nowhere")
        with pytest.raises(ArtifactError, match=r"has no manifest.json.*--only 02"):
            load(tmp_path)


def test_a_damaged_agent_is_restored_from_its_checkpoint(demos, run, tmp_path):
    folder = shutil.copytree(run.folder, tmp_path / "agent")
    (folder / "model.safetensors").write_bytes(b"nothing")
    assert_same(train(demos, TINY, SHORT, folder, progress=False).agent.state_dict(), run.agent.state_dict())
    assert_same(load_agent(folder).state_dict(), run.agent.state_dict())


def test_an_agent_carries_a_card_that_says_what_it_is(run):
    card = (run.folder / "README.md").read_text()
    assert "More Information Needed" not in card and "{" not in card.replace('{"', "")
    grammar = "`paper`: 108 instructions of up to 4 words, 16 words in all: go, to,"
    training = "of 500 demonstrations of the oracle expert"
    for phrase in (grammar, training, "E_L is the agent's embedding", "7,680 samples", "## Limits", "from_pretrained"):
        assert phrase in card
    entry = check_folder(run.folder, made_by="02_train_agent")
    assert {name: file.role for name, file in entry.files.items()} == {
        "README.md": "model card",
        "checkpoint.safetensors": "course of the training and its last state",
        "config.json": "configuration of the agent",
        "model.safetensors": "weights",
    }


def test_the_snippet_of_the_card_runs(run, monkeypatch):
    monkeypatch.chdir(run.folder)
    (code,) = re.findall(r"```python\n(.*?)```", (run.folder / "README.md").read_text(), flags=re.S)
    names = {}
    exec(code.replace("path/to/this/folder", "."), names)
    assert_same(names["agent"].state_dict(), names["run"].agent.state_dict())


def test_a_checkpoint_of_another_configuration_is_refused(demos, tmp_path):
    train(demos, TINY, SHORT, tmp_path, progress=False)
    with pytest.raises(ArtifactError, match=r"learning_rate: asked 0\.5, found 0\.001"):
        train(demos, TINY, TrainConfig(**vars(SHORT) | {"learning_rate": 0.5}), tmp_path, progress=False)


def test_agents_trained_side_by_side_are_those_trained_alone(demos, weights, tmp_path):
    jobs = {"first": (TINY, SHORT), "second": (TINY, TrainConfig(**vars(SHORT) | {"seed": 1}))}
    runs = train_all(demos, jobs, tmp_path, workers=2)
    assert_same(runs["first"].agent.state_dict(), weights)
    assert not torch.equal(runs["second"].agent.state_dict()["actions.1.weight"], weights["actions.1.weight"])
    again = load_index(save_index({name: run.folder for name, run in runs.items()}, tmp_path / "agents.json"))
    assert_same(again["first"].agent.state_dict(), weights)
    assert np.array_equal(again["first"].embedding, runs["first"].embedding)
    assert again["second"].metrics.equals(runs["second"].metrics)
    assert again["first"].traces.keys() == runs["first"].traces.keys()


def test_finished_agents_are_loaded_and_nothing_is_rendered_again(demos, tmp_path, monkeypatch):
    jobs = {"first": (TINY, SHORT)}
    runs = train_all(demos.save(tmp_path / "demos.npz"), jobs, tmp_path / "agents", workers=1)
    monkeypatch.setattr("lva.agent.learning.steps.view_tiles", None)
    again = train_all(demos, jobs, tmp_path / "agents", workers=1)
    assert_same(again["first"].agent.state_dict(), runs["first"].agent.state_dict())


def test_other_code_trains_again_and_says_so(demos, tmp_path, monkeypatch, capsys):
    jobs = {"first": (TINY, SHORT)}
    first = train_all(demos, jobs, tmp_path, workers=1)["first"]
    (first.folder / "notes.txt").write_text("mine")
    monkeypatch.setattr("lva.agent.learning.cloning.code_of_module", lambda module: {module: "changed"})
    capsys.readouterr()
    again = train_all(demos, jobs, tmp_path, workers=1)["first"]
    lines = [line for line in capsys.readouterr().out.splitlines() if "made by other code" in line]
    assert len(lines) == 1 and lines[0].startswith(f"{first.folder} was made by other code: lva.agent.config, ")
    assert again.folder == first.folder and len(list(tmp_path.glob("first-*"))) == 1
    assert again.metrics.seconds.tolist() != first.metrics.seconds.tolist()
    assert_same(again.agent.state_dict(), first.agent.state_dict())
    assert (first.folder / "notes.txt").exists()


def test_an_unfinished_training_of_other_code_is_begun_again(demos, run, tmp_path, monkeypatch, capsys):
    shutil.copy(run.folder / "checkpoint.safetensors", tmp_path)  # whole, and of a folder without a manifest
    monkeypatch.setattr("lva.agent.learning.cloning.code_of_module", lambda module: {module: "changed"})
    again = train(demos, TINY, SHORT, tmp_path, progress=False)
    assert f"{tmp_path} was made by other code" in capsys.readouterr().out
    assert again.metrics.seconds.tolist() != run.metrics.seconds.tolist()


def test_what_an_agent_is_made_by_is_how_it_learns_and_not_how_it_is_drawn():
    needed = code_of_module("lva.agent.learning.cloning")
    assert {"lva.agent.learning.steps", "lva.agent.model", "lva.world.kernels.sight"} <= set(needed)
    assert not [name for name in needed if name.startswith(("lva.figures", "lva.report"))]
    assert [name for name in needed if name.startswith("lva.ground")] == ["lva.ground.training"]
    assert "lva.agent.evaluation" not in needed


def test_the_words_of_the_card_train_nothing_again(demos, run, monkeypatch):
    assert CARD_MODULE in code_of_module("lva.agent.learning.cloning")
    reworded = code_of_module("lva.agent.learning.cloning") | {CARD_MODULE: "changed"}
    monkeypatch.setattr("lva.agent.learning.cloning.code_of_module", lambda module: reworded)
    again = train(demos, TINY, SHORT, run.folder, progress=False)
    assert again.metrics.seconds.tolist() == run.metrics.seconds.tolist()


def test_the_traces_lead_from_the_untrained_agent_to_the_trained_one(demos, tmp_path):
    run = train(demos, TINY, SHORT, tmp_path, progress=False)
    samples = list(run.traces)
    assert samples == sorted(samples) and samples[0] == 0 and samples[-1] == SHORT.samples
    untrained = new_agent(TINY, SHORT.seed).language_embedding(GRAMMAR.texts)
    torch.testing.assert_close(run.traces[0], torch.from_numpy(untrained))
    torch.testing.assert_close(run.traces[SHORT.samples], torch.from_numpy(run.agent.language_embedding(GRAMMAR.texts)))


@pytest.mark.parametrize("rate", [0, 0.1])
def test_a_language_encoder_may_be_frozen_or_slowed(demos, run, rate):
    config = replace(SHORT, language_rate=rate)
    slowed, before = train(demos, TINY, config, progress=False).agent, new_agent(TINY, SHORT.seed)
    moved = [_distance(one.language, before.language) for one in (slowed, run.agent)]
    assert moved[0] == 0 if rate == 0 else 0 < moved[0] < moved[1] / 3
    assert _distance(slowed.vision, before.vision) > 0


def _distance(one, other):
    pairs = zip(one.parameters(), other.parameters(), strict=True)
    return sum((a - b).square().sum() for a, b in pairs).sqrt().item()


def test_a_slowed_training_that_was_interrupted_ends_with_the_same_weights(demos, tmp_path, monkeypatch):
    config = replace(SHORT, language_rate=0.1, snapshots=True, traces=4)
    whole = train(demos, TINY, config, progress=False)
    step = Cloning.step

    def fails(self, batch):
        if batch == 80:
            raise KeyboardInterrupt
        return step(self, batch)

    monkeypatch.setattr(Cloning, "step", fails)
    with pytest.raises(KeyboardInterrupt):
        train(demos, TINY, config, tmp_path, progress=False)
    monkeypatch.setattr(Cloning, "step", step)
    resumed = train(demos, TINY, config, tmp_path, progress=False)
    assert_same(resumed.agent.state_dict(), whole.agent.state_dict())
    for again in (resumed, load_run(tmp_path)):
        assert list(again.snapshots) == [64 * 30, 64 * 120]
        for samples, weights in whole.snapshots.items():
            assert_same(again.snapshots[samples], weights)


def test_a_pull_brings_the_space_of_instructions_towards_the_vectors(demos, run, tmp_path):
    vectors = np.random.default_rng(0).normal(size=(108, 300))
    np.savez(tmp_path / "aim.npz", texts=np.array(GRAMMAR.texts), vectors=vectors)
    config = replace(SHORT, towards=str(tmp_path / "aim.npz"), pull=10.0)
    pulled = train(demos, replace(TINY, word_init="identity"), config, progress=False)
    aim = likeness(torch.from_numpy(vectors))
    far, near = (float((likeness(torch.from_numpy(one.embedding)) - aim).square().mean()) for one in (run, pulled))
    assert near < far / 3
    assert pulled.metrics.loss.iloc[-1] < pulled.metrics.loss.iloc[0]


def test_snapshots_are_the_agent_as_it_was(demos, weights):
    run = train(demos, TINY, replace(SHORT, snapshots=True, traces=4), progress=False)
    assert_same(run.agent.state_dict(), weights)
    assert_same(run.agent_at(SHORT.samples).state_dict(), weights)
    for samples in run.snapshots:
        then = run.agent_at(samples).language_embedding(GRAMMAR.texts)
        torch.testing.assert_close(torch.from_numpy(then), run.traces[samples])


def test_tensorboard_gets_the_metrics(demos, tmp_path):
    from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

    run = train(demos, TINY, SHORT, tmp_path, progress=False, tensorboard=True)
    events = EventAccumulator(os.fspath(next((tmp_path / "tensorboard").rglob("events*")).parent)).Reload()
    losses = [event.value for event in events.Scalars("loss")]
    assert losses == pytest.approx(run.metrics.loss.tolist())


def test_two_precisions_in_one_process(demos, weights):
    """bf16 between two trainings in float32: each is what it is alone, and bf16 is not float32."""
    low = train(demos, TINY, replace(SHORT, precision="bf16"), progress=False)
    assert_same(train(demos, TINY, SHORT, progress=False).agent.state_dict(), weights)
    assert not torch.equal(low.agent.state_dict()["actions.1.weight"], weights["actions.1.weight"])
    assert low.metrics.loss.iloc[-1] == pytest.approx(1.0, abs=0.5)


def test_tensorboard_that_is_missing_is_named(demos, tmp_path, monkeypatch):
    monkeypatch.setattr("lva.agent.learning.cloning.is_tensorboard_available", lambda: False)
    with pytest.raises(ValueError, match="pip install tensorboard"):
        train(demos, TINY, SHORT, tmp_path, progress=False, tensorboard=True)


def test_an_ablation_has_a_row_per_variant_and_is_not_run_again(tmp_path, monkeypatch):
    monkeypatch.setattr(ablation, "side_by_side", partial(ablation.side_by_side, workers=1))
    variants = (Variant("few", {"n": 200}), Variant("shuffled", train={"labels": "shuffled"}))
    demos = make_demos(GRAMMAR, 300, level=Level(distractors=1))
    ask = {"folder": tmp_path, "variants": variants, "trial": Trial(episodes=1)}
    table = ablate(demos, TINY, SHORT, **ask)
    assert table.variant.tolist() == ["few", "shuffled"] and table.demonstrations.tolist() == [200, 300]
    assert table.labels.tolist() == ["expert", "shuffled"]
    assert list(load_index(tmp_path / "ablations.json")) == ["few", "shuffled"]
    written = {file: file.stat().st_mtime_ns for file in tmp_path.rglob("*.safetensors")}
    assert ablate(demos, TINY, SHORT, **ask).equals(table)
    assert written == {file: file.stat().st_mtime_ns for file in tmp_path.rglob("*.safetensors")}
    assert not ablate(demos, replace(TINY, width=16), SHORT, **ask).equals(table)
    (other,) = (run for name, run in load_index(tmp_path / "ablations.json").items() if name == "few")
    assert other.agent.config.width == 16


def test_a_damaged_checkpoint_is_refused(demos, tmp_path):
    train(demos, TINY, SHORT, tmp_path, progress=False)
    file = tmp_path / "checkpoint.safetensors"
    file.write_bytes(file.read_bytes()[:-100])
    with pytest.raises(ArtifactError, match="cannot be read"):
        train(demos, TINY, SHORT, tmp_path, progress=False)


def test_a_checkpoint_with_a_flipped_bit_is_not_trained_on(demos, run, tmp_path):
    """Before the folder is finished, no manifest guards it."""
    content = bytearray((run.folder / "checkpoint.safetensors").read_bytes())
    content[-1] ^= 1
    (tmp_path / "checkpoint.safetensors").write_bytes(content)
    with pytest.raises(ArtifactError, match="does not match its hash"):
        train(demos, TINY, SHORT, tmp_path, progress=False)


def test_a_loss_that_is_no_number_stops_the_run_and_keeps_the_last_good_checkpoint(demos, tmp_path, monkeypatch):
    train(demos, TINY, SHORT, tmp_path, progress=False)
    good = load_file(tmp_path / "checkpoint.safetensors")
    from lva.agent.learning import cloning

    (tmp_path / "manifest.json").unlink()
    monkeypatch.setattr(cloning.Checkpoint, "restore", lambda self: 0)
    monkeypatch.setattr(cloning.F, "cross_entropy", lambda logits, targets: (logits * float("nan")).sum())
    with pytest.raises(TrainingDiverged, match=rf"batch {LOG_EVERY}; lower learning_rate.*last good checkpoint"):
        train(demos, TINY, SHORT, tmp_path, progress=False)
    assert_same(load_file(tmp_path / "checkpoint.safetensors"), good)


def test_demonstrations_of_another_grammar_are_refused():
    with pytest.raises(ValueError, match=r"speak Grammar\('natural'"):
        train(make_demos(load_grammar("natural"), 108), TINY, SHORT, progress=False)


def test_the_jobs_of_a_run_are_a_seed_each_and_a_control_each_at_the_first():
    jobs = agent_jobs(TINY, TrainConfig(labels="optimal", mirror=True), [3, 4])
    assert list(jobs) == ["seed-3", "seed-4", "identity", "plain", "shuffled"]
    assert [config.seed for _, config in jobs.values()] == [3, 4, 3, 3, 3]
    assert [agent.word_init for agent, _ in jobs.values()] == ["identical", "identical", "identity", *["identical"] * 2]
    labels = [(config.labels, config.mirror) for _, config in jobs.values()]
    assert labels == [*[("optimal", True)] * 3, ("expert", False), ("shuffled", True)]
    assert list(agent_jobs(TINY, SHORT, [0], controls=False)) == ["seed-0"]


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"samples": 10}, "must be at least batch_size=128"),
        ({"labels": "wise"}, "choose one of expert, optimal"),
        ({"precision": "fp8"}, "expected one of no, bf16"),
        ({"warmup": 1}, "warmup=1"),
        ({"language_rate": 2}, "language_rate=2 is not valid"),
        ({"pull": 1.0}, "need one another"),
        ({"towards": "vectors.npz"}, "need one another"),
    ],
)
def test_impossible_trainings(fields, message):
    with pytest.raises(ValueError, match=message):
        TrainConfig(**fields)
