"""A figure is displayed once, with its caption after it."""

import matplotlib.pyplot as plt

from lva.figures import show_figure, showing


def test_the_caption_follows_the_figure_which_is_closed(monkeypatch):
    displayed = []
    monkeypatch.setattr(showing, "display", displayed.append)
    figure = plt.figure()
    show_figure(figure, "What it *shows*.")
    assert displayed[0] is figure and displayed[1].data == "What it *shows*." and len(displayed) == 2
    assert not plt.fignum_exists(figure.number)
