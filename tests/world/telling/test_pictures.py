"""The pictures: MiniGrid's colours, captions that fit in a line, the target in view, rooms nobody else has seen."""

import re
from collections import Counter

import numpy as np
import pytest
from minigrid.core.grid import Grid

from lva.world import Level, LevelError, load_grammar, make_demos
from lva.world.kernels.codes import TRIPLE
from lva.world.language import grammar_from_dict
from lva.world.telling.corpus import CORPORA
from lva.world.telling.narrate import replay
from lva.world.telling.pictures import draw_step, find_steps, take_pictures
from lva.world.telling.wording import OUTCOME
from lva.world.world import goal_code

GRAMMAR = load_grammar("paper")
N = 108 * 20
ACTED = re.compile(r"\b(turn|rotate|walk|move|advance|take|lift|collect)\b|\bface (left|right|about)")


@pytest.fixture(scope="module")
def pictures():
    return {corpus: take_pictures(GRAMMAR, N, corpus, seed=1) for corpus in CORPORA}


def asked(caption):
    """The instruction in a caption, if there is one."""
    return next((i for i in GRAMMAR.instructions if i.text in caption), None)


def shows(view, instruction):
    """Where in a view the target of an instruction is."""
    kind, color, _ = TRIPLE[goal_code(instruction)]
    return (view[..., 0] == kind) & (view[..., 1] == color)


def test_images_are_those_of_minigrid(pictures):
    few = pictures["narrated"]
    index = np.flatnonzero(few.views[:, 3, 6, 0] > 1)[:20]  # something is carried
    images = few.images(index)
    assert images.shape == (20, 56, 56, 3)
    for view, image in zip(few.views[index], images):
        grid, seen = Grid.decode(view)
        expected = grid.render(8, agent_pos=(3, 6), agent_dir=3, highlight_mask=seen)
        np.testing.assert_array_equal(image, expected)


def test_images_by_any_index(pictures):
    few = pictures["described"]
    assert len(few) == N == len(few.views)
    mask = np.arange(N) < 3
    for index in ([0, 1, 2], slice(3), mask):
        np.testing.assert_array_equal(few.images(index), few.images(np.arange(3)))
    np.testing.assert_array_equal(few.images(-1), few.images([N - 1]))


@pytest.mark.parametrize("corpus", CORPORA)
def test_captions_are_short_plain_and_about_what_is_in_view(pictures, corpus):
    few = pictures[corpus]
    for view, caption in zip(few.views, few.captions):
        words = re.findall("[a-z]+", caption)
        assert len(words) <= 42 and " ".join(caption.split()) == caption
        assert re.fullmatch(r"(?:[a-z]+|[.,:])(?: (?:[a-z]+|[.,:]))* \.", caption)
        if instruction := asked(caption):
            assert shows(view, instruction).any()
            assert f"a {instruction.color} {instruction.kind}" in caption
    assert np.percentile([len(re.findall("[a-z]+", caption)) for caption in few.captions], 99) <= 37


@pytest.mark.parametrize("corpus", CORPORA)
def test_three_captions_of_four_ask_and_all_instructions_alike(pictures, corpus):
    counts = Counter(instruction.text for instruction in map(asked, pictures[corpus].captions) if instruction)
    counts = np.array([counts[text] for text in GRAMMAR.texts])
    assert abs(counts.sum() / N - 0.75) < 0.04
    assert counts.min() > 5 and counts.max() <= 20  # of 20 pictures each


def test_narrated_captions_tell_what_is_done_and_described_ones_do_not(pictures):
    told = [caption for caption in pictures["narrated"].captions if ACTED.search(caption)]
    assert 0.3 < len(told) / N < 0.5 and all(map(asked, told))
    assert not any(ACTED.search(caption) for caption in pictures["described"].captions)


def test_steps_are_drawn_evenly_from_those_with_the_target_in_view():
    episodes = list(replay(make_demos(GRAMMAR, 108)))
    for episode in episodes:
        seen = [t for t, view in enumerate(episode.views) if shows(view, episode.instruction).any()]
        for narrated in (True, False):
            steps = seen if narrated else [t for t in seen if t < len(episode.actions)]
            draws = [draw_step(episode, narrated, draw) for draw in (np.arange(len(steps)) + 0.5) / max(len(steps), 1)]
            assert draws == steps or draws == []
            assert steps or draw_step(episode, narrated, 0.5) == -1


def test_every_instruction_has_its_turn_and_only_narrated_pictures_show_the_end():
    for narrated in (True, False):
        demos, steps = find_steps(GRAMMAR, N, 1, None, narrated)
        np.testing.assert_array_equal(demos.instruction, np.arange(N) % 108)
        assert (steps == demos.lengths).any() == narrated
        assert (steps <= demos.lengths).all() and len(np.unique(steps)) > 5
        assert len({cells.tobytes() + pose.tobytes() for cells, pose in zip(demos.cells, demos.pose)}) == N


def test_captions_follow_the_episodes(pictures):
    """What is said to be done next is done next; at the end the outcome is told."""
    demos, steps = find_steps(GRAMMAR, N, 1, None, True)
    firsts = {0: "(turn|rotate|face) left|turn around|turn back|face about", 2: "walk|move|advance"}
    checked = Counter()
    for episode, step, view, caption in zip(
        replay(demos), steps, pictures["narrated"].views, pictures["narrated"].captions
    ):
        np.testing.assert_array_equal(view, episode.views[step])
        assert (i := asked(caption)) is None or i == episode.instruction
        act = ACTED.search(caption)
        if step == len(episode.actions):
            assert act is None
            checked["outcome"] += any(way.split("}")[1] in caption for way in OUTCOME["pick-up"])
        elif act and episode.actions[step] in firsts:
            assert re.match(firsts[episode.actions[step]], caption[act.start() :]), caption
            checked[int(episode.actions[step])] += 1
    assert min(checked.values()) > 10 and len(checked) == 3


def test_the_same_seed_gives_the_same_pictures(pictures):
    again, other = take_pictures(GRAMMAR, 200, seed=1), take_pictures(GRAMMAR, 200, seed=2)
    assert again.captions == pictures["narrated"].captions[:200]
    np.testing.assert_array_equal(again.views, pictures["narrated"].views[:200])
    assert other.captions != again.captions and not np.array_equal(other.views, again.views)


def test_few_pictures_and_no_pictures():
    assert len(take_pictures(GRAMMAR, 1)) == 1
    with pytest.raises(ValueError, match="0 texts or pictures"):
        take_pictures(GRAMMAR, 0)
    with pytest.raises(ValueError, match="choose one of narrated, described"):
        take_pictures(GRAMMAR, 5, "painted")


def test_a_target_that_is_never_in_view(monkeypatch):
    monkeypatch.setattr("lva.world.telling.pictures.draw_step", lambda *_: -1)
    with pytest.raises(LevelError, match=r"in view in too few of 13824 demonstrations for 3 pictures; lower"):
        take_pictures(GRAMMAR, 3)


def test_doors_are_taken_too():
    doors = grammar_from_dict({"phrases": {"go-to": ["find"]}, "colors": ["red", "blue"], "kinds": ["ball", "door"]})
    pictures = take_pictures(doors, 200, level=Level(doors=2))
    assert any("a red door" in caption for caption in pictures.captions)
