"""Small lessons: what is tried, that nothing is taught twice, and that only the seed changes the rooms."""

import pandas as pd
import pytest

from lva.spaces import Spaces, make_space
from lva.studies.transfer import Course, Study, choose, languages_of, teach
from lva.studies.transfer import teaching as module
from lva.world import load_grammar

GRAMMAR = load_grammar("natural")
STUDY = Study(GRAMMAR.as_dict(), samples=256, batch_size=64, width=8, episodes=1)
COURSE = Course((108,), ("kind",), 1, (0,), 108)
NO_REFERENCES = Spaces([make_space("none", "words", [[0.0]] * len(GRAMMAR.texts))])


@pytest.fixture(scope="module")
def taught(tmp_path_factory):
    folder = tmp_path_factory.mktemp("transfer")
    languages = choose(languages_of(NO_REFERENCES, GRAMMAR, folder / "vectors"), ["words alike", "bag of words"])
    return folder, languages, teach(COURSE, languages, STUDY, folder)


def test_every_lesson_is_tried_on_every_instruction(taught):
    _, _, table = taught
    counts = table.groupby(["language", "axis"]).item.nunique()
    assert (counts == 108).all() and len(counts) == 4
    assert (
        table[table.axis == "kind"].groupby("language").out.sum().eq(36).all() and not table[table.axis == ""].out.any()
    )
    assert table.success.between(0, 1).all() and table.floor.between(0, 1).all()


def test_nothing_is_taught_twice_and_a_moved_cache_is_still_known(taught, monkeypatch, tmp_path):
    folder, languages, table = taught
    monkeypatch.setattr(module, "train", lambda *_, **__: pytest.fail("taught again"))
    pd.testing.assert_frame_equal(teach(COURSE, languages, STUDY, folder), table)
    moved = choose(languages_of(NO_REFERENCES, GRAMMAR, tmp_path), list(languages))
    pd.testing.assert_frame_equal(teach(COURSE, moved, STUDY, folder), table)
