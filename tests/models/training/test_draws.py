"""References trained several times: other weights each time, each in its folder, and all of them found again."""

import pytest
import torch

from lva.ground.runs import RunFolder
from lva.models import embed_draws, embed_references, load_run_draws, pretrain_draws, references_here
from lva.models.references.draws import draw_folder, draw_name
from lva.models.references.reference import untrained
from lva.models.training import draws as module
from lva.models.training.config import PretrainConfig
from lva.models.training.pretraining import load_pretrained, pretrain_all
from lva.world import load_grammar

GRAMMAR = load_grammar("paper")
SMALL = PretrainConfig(documents=32, pictures=32, held_out=2, batch_size=32, width=32, layers=2, seed=3)
NAME = "bert-here"


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    """One model of a run, trained twice, its embeddings and tables."""
    folder = RunFolder("mine", tmp_path_factory.mktemp("run"))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "pretrain_all", lambda *args: pretrain_all(*args, names=[NAME], workers=1))
        folder.save("validation", pretrain_draws(GRAMMAR, SMALL, folder.path / "models", 2))
        found = [reference for reference in references_here(folder.path / "models") if reference.name == NAME]
        patch.setattr(module, "references_here", lambda at: [r for r in references_here(at) if r.name == NAME])
        embeddings = folder.path / "embeddings"
        _, table = embed_references([*found, untrained(found[0])], GRAMMAR.texts, embeddings)
        embed_draws(folder.path / "models", GRAMMAR.texts, embeddings, 2)
    more = ["class", "parameters", "objective", "experience", "validation", "without a model"]
    folder.save("references", table.assign(**dict.fromkeys(more, "")))
    return folder


def test_names_and_folders_of_a_single_training_are_plain():
    assert draw_name("a", 0) == "a" and draw_name("a", 1) == "a 2"
    assert draw_folder("models", 0).as_posix() == "models" and draw_folder("models", 2).as_posix() == "models/draw-3"


def test_each_training_has_its_own_seed_and_is_validated(run):
    assert run.read("validation").model.unique().tolist() == [NAME, f"{NAME} 2"]
    folders = [run.path / "models" / NAME, run.path / "models" / "draw-2" / NAME]
    weights = [load_pretrained(NAME, folder).model.get_input_embeddings().weight for folder in folders]
    assert not torch.equal(*weights)


def test_every_training_is_found_and_the_untrained_twin_is_one(run):
    found = load_run_draws(run, GRAMMAR.texts)
    assert {name: len(each) for name, each in found.items()} == {NAME: 2, f"{NAME} untrained": 1}
    one, other = found[NAME]
    assert one.reference.name == other.reference.name == NAME and abs(one.headline - other.headline).max() > 1e-3


def test_a_later_run_with_one_training_leaves_the_others_out(run, tmp_path):
    table = run.read("validation")
    once = RunFolder("once", tmp_path)
    (tmp_path / "embeddings").symlink_to(run.path / "embeddings")
    once.save("references", run.read("references"))
    once.save("validation", table[table.model == NAME])
    assert len(load_run_draws(once, GRAMMAR.texts)[NAME]) == 1
