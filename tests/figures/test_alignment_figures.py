"""The figures of the alignment show what is in their tables, and nothing where there is nothing."""

from __future__ import annotations

from itertools import combinations, pairwise

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from matplotlib import pyplot as plt

from lva import figures, report
from lva.alignment import Table, align
from lva.figures.plots.headline import headline_table
from lva.figures.plots.labels import spread_out
from lva.figures.plots.pairs import clustered_order, discoveries, pair_matrix
from lva.figures.plots.spaces import looks
from lva.ground import paths
from lva.spaces.items import ALL_BUT_SYNONYMS
from lva.world import load_grammar

pytestmark = pytest.mark.filterwarnings("error")

FAMILIES = {"llama-here": "llama", "clip-here": "clip", "minilm": "sentence"}
REPORTED = pd.read_csv(paths.data() / "reported.csv")
ITEMS = pd.DataFrame([vars(instruction) for instruction in load_grammar("paper").instructions])
NAN = float("nan")


@pytest.fixture(autouse=True)
def close_figures():
    yield
    plt.close("all")


@pytest.fixture(scope="module")
def spaces():
    rng = np.random.default_rng(0)
    meant = pd.get_dummies(ITEMS[["task", "color"]]).to_numpy(float) @ rng.normal(size=(9, 12))
    return {
        name: [meant * share + rng.normal(size=(108, 12)) for _ in range(seeds)]
        for name, share, seeds in [("agent", 2, 2), ("agent untrained", 0, 2), *((name, 1, 1) for name in FAMILIES)]
    }


@pytest.fixture(scope="module")
def alignment(spaces):
    factors = np.stack([pd.factorize(ITEMS[name])[0] for name in ("phrase", "color", "kind")], axis=1)
    words = ITEMS.text.str.get_dummies(sep=" ").to_numpy(float)
    return align(spaces, factors, words, {"bag of words": words}, Table(permutations=99, refits=9, retrieval_k=None))


def changed(alignment: pd.DataFrame, reference: str, **values: float) -> pd.DataFrame:
    """Set columns of the rows with one reference, whichever way round."""
    table = alignment.copy()
    table.loc[(table.a == reference) | (table.b == reference), list(values)] = list(values.values())
    return table


def labelled(axis: plt.Axes, label: str):
    """Find what is drawn under a label."""
    (found,) = [artist for artist in axis.get_children() if artist.get_label() == label]
    return found


def written(figure: plt.Figure) -> set[str]:
    """Every text of a figure's first axes."""
    return {text.get_text() for text in figure.axes[0].texts}


def paper_marks(axis: plt.Axes) -> dict[int, tuple[float, float]]:
    """Row -> range of the bars that stand for the paper's values."""
    (bars,) = [c.lines[2][0] for c in axis.containers if type(c).__name__ == "ErrorbarContainer"]
    ends = {round(segment[0, 1]): tuple(segment[:, 0]) for segment in bars.get_segments() if len(segment)}
    return {row: range_ for row, range_ in ends.items() if np.isfinite(range_).all()}


# --- the headline


def test_the_headline_has_one_row_per_reference_in_the_order_of_the_families(alignment):
    (axis,) = figures.plot_headline(alignment, REPORTED, FAMILIES | {"agent plain": "agent"}).axes
    assert [label.get_text() for label in axis.get_yticklabels()] == list(FAMILIES)
    rows = alignment[(alignment.measure == "P@15")].set_index(["a", "b"])
    for label, a, column in [
        ("value", "agent", "value"),
        ("untrained", "agent untrained", "value"),
        ("baseline_value", "agent", "baseline_value"),
    ]:
        drawn = labelled(axis, label).get_xdata()
        np.testing.assert_array_equal(drawn, [rows.loc[(a, name), column] for name in FAMILIES])


def test_the_headline_has_chance_and_the_interval_of_every_row(alignment):
    (axis,) = figures.plot_headline(alignment, REPORTED, FAMILIES).axes
    table = headline_table(alignment, REPORTED, FAMILIES)
    bands = [(bar.get_x(), bar.get_x() + bar.get_width()) for bar in axis.patches]
    np.testing.assert_allclose(bands, table.null_mean.to_numpy()[:, None] + np.outer(table.null_sd, [-2, 2]))
    drawn = [segment[:, 0].tolist() for segment in labelled(axis, "interval").get_segments()]
    assert drawn == table[["low", "high"]].to_numpy().tolist()


def test_the_papers_values_stand_only_where_it_has_one(alignment):
    (axis,) = figures.plot_headline(alignment, REPORTED, FAMILIES).axes
    assert paper_marks(axis) == {0: pytest.approx((0.70, 0.73)), 1: pytest.approx((0.30, 0.35))}
    (axis,) = figures.plot_headline(alignment, REPORTED, {"minilm": "sentence"}).axes
    assert paper_marks(axis) == {} and "reported in the paper" not in written(axis.figure)
    (axis,) = figures.plot_headline(alignment, REPORTED, FAMILIES, measure="cka").axes
    assert paper_marks(axis) == {}


def test_a_reference_that_was_not_run_has_a_row_and_no_zero(alignment):
    figure = figures.plot_headline(alignment, REPORTED, {"qwen3-0.6b": "qwen"} | FAMILIES)
    (axis,) = figure.axes
    assert np.isnan(labelled(axis, "value").get_xdata()[0]) and np.isnan(labelled(axis, "untrained").get_xdata()[0])
    assert paper_marks(axis)[0] == pytest.approx((0.70, 0.73))
    assert {"not run"} <= written(figure) and "0.00" not in written(figure)


def test_the_headline_says_the_numbers_it_draws(alignment):
    table = changed(alignment, "minilm", value=0.514)
    assert {"0.51", "trained agent", "untrained agent", "words alone", "chance"} <= written(
        figures.plot_headline(table, REPORTED, FAMILIES)
    )


def test_the_most_that_could_be_shared_is_marked_where_it_is_known(alignment):
    rows = [("minilm", ALL_BUT_SYNONYMS, "P@15", 0.7), ("minilm", "the task", "P@15", 0.2)]
    ceilings = pd.DataFrame(rows, columns=["space", "knows", "measure", "value"])
    figure = figures.plot_headline(alignment, REPORTED, FAMILIES, ceilings=ceilings)
    drawn = labelled(figure.axes[0], "ceiling").get_xdata()
    assert drawn[list(FAMILIES).index("minilm")] == 0.7 and np.isnan(drawn).sum() == len(FAMILIES) - 1
    assert "most, if synonyms are one" in written(figure)
    assert "most, if synonyms are one" not in written(figures.plot_headline(alignment, REPORTED, FAMILIES))


def test_static_vectors_of_words_are_marked_where_they_are_known(alignment):
    rows = [("wordllama", "minilm", "P@15", 0.8), ("bag of words", "minilm", "P@15", 0.2)]
    ladder = pd.DataFrame(rows, columns=["rung", "target", "measure", "value"])
    figure = figures.plot_headline(alignment, REPORTED, FAMILIES, ladder=ladder)
    drawn = labelled(figure.axes[0], "static").get_xdata()
    assert drawn[list(FAMILIES).index("minilm")] == 0.8 and np.isnan(drawn).sum() == len(FAMILIES) - 1
    assert "single words" in written(figure)


def test_what_was_not_computed_is_neither_drawn_nor_named(alignment):
    nothing = dict.fromkeys(["baseline_value", "null_mean", "null_sd"], NAN)
    assert not written(figures.plot_headline(alignment.assign(**nothing), REPORTED, FAMILIES)) & {
        "words alone",
        "chance",
    }


@pytest.mark.parametrize("at", [0.02, 0.3, 0.5, 0.97])
@pytest.mark.parametrize("other", [0.03, 0.35, 0.6, 0.98])
def test_the_labels_of_the_marks_do_not_overlap(alignment, at, other):
    table = alignment.assign(baseline_value=other)
    table.loc[table.a == "agent untrained", "value"] = at
    figure = figures.plot_headline(table, REPORTED, FAMILIES)
    names = ("trained agent", "untrained agent", "words alone", "reported in the paper", "chance")
    boxes = [text.get_window_extent() for text in figure.axes[0].texts if text.get_text() in names]
    assert len(boxes) == 5 and not any(a.overlaps(b) for a, b in combinations(boxes, 2))


def test_the_headline_needs_the_agent(alignment):
    with pytest.raises(ValueError, match=r"no P@3 of 'agent', but \['P@1'"):
        figures.plot_headline(alignment, REPORTED, FAMILIES, measure="P@3")


def test_figures_show_the_widest_neighbourhood_of_their_table(alignment, curves, layers, agreement):
    small = alignment.replace({"P@15": "P@8"})
    assert "P@8" in written(figures.plot_headline(small, REPORTED, FAMILIES))
    assert figures.plot_pairs(small).axes[0].collections[0].colorbar.ax.get_title(loc="left") == "P@8"
    assert "average linkage on P@8" in report.caption_pairs(small)
    assert figures.plot_layers(layers.replace({"P@15": "P@8"})).get_suptitle().startswith("P@8")
    assert figures.plot_agreement(agreement.replace({"P@15": "P@8"})).axes[0].get_ylabel().startswith("P@8")
    eight = curves[curves.k <= 8]
    assert figures.plot_curves(eight).axes[0].get_xlim() == (1, 8)
    assert "At k = 1 / 3 / 8" in report.caption_curves(eight)


# --- P@k


@pytest.fixture
def curves():
    k = np.arange(1, 16)
    rows = {"k": k, "value": k / 20, "low": k / 21, "high": k / 19}
    nulls = {f"{null}_{part}": k / 100 for null in ("null", "relabel") for part in ("mean", "low", "high")}
    return pd.concat([pd.DataFrame({"a": "agent", "b": name} | rows | nulls) for name in FAMILIES])


def test_every_reference_has_its_curve(curves):
    axes = figures.plot_curves(curves).axes
    assert [axis.get_title(loc="left") for axis in axes] == list(FAMILIES)
    drawn = labelled(axes[1], "trained agent, range over seeds")
    np.testing.assert_array_equal(drawn.get_ydata(), np.arange(1, 16) / 20)


def test_a_null_that_was_not_taken_is_neither_drawn_nor_named(curves):
    without = curves.assign(relabel_mean=NAN, relabel_low=NAN, relabel_high=NAN)
    named = [[text.get_text() for text in figures.plot_curves(t).legends[0].get_texts()] for t in (curves, without)]
    assert named[0][1].startswith("trained agent, meanings shuffled") and named[1] == [named[0][0], named[0][2]]


# --- all pairs


def test_the_maps_hold_the_table_in_one_order(alignment):
    axes = figures.plot_pairs(alignment).axes[:3]
    order = [label.get_text() for label in axes[0].get_yticklabels()]
    assert all([label.get_text() for label in axis.get_xticklabels()] == order for axis in axes)
    for axis, (measure, column) in zip(axes, [("P@15", "value"), ("cka", "value"), ("P@15", "relabel_excess")]):
        drawn = axis.collections[0].get_array().filled(NAN)
        np.testing.assert_array_equal(drawn, pair_matrix(alignment, measure, column).loc[order, order])
    low, high = axes[2].collections[0].get_clim()
    assert low == -high


def test_like_stands_beside_like():
    s = pd.DataFrame(0.1, index=list("abcd"), columns=list("abcd"))
    s.loc["a", "c"] = s.loc["c", "a"] = s.loc["b", "d"] = s.loc["d", "b"] = 0.9
    order = "".join(clustered_order(s))
    assert {frozenset(order[:2]), frozenset(order[2:])} == {frozenset("ac"), frozenset("bd")}
    with pytest.raises(ValueError, match="has no value"):
        clustered_order(s.where(s != 0.9))


def test_dots_are_adjusted_over_the_pairs(alignment):
    """0.02 alone among ten pairs is no discovery at 5 %; ten times 0.02 is."""
    one = changed(alignment.assign(p=0.9), "nobody", p=0.0)
    pair = one.a.isin(["agent", "minilm"]) & one.b.isin(["agent", "minilm"])
    one.loc[pair, "p"] = 0.02
    assert not discoveries(one, "P@15").any(axis=None)
    one.loc[pair, "p"] = 0.004
    found = discoveries(one, "P@15")
    assert found.loc["agent", "minilm"] and found.loc["minilm", "agent"] and found.to_numpy().sum() == 2
    axis = figures.plot_pairs(one, measures=("P@15",)).axes[0]
    assert len(labelled(axis, "found").get_offsets()) == 2


def test_an_excess_that_was_not_computed_says_so(alignment):
    nothing = alignment.assign(relabel_excess=NAN, relabel_p=NAN)
    axes = figures.plot_pairs(nothing).axes
    assert [[text.get_text() for text in axis.texts] for axis in axes[:3]] == [[], [], ["not computed"]]


# --- layers


@pytest.fixture
def layers():
    rows = [
        (name, layer, pooling, "P@15", layer / 10 + 0.05 * (pooling == "mean"), NAN, (layer, pooling) == (2, "mean"))
        for name in FAMILIES
        for layer in range(3)
        for pooling in ("mean", "last")
    ]
    return pd.DataFrame(rows, columns=["reference", "layer", "pooling", "measure", "value", "untrained", "headline"])


def test_layers_and_poolings_stand_in_their_cells_and_the_choice_is_framed(layers):
    axes = figures.plot_layers(layers).axes
    np.testing.assert_allclose(axes[0].collections[0].get_array(), [[0.05, 0.15, 0.25], [0, 0.1, 0.2]])
    assert [label.get_text() for label in axes[0].get_yticklabels()] == ["mean", "last"]
    assert [patch.get_xy() for axis in axes[:3] for patch in axis.patches] == [(2, 0)] * 3


def test_the_untrained_reference_is_below_the_trained_one(layers):
    known = (layers.reference == "clip-here") & (layers.pooling == "mean")
    axes = figures.plot_layers(layers.assign(untrained=np.where(known, 0.125, NAN))).axes
    assert [label.get_text() for label in axes[0].get_yticklabels()] == ["mean", "last", "untrained, mean"]
    drawn = [axis.collections[0].get_array().filled(NAN)[2] for axis in axes[:3]]
    np.testing.assert_array_equal(drawn, [[NAN] * 3, [0.125] * 3, [NAN] * 3])


def test_a_reference_without_an_untrained_copy_has_no_empty_rows(layers):
    """In a row of panels of its own, that is; panels side by side share their rows."""
    many = pd.concat(
        [layers[:6].assign(reference=f"{name}-here", untrained=0.1) for name in "abc"]
        + [layers[:6].assign(untrained=NAN)]
    )
    axes = figures.plot_layers(many).axes
    last = next(axis for axis in axes if axis.get_title(loc="left") == "llama-here")
    assert [label.get_text() for label in last.get_yticklabels()] == ["mean", "last"]
    assert not np.ma.is_masked(last.collections[0].get_array())


# --- maps of the spaces


def test_every_space_is_drawn_once_per_colouring(spaces):
    shown = {name: seeds[0] for name, seeds in spaces.items()}
    above, below = figures.plot_spaces(figures.map_table(shown, ITEMS.text), ITEMS, by=("task", "color")).subfigs
    maps = [axis for axis in above.axes if axis.lines]
    assert len(maps) == len(shown) * 2 and len(below.axes) == 2
    for axis, levels in zip(maps, [ITEMS.task, ITEMS.color] * len(shown)):
        points = {line.get_label(): len(line.get_xdata()) for line in axis.lines}
        assert points == levels.value_counts().to_dict()


def test_a_rotated_copy_has_the_same_map(spaces):
    x = spaces["agent"][0]
    rotated = x @ np.linalg.qr(np.random.default_rng(1).normal(size=(12, 12)))[0]
    first, second = (
        figures.plot_spaces(figures.map_table({"x": x, "rotated": rotated}, ITEMS.text), ITEMS, by=("task",))
        .subfigs[0]
        .axes
    )
    for one, other in zip(first.lines, second.lines):
        np.testing.assert_allclose(one.get_xydata(), other.get_xydata(), atol=1e-9)


@pytest.mark.parametrize("column", ["task", "phrase", "color", "kind"])
def test_no_two_levels_look_alike_and_colour_is_not_all(column):
    found = looks(ITEMS, column).values()
    cues = {(look["marker"], look.get("fillstyle", "full")) for look in found}
    assert len(cues) == len(found) == ITEMS[column].nunique()


# --- what factors explain


def test_bars_are_the_shares():
    rows = [(space, f, s) for space in ("agent", "minilm") for f, s in (("task", 0.5), ("kind", 0.25), ("rest", 0.02))]
    table = pd.DataFrame(rows, columns=["space", "factor", "share"])
    table.loc[1, "share"] = NAN
    axes = figures.plot_explained(table).axes
    assert [axis.get_title(loc="left") for axis in axes] == ["task", "kind", "rest"]
    assert [[bar.get_width() for bar in axis.patches] for axis in axes] == [
        [0.5, 0.5],
        [pytest.approx(NAN, nan_ok=True), 0.25],
        [0.02, 0.02],
    ]
    assert [[text.get_text() for text in axis.texts] for axis in axes] == [["50", "50"], ["25"], ["2", "2"]]


# --- over training


@pytest.fixture
def agreement():
    rows = [
        (kind, at, name, "P@15", 0.2 + at / 2000 + seed / 10, seed)
        for kind in ("samples", "demonstrations")
        for at in (0, 100, 1000)
        for name in FAMILIES
        for seed in (0, 1)
    ]
    return pd.DataFrame(rows, columns=["x", "at", "reference", "measure", "value", "seed"])


@pytest.fixture
def composition():
    rows = [
        (kind, at, factor, share + sign * at / 5000 + sign * seed / 10, seed)
        for kind in ("samples", "demonstrations")
        for at in (0, 100, 1000)
        for factor, share, sign in (("task", 0.75, -1), ("color", 0.25, 1))
        for seed in (0, 1)
    ]
    return pd.DataFrame(rows, columns=["x", "at", "factor", "share", "seed"])


def test_lines_are_means_over_seeds_from_the_untrained_agent_on(agreement):
    axes = figures.plot_agreement(agreement).axes
    assert len(axes) == 2
    for axis in axes:
        line = labelled(axis, "minilm")
        np.testing.assert_array_equal(line.get_xdata(), [0, 100, 1000])
        np.testing.assert_allclose(line.get_ydata(), [0.25, 0.3, 0.75])


def test_shares_of_the_composition_stand_one_upon_the_other(agreement, composition):
    below = figures.plot_agreement(agreement, composition).axes[2:]
    assert len(below) == 2
    for axis in below:
        task, color = (area.get_paths()[0].vertices for area in axis.collections)
        assert {(x, round(y, 9)) for x, y in task} >= {(0, 0), (0, 0.7), (100, 0.68), (1000, 0.5)}
        assert {(x, round(y, 9)) for x, y in color} >= {(0, 0.7), (0, 1), (1000, 0.5), (1000, 1)}
        assert [text.get_text() for text in axis.texts] == ["task", "color"]


def test_success_stands_above_where_it_is_known(agreement, composition):
    rows = [(at, "go-to", at / 1000 - seed / 10, seed) for at in (100, 1000) for seed in (0, 1)]
    success = pd.DataFrame(rows, columns=["samples", "task", "success", "seed"])
    above, unknown, likeness, *_ = figures.plot_agreement(agreement, composition, success).axes
    np.testing.assert_allclose(labelled(above, "go-to").get_ydata(), [0.05, 0.95])
    assert not unknown.axison and likeness.get_ylabel() == "P@15 with the agent"
    assert "- success in go-to: 0.05 at 100 to 0.95 at 1,000" in report.caption_agreement(agreement, success=success)


def test_what_is_not_there_takes_no_panel(agreement, composition):
    one = agreement[(agreement.x == "samples") & (agreement.seed == 0)]
    assert len(figures.plot_agreement(one).axes) == 1
    assert len(figures.plot_agreement(one, composition).axes) == 2


def test_there_is_a_tick_for_each_amount_or_a_few_at_round_numbers(agreement):
    few = figures.plot_agreement(agreement).axes[0]
    assert few.get_xticks().tolist() == [0, 100, 1000]
    assert few.get_xlabel() == "samples seen in training\n(square-root scale; 0: untrained)"
    many = pd.concat([agreement.assign(at=agreement["at"] * i) for i in range(1, 9)])
    assert figures.plot_agreement(many).axes[0].get_xticks().tolist() == [0, 500, 2000, 8000]


# --- labels


@given(st.lists(st.tuples(st.floats(-5, 5), st.floats(0.01, 1)), min_size=1, max_size=8))
def test_labels_are_moved_apart_and_no_farther_than_need_be(labels):
    wanted, sizes = np.array(labels).T
    places = spread_out(wanted, sizes)
    order = np.argsort(places)
    gaps = np.diff(places[order]) - (sizes[order][1:] + sizes[order][:-1]) / 2
    assert (gaps >= -1e-9).all()
    alone = np.ones(len(wanted), dtype=bool)
    for i, j in pairwise(order):
        alone[[i, j]] &= places[j] - places[i] > (sizes[i] + sizes[j]) / 2 + 1e-9
    np.testing.assert_allclose(places[alone], wanted[alone], atol=1e-9)


def test_labels_stay_within_bounds():
    assert spread_out([0.9, 0.95], [0.2, 0.2], 0, 1).tolist() == pytest.approx([0.7, 0.9])
    assert spread_out([0.05, 0.0], [0.2, 0.2], 0, 1).tolist() == pytest.approx([0.3, 0.1])


# --- captions and files


def test_captions_quote_the_tables(alignment, curves, layers, spaces, agreement, composition):
    table = changed(alignment, "minilm", value=0.514, relabel_excess=-0.026, relabel_p=0.031, seed_sd=NAN)
    headline = report.caption_headline(table, REPORTED, FAMILIES | {"qwen3-0.6b": "qwen"})
    (minilm,) = [line for line in headline.splitlines() if line.startswith("- minilm")]
    assert "minilm: 0.51 [" in minilm and "(excess −0.03, p = 0.031)" in minilm and "reported" not in minilm
    assert "- qwen3-0.6b: not run; reported 0.70–0.73" in headline and "nan" not in headline
    assert "- minilm: 0.05 / 0.25 / 0.75" in report.caption_curves(curves)
    assert "- minilm: chosen 0.25 (layer 2, mean); 0.00 (layer 0, last) to 0.25 (layer 2, mean)" in (
        report.caption_layers(layers)
    )
    course = report.caption_agreement(agreement, composition)
    assert "- minilm, samples: 0.25 at 0 to 0.75 at 1,000" in course
    assert "- share of task, demonstrations: 0.70 at 0 to 0.50 at 1,000" in course
    assert (
        report.caption_spaces(figures.map_table({name: seeds[0] for name, seeds in spaces.items()}, ITEMS.text)).count(
            " % of the variance"
        )
        == 5
    )
    shares = pd.DataFrame({"space": "agent", "factor": ["task", "kind"], "share": [0.5, 0.02]})
    assert report.caption_explained(shares).endswith("- agent: task 50 %, kind 2 %")


def test_the_caption_of_the_pairs_counts_them(alignment):
    square = pair_matrix(alignment, "P@15")
    caption = report.caption_pairs(alignment.assign(p=0.001, relabel_excess=NAN, relabel_p=NAN))
    assert f"{np.nanmin(square):.2f} (" in caption and f"{np.nanmax(square):.2f} (" in caption
    assert "10 of 10 pairs" in caption and "P@15 over shuffled meanings: not computed" in caption


def test_captions_are_collected(tmp_path):
    report.write_captions({"headline": "one", "curves": "two – three"}, tmp_path / "captions.md")
    text = (tmp_path / "captions.md").read_text(encoding="utf-8")
    assert text == "# What the figures show\n\n## headline\n\none\n\n## curves\n\ntwo – three\n"


@pytest.mark.parametrize("again", [False, True])
def test_a_figure_drawn_or_saved_again_has_the_same_bytes(curves, tmp_path, again):
    figure = figures.plot_curves(curves)
    first, second = (
        figures.save_figure(figure if again else figures.plot_curves(curves), tmp_path / folder, "curves")
        for folder in ("first", "second")
    )
    assert [path.name for path in first] == ["curves.pdf", "curves.png"]
    for path, other in zip(first, second):
        assert path.read_bytes() == other.read_bytes()
    assert b"CreationDate" not in first[0].read_bytes()
    assert plt.imread(first[1]).shape[1] == 1660


SYNONYMS = pd.DataFrame(
    [("agent", 0, 0.99, 0.2, "agent"), ("agent", 1, 0.97, 0.2, "agent"), ("bag of words", 0, 0.83, 0.2, "words")],
    columns=["space", "draw", "rate", "chance", "kind"],
)


def test_synonyms_have_one_mark_per_draw():
    (axis,) = figures.plot_synonyms(SYNONYMS).axes
    agent, lexical = (marks.get_offsets() for marks in axis.collections)
    assert agent.tolist() == [[0.99, 1], [0.97, 1]] and lexical.tolist() == [[0.83, 0]]
    assert [label.get_text() for label in axis.get_yticklabels()] == ["bag of words", "agent"]
    assert "agent: 98 %" in report.caption_synonyms(SYNONYMS)


def test_the_schematic_names_every_stream():
    (axis,) = figures.plot_schematic(np.zeros((64, 64, 3), np.uint8), np.zeros((56, 56, 3), np.uint8), 18).axes
    said = " ".join(text.get_text() for text in axis.texts)
    assert all(word in said for word in ("actions", "texts", "pictures", "words alone", "18 instructions"))
