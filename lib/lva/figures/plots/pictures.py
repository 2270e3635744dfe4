"""What vision-language models are shown."""

from __future__ import annotations

import textwrap

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.figure import Figure

from lva.figures.paper import on_paper
from lva.figures.style import SMALL, WIDTH
from lva.world.telling.pictures import Pictures

TILE = 32  # pixels


def plot_pictures(pictures: Pictures) -> Figure:
    """Each picture with its caption below, side by side."""
    n = len(pictures)
    figure, axes = plt.subplots(1, n, figsize=(WIDTH, 0.6 + WIDTH / n * 1.35), squeeze=False, layout="constrained")
    images = pictures.images(np.arange(n), tile_size=TILE)
    for axis, image, caption in zip(axes.flat, images, pictures.captions):
        axis.imshow(on_paper(image, TILE))
        axis.set_axis_off()
        axis.set_anchor("N")  # the captions hang below
        axis.text(0, 1.03 * len(image), textwrap.fill(caption, 108 // n), va="top", fontsize=SMALL)
    return figure
