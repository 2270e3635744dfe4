"""The figures of the world show what is there."""

import numpy as np
import pandas as pd
import pytest
from matplotlib import pyplot as plt
from PIL import Image

from lva.figures import (
    film_strip,
    films_of_tasks,
    instruction_table,
    plot_actions,
    plot_lengths,
    plot_success,
    record_demonstration,
    save_gif,
    speed_table,
)
from lva.figures.paper import on_paper
from lva.world import load_grammar, make_demos

GRAMMAR = load_grammar("paper")


@pytest.fixture(scope="module")
def demos():
    return make_demos(GRAMMAR, 216, seed=1)


@pytest.fixture(autouse=True)
def close_figures():
    yield
    plt.close("all")


def test_a_film_ends_where_the_demonstration_ends(demos):
    episode = int((demos.tasks == "pick-up").argmax())
    film = record_demonstration(demos, episode, tile_size=8)
    assert len(film.rooms) == len(film.views) == demos.lengths[episode] + 1
    np.testing.assert_array_equal(film.views[0], on_paper(demos.world()[episode].render()[0], 8))
    assert (film.rooms[0] != film.rooms[-1]).any()


def test_a_strip_of_a_long_film_keeps_its_first_and_last_frame(demos):
    film = record_demonstration(demos, int(demos.lengths.argmax()), tile_size=8)
    axes = film_strip(film, most=4).axes
    assert axes[0].get_title() == "start" and len(axes) == 8
    assert [int(axis.get_xlabel()) for axis in axes[4:]][::3] == [0, len(film.actions)]


def test_a_gif_has_every_frame(demos, tmp_path):
    film = record_demonstration(demos, 0, tile_size=8)
    save_gif(film, tmp_path / "film.gif")
    with Image.open(tmp_path / "film.gif") as gif:
        assert gif.n_frames == len(film.actions) + 1


def test_every_task_has_its_film(demos):
    parts = films_of_tasks(demos, steps=5).subfigs
    assert [part.get_suptitle().split()[0].strip("“") for part in parts] == ["go", "pick", "escape"]


def test_every_instruction_is_in_the_table_once():
    table = instruction_table(GRAMMAR)
    assert table.shape == (18, 6) and set(table.to_numpy().ravel()) == set(GRAMMAR.texts)
    assert table.loc[("key", "grey"), "ESCAPE-FROM: run from"] == "run from grey key"


def test_shares_sum_to_one(demos):
    (axis,) = plot_actions(demos).axes
    heights = sum(patch.get_height() for patch in axis.patches)
    assert heights == pytest.approx(3)  # one for each task
    (axis,) = plot_lengths(demos).axes
    assert axis.get_xlabel() == "actions in the episode"


def test_success_stands_where_the_table_says():
    rows = [{"task": "go-to", "policy": p, "success": s, "low": s / 2, "high": s} for p, s in (("a", 0.2), ("b", 1))]
    (axis,) = plot_success(pd.DataFrame(rows)).axes
    assert [container.lines[0].get_xdata()[0] for container in axis.containers] == [0.2, 1]


def test_the_speed_table_reads_the_numbers_it_is_given():
    row = {"what": "step", "unit": "steps/s", "lva": 1.2e7, "peer": "MiniGrid", "peer_rate": 5000, "ratio": 2400}
    table = speed_table(pd.DataFrame([row | {"to_reach": 1e7, "peer_note": "one core"}]))
    assert table.iloc[0].tolist() == ["step", "12,000,000", "steps/s", "MiniGrid", "5,000", "2,400 x", "one core"]
