"""What models of pictures are shown."""

from __future__ import annotations

import textwrap

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.figure import Figure

from lva.figures.style import SMALL, WIDTH
from lva.world.telling.pictures import Pictures


def plot_pictures(pictures: Pictures) -> Figure:
    """Each picture with its caption below, side by side."""
    n = len(pictures)
    figure, axes = plt.subplots(1, n, figsize=(WIDTH, 0.6 + WIDTH / n * 1.35), squeeze=False, layout="constrained")
    images = pictures.images(np.arange(n), tile_size=32)
    for axis, image, caption in zip(axes.flat, images, pictures.captions):
        axis.imshow(image)
        axis.set_axis_off()
        axis.text(0, 1.03 * len(image), textwrap.fill(caption, 108 // n), va="top", fontsize=SMALL)
    return figure
